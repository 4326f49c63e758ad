# The calls that are no chats with WhatsApp's users.
use strict;
use warnings;
use utf8;
use lib 't/lib';

use Encode qw(encode);
use JSON::PP ();
use Service;
use Test::More;

sub of_agent { return client(pid => '31415', chatbot_id => 'DKDvwn', @_) }

subtest 'a response has what the service sent' => sub {
    my $response = client()->request(
        PUT     => '/v1/projects/7',
        query   => { page => 2, name => 'a&b=ü' },
        json    => { text => "Grüße \x{1F600}", none => undef },
        timeout => 30,
    );
    is $response->status, 200;
    is $response->header('Content-Type'), 'application/json';
    is $response->header('x-none'), undef;
    is $response->attempts, 1;
    cmp_ok $response->elapsed, '>', 0;
    is $response->json->{message}, 'Success';
    is_deeply $response->data->{query}, [[name => 'a&b=ü'], [page => '2']];
    is_deeply(JSON::PP->new->decode($response->data->{body}), { text => "Grüße \x{1F600}", none => undef });
};

subtest 'any JSON value is sent' => sub {
    is client()->request(POST => '/v1/projects', json => $_->[0])->data->{body}, $_->[1]
        for ['a', '"a"'], [[1], '[1]'], [JSON::PP::true(), 'true'], [0, '0'];
    isa_ok failure { client()->request(POST => '/v1/projects', json => sub { 1 }) }, 'Robofy::Error::InvalidArgument';
};

subtest 'a response without an envelope has no data' => sub {
    my $response = client()->request(POST => '/v1/ai-agent/link_content/31415', json => {});
    is $response->data, undef;
    is $response->json->{linkage_id}, 'linkage-1';
    is client()->request(HEAD => '/v1/projects')->body, '';
};

subtest 'a response outlives its client' => sub {
    my $response = client()->request(GET => '/v1/projects');
    is $response->header('content-type'), 'application/json';
};

subtest 'arguments are checked' => sub {
    my $client = of_agent();
    like failure { $client->request(undef, '/v1/projects') }, qr/method must be a text, not undef at .*api\.t/;
    like failure { $client->request(GET => '/v1/projects', body => '{}') }, qr/unknown argument: body at .*api\.t/;
    like failure { $client->request(GET => '/v1/projects', query => 'a=b') }, qr/query must be a reference to a hash/;
    like failure { $client->request(GET => '/v1/projects', query => { page => [] }) }, qr/page must be a text, not ARRAY/;
    like failure { $client->upload('/v1/ai-agent/files', {}) }, qr/must be a Robofy::Upload at .*api\.t/;
    like failure { $client->stream(undef, message('Hi')) }, qr/path must be a text/;
    like failure { client()->leads }, qr/pid is missing.* at .*api\.t/;
    like failure { client()->sessions }, qr/chatbot_id is missing/;
    like failure { $client->sessions(page => 1) }, qr/unknown argument: page/;
    for my $options ([timeout => 0], [max_response_bytes => 0], [query => { a => "\0" }], [json => "\0"]) {
        next if $options->[0] eq 'json';    # JSON writes it as an escape
        isa_ok failure { $client->request(POST => '/v1/projects', @$options) }, 'Robofy::Error::InvalidArgument', $options->[0];
    }
    for my $path ('v1', '//other.example/', '/v1?x=1', "/a\0") {
        like failure { $client->request(GET => $path) }, qr/path/;
        like failure { $client->stream($path, message('Hi')) }, qr/path/;
    }
    $client->close;
    my %arguments = (
        request => [GET => '/'], upload => ['/', Robofy::Upload->new], stream => ['/', message('Hi')],
        chat_send => [message('Hi')], submit_request => [GET => '/'], submit_chat => [message('Hi')],
    );
    for my $method (qw(request upload stream chat_send submit_request submit_chat leads sessions agent_settings)) {
        like failure { $client->$method(@{ $arguments{$method} // [] }) }, qr/this client is closed/, $method;
    }
};

subtest 'bounds are kept' => sub {
    isa_ok failure { client()->request(GET => '/v1/projects', max_response_bytes => 10) }, 'Robofy::Error::Protocol';
    my %slow = (query => { standin => 'delay-ms=60000' }, timeout => 0.2);
    isa_ok failure { client()->request(GET => '/v1/projects', %slow) }, 'Robofy::Error::Timeout';
};

subtest 'any call is submitted and cancelled' => sub {
    my $client = of_agent();
    my %kinds = (
        $client->submit_request(GET => '/v1/projects') => 'response',
        $client->submit_upload('/v1/ai-agent/files', Robofy::Upload->new->add_text(a => 'b')) => 'response',
        $client->submit_chat(query => 'Hello', platform => 'telegram') => 'reply',
    );
    for (1 .. 3) {
        my $completion = $client->poll(60);
        my $kind = $kinds{ $completion->tag };
        ok $completion->$kind, $kind;
        is $completion->response->header('content-type'), 'application/json' if $kind eq 'response';
    }
    my $tag = $client->submit_request(GET => '/v1/projects', query => { standin => 'delay-ms=60000' });
    ok $client->cancel($tag);
    isa_ok $client->poll(60)->error, 'Robofy::Error::Cancelled';
};

subtest 'a message of another platform is answered' => sub {
    my $sent = JSON::PP->new->decode(of_agent()->chat_send(query => '!echo', platform => 'telegram')->answer);
    is $sent->{user_context}{platform}, 'telegram';
};

subtest 'a form is checked and sent' => sub {
    my $upload = Robofy::Upload->new->add_text(chatbot_id => 'bot');
    $upload->add_bytes(more => "\0\xFF", file_name => 'two.bin', content_type => 'application/pdf');
    is $upload->total, 0;
    my $received = client()->upload('/v1/ai-agent/files', $upload)->data;
    like $received->{body}, qr/\Q$_/ for 'name="chatbot_id"', 'filename="two.bin"', 'application/pdf', "\0\x{FFFD}";
    is $upload->sent, $received->{bytes};
    my $missing = Robofy::Upload->new->add_file(file => '/no/such.pdf');
    like failure { client()->upload('/v1/ai-agent/files', $missing) }, qr/such\.pdf/;
    isa_ok failure { client()->upload('/v1/ai-agent/files', Robofy::Upload->new) }, 'Robofy::Error::InvalidArgument';
    isa_ok failure { $upload->add_text("a\0b" => '') }, 'Robofy::Error::InvalidArgument';
    like failure { $upload->add_text(a => undef) }, qr/value must be a text, not undef at .*api\.t/;
    like failure { $upload->add_bytes(a => "\x{100}", file_name => 'b') }, qr/must be bytes: encode.* at .*api\.t/;
    like failure { $upload->add_file(a => 'b', name => 'c') }, qr/unknown argument: name at .*api\.t/;
};

subtest 'a page of leads is asked for when it is needed' => sub {
    my $client = of_agent();
    my $leads = $client->leads(session_id => '7', timeout => 30);
    is $client->stats->{answered}, 0;
    is $leads->next->{name}, 'Lead 0';
    is $leads->next->{name}, 'Lead 1';
    is $client->stats->{answered}, 1;
};

subtest 'leads that cannot be had are an error' => sub {
    is of_agent()->leads(pid => 'empty')->next, undef;
    my $leads = of_agent()->leads(pid => 'loop');
    isa_ok failure { 1 while $leads->next }, 'Robofy::Error::Protocol';
    isa_ok failure { of_agent()->leads(pid => '..')->next }, 'Robofy::Error::InvalidArgument';
};

subtest 'sessions and settings' => sub {
    my ($first) = of_agent()->sessions(chatbot_id => 'array');
    is_deeply [@$first{qw(user_profile_name website_url)}], ['Asha', undef];
    my $settings = of_agent()->agent_settings;
    is $settings->thinking_mode, 'low';
    ok $settings->json->{unheard_of};
};

done_testing;
