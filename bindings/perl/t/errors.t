use strict;
use warnings;
use utf8;
use lib 't/lib';

use Service;
use Test::More;

subtest 'an error has what the service said' => sub {
    my $error = failure { client()->whatsapp_chat(message('!status=429 code=SLOW_DOWN detail=Too_fast. retry-after=7')) };

    isa_ok $error, 'Robofy::Error::RateLimited';
    isa_ok $error, 'Robofy::Error';
    is $error->status, 'rate_limited';
    is $error->http_status, 429;
    is $error->code, 'SLOW_DOWN';
    is $error->detail, 'Too fast.';
    ok $error->is_retryable;
    is $error->retry_after, 7;
    like "$error", qr/SLOW_DOWN/;
};

my %kinds = (
    '!status=400'   => 'BadRequest',
    '!status=401'   => 'Unauthorized',
    '!status=403'   => 'Forbidden',
    '!status=404'   => 'NotFound',
    '!status=500'   => 'Server',
    '!not-json'     => 'Protocol',
    '!close=before' => 'Interrupted',
);
for my $query (sort keys %kinds) {
    my $error = failure { client()->whatsapp_chat(message($query)) };
    is ref $error, "Robofy::Error::$kinds{$query}", "$query is $kinds{$query}";
}
isa_ok failure { client()->whatsapp_chat(message('!delay-ms=60000', timeout => 0.2)) }, 'Robofy::Error::Timeout';
isa_ok failure { client(base_url => 'http://127.0.0.1:1')->whatsapp_chat(message('Hello')) }, 'Robofy::Error::Connect';

my @refused_options = (
    [base_url   => 'http://robofy.example'], [user_agent => "a\0b"],         [ca_file => '/no/such/file.pem'],
    [timeout    => 0],                       [timeout    => 'nan'],          [connect_timeout => -1],
    [max_retries => -1],                     [max_retries => 1.5],           [max_in_flight => 2**32],
    [max_response_bytes => 0],               [rate_limit => [0, 1]],
);
for my $option (@refused_options) {
    my ($name, $value) = @$option;
    my $error = failure { client($name => $value) };
    isa_ok $error, 'Robofy::Error::InvalidArgument', "$name";
    like "$error", qr/$name/, 'and it is named';
}

my @refused_arguments = (
    [pid => ''], [chatbot_id => "a\0b"], [query => "Hel\0lo"], [query => ''], [session_id => "\0"], [timeout => 0],
    [user_context => { platform => 'web' }],
    [user_context => { code => sub { 1 } }],
);
for my $argument (@refused_arguments) {
    my ($name, $value) = @$argument;
    my $error = failure { client()->whatsapp_chat(message('Hello', $name => $value)) };
    isa_ok $error, 'Robofy::Error::InvalidArgument', "$name";
    like "$error", qr/$name/, 'and it is named';
}

subtest 'a wrong type is the mistake of the caller' => sub {
    like failure { Robofy::Client->new([]) }, qr/api_key must be a text, not ARRAY at .*errors\.t/;
    like failure { Robofy::Client->new('key', nonsense => 1) }, qr/nonsense/;
    like failure { client(timeout => 'soon') }, qr/timeout must be a number of seconds, not "soon"/;
    like failure { client(rate_limit => $_) }, qr/rate_limit must be/ for 30, [1, 2, 3];
    like failure { Robofy::Client->new('key', log => 'STDERR') }, qr/log must be a reference to a sub, not "STDERR" at .*errors\.t/;
    like failure { Robofy::Client->new('key')->whatsapp_chat(query => 'Hi') }, qr/pid is missing: give it.* at .*errors\.t/;
    like failure { client()->whatsapp_chat('Hi') }, qr/a list of names and values at .*errors\.t/;
    like failure { client()->poll('soon') }, qr/seconds must be a number/;
    like failure { client()->whatsapp_chats(['Hi'], sub { }) }, qr/message must be a reference to a hash at .*errors\.t/;
    like failure { client()->whatsapp_chats([{ message('Hi') }], sub { }, 0) }, qr/at_once must be/;
    like failure { client()->whatsapp_chat(message(undef)) }, qr/query must be a text, not undef/;
    like failure { client()->whatsapp_chat(message('Hi', session_id => [])) }, qr/session_id must be a text, not ARRAY/;
    like failure { client()->whatsapp_chat(message('Hi', user_context => '{}')) }, qr/user_context must be a reference/;
    like failure { client()->submit(message('Hi', sesion => 1)) }, qr/sesion/;
};

subtest 'a closed client refuses calls' => sub {
    my $client = client();
    $client->close for 1 .. 2;
    my %arguments = (whatsapp_chat => [message('Hi')], submit => [message('Hi')], cancel => [1]);
    for my $method (qw(whatsapp_chat submit poll poll_fd cancel stats)) {
        like failure { $client->$method(@{ $arguments{$method} // [] }) }, qr/this client is closed/, $method;
    }
};

subtest 'the log is told of chats that fail or are sent again' => sub {
    my @lines;
    my $client = client(max_retries => 1, log => sub { push @lines, @_ });
    $client->whatsapp_chat(message('Hello'));
    $client->whatsapp_chat(message('!status=503 fails=1 answer=again', session_id => "log-$$-" . time));
    failure { $client->whatsapp_chat(message('!status=403')) } or die 'nothing failed';
    $client->submit(message('!status=404'));
    $client->poll(60);
    is @lines, 3;
    like $lines[0], qr/\Aa call took 2 attempts and \d+\.\d s\z/;
    like $lines[1], qr/\Aa call failed \(forbidden\): 403/;
    like $lines[2], qr/\Aa call failed \(not_found\): 404/;
};

subtest 'a log that dies loses no answer and no error' => sub {
    my @warned;
    local $SIG{__WARN__} = sub { push @warned, @_; die 'warnings are fatal here' };
    my $client = client(max_retries => 1, log => sub { die "the disk is full\n" });
    my %again = message('!status=503 fails=1', session_id => "dies-$$-" . time);
    is $client->whatsapp_chat(%again)->attempts, 2;
    isa_ok failure { $client->whatsapp_chat(message('!status=403')) }, 'Robofy::Error::Forbidden';
    my $tag = $client->submit(message('!status=404'));
    my $completion = $client->poll;
    is $completion->tag, $tag;
    isa_ok $completion->error, 'Robofy::Error::NotFound';
    is_deeply \@warned, [("robofy: the log failed: the disk is full\n") x 3];
};

subtest 'a status has a name' => sub {
    is Robofy::status_name(11), 'rate_limited';
    is Robofy::status_name(4_000_000_000), 'unknown';
    is "@{[Robofy::Error->new(status => 'of_a_later_library', number => 99)]}", 'of_a_later_library';
};

subtest 'a library that cannot be used is an error that says what to do' => sub {
    my %said = (
        '/no/such/librobofy.so' => qr/\A.*no such.*: point ROBOFY_LIBRARY.* at -e line 1\.\n\z/i,
        'libm.so.6'             => qr/libm\.so\.6 has no robofy_version\): point ROBOFY_LIBRARY/,
        ''                      => qr/\A.*librobofy\.so.*set ROBOFY_LIBRARY.* at -e line 1\.\n\z/,
    );
    for my $path (sort keys %said) {
        local $ENV{ROBOFY_LIBRARY} = $path;
        like scalar `$^X -Ilib -MRobofy -e 'eval { Robofy::library_version() }; print \$\@'`, $said{$path}, "'$path'";
    }
};

done_testing;
