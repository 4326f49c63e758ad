use strict;
use warnings;
use utf8;
use lib 't/lib';

use JSON::PP qw(decode_json);
use Encode qw(encode);
use Service;
use Test::More;

sub unique { return join '-', time, $$, int rand 2**30 }

subtest 'a chat is answered' => sub {
    my $session = unique();
    my $reply = client()->whatsapp_chat(message('Grüße, 你好', session_id => $session));

    is $reply->answer, 'Hello! You wrote: "Grüße, 你好".';
    is "$reply", $reply->answer;
    is $reply->session_id, $session;
    is $reply->message, 'Success';
    is $reply->json->{data}{answer}, $reply->answer;
    is $reply->attempts, 1;
    cmp_ok $reply->elapsed, '>', 0;
};

subtest 'the user context is sent' => sub {
    my $context = { name => 'Zoë', address => { city => 'Pune' }, tags => [] };
    my $reply = client()->whatsapp_chat(message('!echo', session_id => 'context', user_context => $context));

    my $sent = decode_json(encode('UTF-8', $reply->answer))->{user_context};
    is_deeply $sent, { %$context, session_id => 'context', platform => 'whatsapp' };
};

subtest 'what is no character is replaced' => sub {
    no warnings qw(surrogate non_unicode);
    for my $cut ("\x{D83D}", "\x{DC4B}", "\x{110000}") {
        my $reply = client()->whatsapp_chat(
            message('!echo', session_id => "s$cut", pid => "p$cut", user_context => { "n$cut" => ["x$cut 👋"] }));
        my $sent = decode_json(encode('UTF-8', $reply->answer));
        is $sent->{pid}, "p\x{FFFD}";
        is_deeply $sent->{user_context}, { session_id => "s\x{FFFD}", platform => 'whatsapp', "n\x{FFFD}" => ["x\x{FFFD} 👋"] };
        is client()->whatsapp_chat(message("a$cut"))->answer, "Hello! You wrote: \"a\x{FFFD}\".";
    }
};

subtest 'a service that names no session' => sub {
    is client()->whatsapp_chat(message('!no-session'))->session_id, undef;
};

subtest 'every option reaches the library' => sub {
    my $client = client(
        timeout         => 5,
        connect_timeout => 1.5,
        max_retries     => 1,
        retry_ambiguous => 1,
        proxy           => '',
        ca_file         => undef,
        user_agent      => 'perl-test/1',
        max_response_bytes => 400,
        max_in_flight      => 1,
        ordered_sessions   => 1,
        rate_limit         => [60_000, 1000],
    );
    is $client->whatsapp_chat(message('!status=500 fails=1', session_id => unique()))->attempts, 2;
    like failure { $client->whatsapp_chat(message('!huge=1000')) }, qr/400/;
    $client->submit(message('!delay-ms=60000'));
    isa_ok failure { $client->submit(message('Hello')) }, 'Robofy::Error::Overloaded';
};

subtest 'figures of a client' => sub {
    my $client = client();
    $client->whatsapp_chat(message('Hello'));
    is $client->stats->{answered}, 1;
    is $client->stats->{latency}{count}, 1;
};

done_testing;
