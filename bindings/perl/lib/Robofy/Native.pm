package Robofy::Native;

# The loaded library: its functions are functions of this package.

use strict;
use warnings;

use Carp qw(croak);
use Encode qw(decode);
use FFI::Platypus 2.00;
use FFI::Platypus::Buffer qw(buffer_to_scalar);
use FFI::Platypus::DL;
use File::Basename qw(dirname);
use File::Spec;
use Robofy::Declarations;

our @CARP_NOT = qw(Robofy Robofy::Client Robofy::Inbox Robofy::Text Robofy::Upload Robofy::Webhook);

my $loaded;

sub load {
    return if $loaded;
    my ($advice, @files) = _places();
    my @reasons;
    for my $file (@files) {
        # It stays open: a library is loaded once.
        if (dlopen($file, RTLD_PLATYPUS_DEFAULT)) { push @reasons, _attach($file, $advice) // return $loaded = 1 }
        else                                      { push @reasons, dlerror() }
    }
    croak _told(Robofy::Declarations::CANNOT_LOAD, reasons => join('; ', @reasons), advice => $advice);
}

# A text of the library as Perl's characters; undef for NULL.
sub text {
    my ($bytes) = @_;
    return defined $bytes ? decode('UTF-8', $bytes) : undef;
}

# The text at an address.
sub text_at { return text(FFI::Platypus->new(api => 2)->cast(opaque => 'string', $_[0])) }

# So many bytes at an address.
sub bytes {
    my ($address, $length) = @_;
    return $length ? buffer_to_scalar($address, $length) : '';
}

# Gives back why the file is not the library.
sub _attach {
    my ($file, $advice) = @_;
    my $ffi = FFI::Platypus->new(api => 2, lib => $file);
    my $signatures = \%Robofy::Declarations::SIGNATURES;
    my ($missing) = grep { !$ffi->find_symbol($_) } 'robofy_version', sort keys %$signatures;
    return "$file has no $missing" if $missing && $missing eq 'robofy_version';
    my $found = $ffi->function(robofy_version => [] => 'string')->call;
    croak _told(Robofy::Declarations::CANNOT_USE, file => $file, found => $found, advice => $advice)
        if _minor($found) ne _minor(Robofy::Declarations::VERSION);
    return "$file has no $missing" if $missing;
    $ffi->attach($_ => @{ $signatures->{$_} }) for keys %$signatures;
    return undef;
}

sub _minor { return $_[0] =~ /\A(\d+\.\d+)/ ? $1 : '' }

sub _told {
    my ($message, %values) = @_;
    return $message =~ s/\{(\w+)\}/$values{$1}/gr;
}

# What to do where none of the files can be used, then the files to try.
sub _places {
    return (Robofy::Declarations::ADVICE_CHOSEN, $ENV{ROBOFY_LIBRARY}) if $ENV{ROBOFY_LIBRARY};
    my ($beside, $names) = map { $_->{$^O} // $_->{''} } \%Robofy::Declarations::BESIDE, \%Robofy::Declarations::SYSTEM;
    $beside = File::Spec->catfile(dirname(dirname(File::Spec->rel2abs(__FILE__))), $beside);
    return -f $beside ? (Robofy::Declarations::ADVICE_BESIDE, $beside) : (Robofy::Declarations::ADVICE, @$names);
}

1;
