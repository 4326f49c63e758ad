# The promises that all bindings make, from the contract that ROBOFY_CONTRACT names. Those that are kept go into the
# file that ROBOFY_CONTRACT_RESULTS names.
use strict;
use warnings;
use utf8;
use lib 't/lib';
no warnings 'surrogate';

use Config;
use Cwd qw(abs_path);
use Data::Dumper ();
use Encode qw(encode);
use File::Temp qw(tempdir);
use HTTP::Tiny;
use JSON::PP qw(decode_json);
use POSIX ();
use Service;
use Test::More;
use Time::HiRes qw(sleep time);

plan skip_all => 'ROBOFY_CONTRACT names no contract' if !$ENV{ROBOFY_CONTRACT};

my $LIBRARY = $ENV{ROBOFY_LIBRARY};

sub requests {
    my ($method) = @_;
    my $response = HTTP::Tiny->new(no_proxy => '127.0.0.1')->request($method, "$ENV{ROBOFY_BASE_URL}/standin/requests");
    return $response->{content};
}

# What the stand-in has received.
sub received { return @{ decode_json(requests('GET')) } }

sub last_request { return (received())[-1]{body} }

# The key of the last request.
sub last_key {
    my ($header) = grep { $_->[0] eq 'authorization' } @{ (received())[-1]{headers} };
    return $header->[1] =~ s/\ABearer //r;
}

# A program of its own, as a process: its id.
sub start {
    my ($code) = @_;
    my $child = fork // die "no fork: $!";
    return $child if $child;
    my $client = 'Robofy::Client->new("key", base_url => $ENV{ROBOFY_BASE_URL}, pid => 1, chatbot_id => 2)';
    exec $^X, '-Ilib', '-MRobofy', '-e', "my \$client = $client; $code" or POSIX::_exit(99);
}

# What loading the library says, in a program of its own whose modules are in this directory.
sub loaded {
    my ($lib) = @_;
    return scalar `$^X -I$lib -MRobofy -e 'print eval { Robofy::library_version() } // \$\@'`;
}

sub answer_or_status {
    my (@message) = @_;
    return eval { client()->whatsapp_chat(@message)->answer } // $@->status;
}

# The error that a case expects, with what it says of the fields.
sub is_expected {
    my ($error, $case) = @_;
    my $class = join '', map { ucfirst } split /_/, $case->{status};
    is ref $error, "Robofy::Error::$class" or return diag $error // 'nothing failed';
    is $error->status, $case->{status};
    is Robofy::status_name($error->number), $case->{status};
    my %fields = (
        http_status    => $error->http_status // 0,
        code           => $error->code,
        detail         => $error->detail,
        retryable      => !!$error->is_retryable,
        retry_after_ms => 1000 * ($error->retry_after // 0),
    );
    for (grep { exists $case->{$_} } sort keys %fields) { is $fields{$_}, $_ eq 'retryable' ? !!$case->{$_} : $case->{$_}, $_ }
    like "$error", qr/$case->{names}/ if $case->{names};
}

my %KEEPS = (
    typed_errors => sub {
        my ($case) = @_;
        my %options = map { $_ => $case->{$_} } grep { defined $case->{$_} } 'base_url';
        my %more = $case->{timeout_ms} ? (timeout => $case->{timeout_ms} / 1000) : ();
        is_expected(failure { client(%options)->whatsapp_chat(message($case->{query}, %more)) }, $case);
    },
    texts => sub {
        my ($case) = @_;
        client()->whatsapp_chat(message($case->{query}));
        is last_request()->{query}, $case->{arrives};
    },
    nul => sub {
        my ($case) = @_;
        my $error = failure { client()->whatsapp_chat(message($case->{query})) };
        is $error->status, $case->{status};
        like "$error", qr/$case->{names}/;
        is_deeply [received()], [], 'nothing is sent';
    },
    # Bytes are decoded by the program, as by the one that the README shows.
    invalid_utf8 => sub {
        my ($case) = @_;
        my $bytes = pack 'C*', @{ $case->{query_bytes} };
        is system($^X, '-Ilib', 'chat.pl', $bytes), 0;
        is last_request()->{query}, $case->{arrives};
    },
    answers => sub {
        my ($case) = @_;
        is answer_or_status(message($case->{query})), $case->{answer} // $case->{status};
    },
    many => sub {
        my ($case) = @_;
        my ($client, $start, %expected) = (client(), time);
        for my $n (1 .. $case->{chats}) {
            my ($query, $answer) = map { s/\{n\}/$n/r } @$case{qw(query answer)};
            $expected{ $client->submit(message($query)) } = $answer;
        }
        my %answers = map { $_->tag => $_->reply->answer } map { $client->poll(60) } keys %expected;
        is_deeply \%answers, \%expected;
        cmp_ok 1000 * (time - $start), '<', $case->{within_ms};
    },
    order => sub {
        my ($case) = @_;
        my $client = client(ordered_sessions => 1);
        $client->submit(message($_, session_id => $case->{session_id})) for @{ $case->{queries} };
        is_deeply [map { $client->poll(60)->reply->answer } @{ $case->{queries} }], $case->{answers};
    },
    cancel => sub {
        my ($case) = @_;
        my $client = client();
        my $tag = $client->submit(message($case->{query}));
        sleep $case->{after_ms} / 1000;
        my $start = time;
        ok $client->cancel($tag);
        is $client->poll(60)->error->status, $case->{status};
        cmp_ok 1000 * (time - $start), '<', $case->{within_ms};
    },
    overloaded => sub {
        my ($case) = @_;
        my $client = client(max_in_flight => $case->{max_in_flight});
        $client->submit(message($case->{first}));
        is failure { $client->submit(message($case->{query})) }->status, $case->{status};
        is $client->poll(60)->reply->answer, 'first';
        is_deeply [map { $_->{body}{query} } received()], [$case->{first}];
    },
    requests => sub {
        my ($case) = @_;
        my %options = map { $_->[0] => $case->{ $_->[1] } } grep { $case->{ $_->[1] } } [query => 'query'], [json => 'body'];
        my $response = eval { client()->request(@$case{qw(method path)}, %options) };
        return is_expected($@, $case) if $case->{status};
        my $received = $response->data;
        is $received->{$_}, $case->{$_}, $_ for qw(method path);
        is_deeply { map { @$_ } @{ $received->{query} } }, $case->{query} // {}, 'query';
        is_deeply $received->{body} ? decode_json(encode('UTF-8', $received->{body})) : undef, $case->{body}, 'body';
    },
    uploads => sub {
        my ($case) = @_;
        my $path = tempdir(CLEANUP => 1) . "/$case->{file_name}";
        my $bytes = encode('UTF-8', $case->{content});
        open my $file, '>:raw', $path or die $!;
        print $file $bytes;
        close $file or die $!;
        my $from_memory = Robofy::Upload->new->add_bytes(file => $bytes, file_name => $case->{file_name});
        for my $upload ($from_memory, Robofy::Upload->new->add_file(file => $path)) {
            my $received = client()->upload($case->{path}, $upload)->data->{body};
            like $received, qr/\Q$case->{$_}/, $_ for qw(file_name content);
            cmp_ok $upload->total, '>', 0;
            is $upload->sent, $upload->total;
        }
    },
    lists => sub {
        my ($case) = @_;
        my $client = client(pid => '31415', chatbot_id => 'DKDvwn');
        my ($leads, @names) = $client->leads;
        while (my $lead = $leads->next) { push @names, $lead->{name} }
        is_deeply \@names, $case->{leads};
        is_deeply [map { $_->{session_id} } $client->sessions], $case->{sessions};
        my $settings = $client->agent_settings;
        is $settings->temperature, $case->{temperature};
        is $settings->llm_api_key, $case->{key};
        unlike $_, qr/\Q$case->{key}/ for "$settings", Data::Dumper::Dumper($settings);
    },
    streams => sub {
        my ($case) = @_;
        my $stream = client()->stream(STREAM, message($case->{query}));
        my $error = failure { 1 while $stream->next };
        is $stream->text, $case->{answer};
        is defined $stream->session_id, !!$case->{session};
        return is_expected($error, $case) if $case->{status};
        is $error, undef;
    },
    stream_cancel => sub {
        my ($case) = @_;
        my $stream = client()->stream(STREAM, message($case->{query}));
        $stream->next or die 'no event' while $stream->text ne $case->{answer};
        my $start = time;
        ok $stream->cancel;
        is failure { $stream->next }->status, $case->{status};
        cmp_ok 1000 * (time - $start), '<', $case->{within_ms};
    },
    closed => sub {
        my $client = client();
        $client->close for 1 .. 2;
        like failure { $client->whatsapp_chat(message('Hello')) }, qr/this client is closed/;
    },
    fork => sub {
        my $client = client();
        $client->whatsapp_chat(message('Hello'));
        my $child = fork // die "no fork: $!";
        POSIX::_exit(eval { $client->whatsapp_chat(message('!answer=child')) eq 'child' } ? 0 : 1) if !$child;
        waitpid $child, 0;
        is $?, 0;
    },
    exit => sub {
        my ($case) = @_;
        my $start = time;
        waitpid start("\$client->submit(query => '$case->{query}'); exit 7"), 0;
        is $? >> 8, 7;
        cmp_ok 1000 * (time - $start), '<', $case->{within_ms};
    },
    interrupt => sub {
        my ($case) = @_;
        my $child = start("\$client->whatsapp_chat(query => '$case->{query}')");
        sleep $case->{after_ms} / 1000;
        my $start = time;
        kill INT => $child;
        waitpid $child, 0;
        is $? & 127, POSIX::SIGINT();
        cmp_ok 1000 * (time - $start), '<', $case->{within_ms};
    },
    leak => sub {
        my ($case) = @_;
        my $client = client();
        my $clients = $case->{clients} / 10;
        my $chats = $case->{chats} / 20;
        my $detail = 'x' x 8000;
        my $grown = growth {
            for (1 .. $chats) {
                $client->whatsapp_chat(message('!huge=16000'));
                failure { $client->whatsapp_chat(message("!status=401 detail=$detail")) } or die 'nothing failed';
            }
            client()->whatsapp_chat(message('Hello')) for 1 .. $clients;
        };
        cmp_ok $grown, '<', $case->{grows_mb} * MEGABYTE;
    },
    credentials => sub {
        my ($case) = @_;
        my @options = (base_url => $ENV{ROBOFY_BASE_URL}, pid => 'a', chatbot_id => 'b');
        local $ENV{ROBOFY_API_KEY} = 'environments';
        Robofy::Client->new(@options)->whatsapp_chat(query => 'Hello');
        is last_key(), 'environments';
        my $client = Robofy::Client->new('given', @options);
        $client->whatsapp_chat(query => 'Hello');
        is last_key(), 'given';
        is_deeply [@{ last_request() }{qw(pid chatbot_id)}], [qw(a b)];
        $client->whatsapp_chat(query => 'Hello', pid => 'own');
        is_deeply [@{ last_request() }{qw(pid chatbot_id)}], [qw(own b)];
        $ENV{ROBOFY_API_KEY} = $case->{environments_key};
        my $error = failure { Robofy::Client->new(@options) };
        is $error->status, $case->{status};
        like "$error", qr/api_key is missing.*$case->{names}/;
        delete $ENV{ROBOFY_API_KEY};
        like failure { Robofy::Client->new(@options) }, qr/api_key is missing.*ROBOFY_API_KEY/;
    },
    loading => sub {
        my $directory = tempdir(CLEANUP => 1);
        system('cp', '-r', 'lib', $directory) and die 'no copy';
        my $other = "$directory/other.so";
        is loaded('lib'), '0.1.0', 'ROBOFY_LIBRARY';
        local $ENV{ROBOFY_LIBRARY} = $other;
        for my $version ('0.99.1', '1', '') {
            open my $compiler, '|-', "$Config{cc} -shared -fPIC -x c - -o $other" or die $!;
            print $compiler qq(const char *robofy_version(void) { return "$version"; });
            close $compiler or die 'not compiled';
            my $versions = qr/\Q$other\E is robofy \Q$version\E, and this package is robofy 0\.1\.0: point ROBOFY_LIBRARY/;
            like loaded('lib'), qr/\A$versions [^\n]*\n\z/, "version '$version'";
        }
        delete $ENV{ROBOFY_LIBRARY};
        my $reasons = qr/librobofy\.so\.0: [^;\n]*; librobofy\.so: [^;\n]*/;
        like loaded('lib'), qr/\Athe robofy library cannot be loaded \($reasons\): install [^\n]*\n\z/, 'none';
        symlink abs_path($LIBRARY), "$directory/librobofy.so.0" or die $!;
        { local $ENV{LD_LIBRARY_PATH} = $directory; is loaded('lib'), '0.1.0', "the system's" }
        my $beside = "$directory/lib/librobofy.so";
        open my $broken, '>', $beside or die $!;
        print $broken 'broken';
        close $broken or die $!;
        my $only = qr/cannot be loaded \(\Q$beside\E: [^;\n]*\): only the file beside the package is tried/;
        { local $ENV{LD_LIBRARY_PATH} = $directory; like loaded("$directory/lib"), $only, 'broken, beside the package' }
        unlink $beside or die $!;
        symlink abs_path($LIBRARY), $beside or die $!;
        is loaded("$directory/lib"), '0.1.0', 'beside the package';
    },
);

# JSON::PP refuses half of a surrogate pair: read as a character of private use, and made what it was.
open my $file, '<:raw', $ENV{ROBOFY_CONTRACT} or die "$ENV{ROBOFY_CONTRACT}: $!";
my $contract = decode_json(do { local $/; <$file> } =~ s/(?<!\\)\\ud(?=[89a-f])/\\ue/gr);

for my $promise (@{ $contract->{promises} }) {
    my ($id, $cases) = @$promise{qw(id cases)};
    requests('DELETE');
    my $holds = subtest $id => sub {
        for my $case (@{ $cases // [{}] }) {
            $case->{query} =~ tr/\x{E800}-\x{EFFF}/\x{D800}-\x{DFFF}/ if defined $case->{query} && !ref $case->{query};
            # One that dies is one that fails: the next promises are tried all the same.
            eval { $KEEPS{$id}->($case); 1 } or fail "$id: $@";
        }
    };
    next if !$holds || !$ENV{ROBOFY_CONTRACT_RESULTS};
    open my $results, '>>', $ENV{ROBOFY_CONTRACT_RESULTS} or die $!;
    print $results "$id\n";
}

done_testing;
