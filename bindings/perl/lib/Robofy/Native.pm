package Robofy::Native;

# The C interface as robofy.h declares it, and the loaded library.

use strict;
use warnings;

use Carp qw(croak);
use DynaLoader;
use Encode qw(decode);
use FFI::Platypus 2.00;
use File::Basename qw(dirname);
use File::Spec;

our @CARP_NOT = 'Robofy::Client';

# What each function returns, then what it takes, as the header spells it.
our %SIGNATURES = (
    robofy_version                        => ['const char *'],
    robofy_free_string                    => ['void', 'char *'],
    robofy_options_new                    => ['RobofyOptions *'],
    robofy_options_free                   => ['void', 'RobofyOptions *'],
    robofy_options_set_base_url           => ['void', 'RobofyOptions *', 'const char *'],
    robofy_options_set_timeout_ms         => ['void', 'RobofyOptions *', 'uint64_t'],
    robofy_options_set_connect_timeout_ms => ['void', 'RobofyOptions *', 'uint64_t'],
    robofy_options_set_max_retries        => ['void', 'RobofyOptions *', 'uint32_t'],
    robofy_options_set_retry_ambiguous    => ['void', 'RobofyOptions *', 'bool'],
    robofy_options_set_proxy              => ['void', 'RobofyOptions *', 'const char *'],
    robofy_options_set_ca_file            => ['void', 'RobofyOptions *', 'const char *'],
    robofy_options_set_user_agent         => ['void', 'RobofyOptions *', 'const char *'],
    robofy_options_set_max_response_bytes => ['void', 'RobofyOptions *', 'uint64_t'],
    robofy_options_set_max_in_flight      => ['void', 'RobofyOptions *', 'uint32_t'],
    robofy_options_set_ordered_sessions   => ['void', 'RobofyOptions *', 'bool'],
    robofy_options_set_rate_limit         => ['void', 'RobofyOptions *', 'uint32_t', 'uint32_t'],
    robofy_client_new       => ['RobofyClient *', 'const char *', 'RobofyOptions *', 'RobofyError * *'],
    robofy_client_free      => ['void', 'RobofyClient *'],
    robofy_client_poll      => ['RobofyCompletion *', 'RobofyClient *', 'int64_t'],
    robofy_client_poll_fd   => ['int32_t', 'RobofyClient *'],
    robofy_client_cancel    => ['bool', 'RobofyClient *', 'uint64_t'],
    robofy_client_stats     => ['char *', 'RobofyClient *'],
    robofy_whatsapp_send    => ['RobofyReply *', 'RobofyClient *', 'RobofyMessage *', 'RobofyError * *'],
    robofy_whatsapp_submit  => ['bool', 'RobofyClient *', 'RobofyMessage *', 'uint64_t', 'RobofyError * *'],
    robofy_message_new      => ['RobofyMessage *', 'const char *', 'const char *', 'const char *'],
    robofy_message_set_session_id   => ['void', 'RobofyMessage *', 'const char *'],
    robofy_message_set_user_context => ['void', 'RobofyMessage *', 'const char *'],
    robofy_message_set_timeout_ms   => ['void', 'RobofyMessage *', 'uint64_t'],
    robofy_message_free             => ['void', 'RobofyMessage *'],
    robofy_reply_answer             => ['const char *', 'RobofyReply *'],
    robofy_reply_session_id         => ['const char *', 'RobofyReply *'],
    robofy_reply_message            => ['const char *', 'RobofyReply *'],
    robofy_reply_json               => ['const char *', 'RobofyReply *'],
    robofy_reply_attempts           => ['uint32_t', 'RobofyReply *'],
    robofy_reply_elapsed_us         => ['uint64_t', 'RobofyReply *'],
    robofy_reply_free               => ['void', 'RobofyReply *'],
    robofy_completion_tag           => ['uint64_t', 'RobofyCompletion *'],
    robofy_completion_reply         => ['RobofyReply *', 'RobofyCompletion *'],
    robofy_completion_error         => ['RobofyError *', 'RobofyCompletion *'],
    robofy_completion_free          => ['void', 'RobofyCompletion *'],
    robofy_error_status             => ['RobofyStatus', 'RobofyError *'],
    robofy_error_message            => ['const char *', 'RobofyError *'],
    robofy_error_http_status        => ['int32_t', 'RobofyError *'],
    robofy_error_code               => ['const char *', 'RobofyError *'],
    robofy_error_detail             => ['const char *', 'RobofyError *'],
    robofy_error_is_retryable       => ['bool', 'RobofyError *'],
    robofy_error_retry_after_ms     => ['uint64_t', 'RobofyError *'],
    robofy_error_free               => ['void', 'RobofyError *'],
);

my %TYPES = (
    'void'            => 'void',
    'bool'            => 'bool',
    'int32_t'         => 'sint32',
    'uint32_t'        => 'uint32',
    'int64_t'         => 'sint64',
    'uint64_t'        => 'uint64',
    'RobofyStatus'    => 'uint32',
    'const char *'    => 'string',
    'RobofyError * *' => 'opaque*',
);

my $loaded;

# Makes the functions of the library functions of this package.
sub load {
    return if $loaded;
    my @failures;
    for my $path (_places()) {
        return $loaded = 1 if eval { _attach($path); 1 };
        push @failures, $@ =~ s/\s*\z//r;
    }
    my $advice =
        $ENV{ROBOFY_LIBRARY}
        ? 'ROBOFY_LIBRARY names this file: point it to librobofy, or unset it to use the installed one'
        : 'Install robofy, or set ROBOFY_LIBRARY to the path of its shared library';
    croak 'the shared library of robofy cannot be used: ' . join('; ', @failures) . ". $advice";
}

# A text of the library as Perl's characters; undef for NULL.
sub text {
    my ($bytes) = @_;
    return defined $bytes ? decode('UTF-8', $bytes) : undef;
}

sub _attach {
    my ($path) = @_;
    DynaLoader::dl_load_file($path, 0) or die DynaLoader::dl_error(), "\n";
    my $ffi = FFI::Platypus->new(api => 2, lib => $path);
    my @missing = grep { !$ffi->find_symbol($_) } sort keys %SIGNATURES;
    die "$path has no $missing[0]\n" if @missing;
    no warnings 'redefine';
    for my $name (keys %SIGNATURES) {
        my ($returns, @takes) = map { $TYPES{$_} // 'opaque' } @{ $SIGNATURES{$name} };
        $ffi->attach($name => \@takes => $returns);
    }
    return;
}

sub _places {
    return $ENV{ROBOFY_LIBRARY} if $ENV{ROBOFY_LIBRARY};
    my @names = $^O eq 'darwin' ? qw(librobofy.0.dylib librobofy.dylib) : qw(librobofy.so.0 librobofy.so);
    my $beside = dirname(dirname(File::Spec->rel2abs(__FILE__)));
    return (grep({ -f } map { "$beside/$_" } @names), @names);
}

1;
