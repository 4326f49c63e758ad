# Robofy::Fake, which needs neither library nor service.
use strict;
use warnings;

use Robofy::Fake;
use Test::More;

my $limited = Robofy::Error::RateLimited->new(retry_after => 7);

subtest 'it answers from its script, and keeps what it was asked' => sub {
    my $client = Robofy::Fake->new('Hello!', $limited, sub { my (%message) = @_; uc $message{query} });
    isa_ok $client, 'Robofy::Client';

    my $reply = $client->whatsapp_chat(query => 'Hi', session_id => '918727000000');
    is "$reply", 'Hello!';
    is $reply->session_id, '918727000000';
    is $reply->json->{data}{answer}, 'Hello!';

    ok !eval { $client->whatsapp_chat(query => 'again') };
    is $@->status, 'rate_limited';
    is $@->number, 11;
    is $@->retry_after, 7;
    ok $@->is_retryable;
    ok !Robofy::Error::Server->new->is_retryable;

    is $client->whatsapp_chat(query => 'loud', pid => 1)->answer, 'LOUD';
    is_deeply [map { $_->{query} } $client->asked], [qw(Hi again loud)];
    ok !eval { $client->whatsapp_chat(query => 'more') };
    like $@, qr/no answer left at .*fake\.t/;
};

subtest 'many chats end as with a client' => sub {
    my @ended;
    Robofy::Fake->new('one', $limited)->whatsapp_chats(
        [{ query => 'a' }, { query => 'b' }, { query => '' . "\0" }],
        sub { my ($index, $reply, $error) = @_; $ended[$index] = $reply ? "$reply" : $error->status },
    );
    is_deeply \@ended, [qw(one rate_limited invalid_argument)];
};

subtest 'a submitted message is polled, told of and cancelled' => sub {
    my $client = Robofy::Fake->new('one', 'two');
    my $first = $client->submit(query => 'a');
    vec(my $bits = '', $client->poll_fd, 1) = 1;
    my $second = $client->submit(query => 'b');
    ok $client->cancel($second);

    is select(my $readable = $bits, undef, undef, 0), 1;
    is $client->poll(0)->reply->answer, 'one';
    is select($readable = $bits, undef, undef, 0), 1;
    is $client->poll->error->status, 'cancelled';
    is select($readable = $bits, undef, undef, 0), 0;
    is $client->poll, undef;
    ok !$client->cancel($first);
};

subtest 'it answers requests and forms' => sub {
    my $client = Robofy::Fake->new('[1]', Robofy::Error::NotFound->new, '{}', 'Hello', '2');
    my $response = $client->request(GET => '/v1/projects', query => { page => 1 });
    is_deeply $response->data, [1];
    is_deeply $response->json, { data => [1] };
    is $response->status, 200;
    is $response->header('Content-Type'), undef;
    ok !eval { $client->request(GET => '/v1/projects/7') };
    is $@->status, 'not_found';
    is_deeply $client->upload('/v1/ai-agent/files', 'form')->data, {};
    is $client->chat_send(query => 'Hi', platform => 'telegram')->answer, 'Hello';
    my $tag = $client->submit_request(GET => '/v1/projects');
    is $client->poll->response->data, 2;
    is_deeply(($client->asked)[2], { method => 'POST', path => '/v1/ai-agent/files', upload => 'form' });
};

subtest 'it refuses what a client refuses' => sub {
    my $client = Robofy::Fake->new('one');
    ok !eval { $client->submit(query => 'a', sesion => 1) };
    like $@, qr/unknown argument: sesion/;
    $client->close;
    ok !eval { $client->poll };
    like $@, qr/closed/;
    is_deeply [$client->asked], [];
};

done_testing;
