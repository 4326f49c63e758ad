# An answer while it is written.
use strict;
use warnings;
use utf8;
use lib 't/lib';

use HTTP::Tiny;
use JSON::PP qw(decode_json);
use POSIX ();
use Service;
use Test::More;
use Time::HiRes qw(alarm sleep);

use constant SILENCE => '!answer=x endless=silence';

sub stream { return client()->stream(STREAM, message(@_)) }

sub nothing_is_in_flight {
    for (1 .. 600) {
        my $stats = HTTP::Tiny->new(no_proxy => '127.0.0.1')->get("$ENV{ROBOFY_BASE_URL}/standin/stats");
        return 1 if !decode_json($stats->{content})->{in_flight};
        sleep 0.05;
    }
    return 0;
}

subtest 'events come in their order' => sub {
    my $stream = stream('!deltas=2 tools', session_id => '918727');
    my (@events, @texts);
    while (my $event = $stream->next) {
        push @events, $event;
        push @texts, $event->text if $event->kind eq 'delta';
        ok $event->json, $event->body;
    }
    is_deeply \@texts, ['0 ', '1 '];
    is_deeply [map { $_->kind } @events[-3 .. -1]], [qw(finish session other)];
    is((grep { ($_->name // '') eq 'book' } @events)[0]->kind, 'tool');
    is_deeply [$stream->text, $stream->session_id], ['0 1 ', '918727'];
    ok $stream->is_done;
    is $stream->next, undef;
};

subtest 'how it ends is told once, and what came is kept' => sub {
    my $stream = stream('!answer=Hello no-done');
    isa_ok failure { 1 while $stream->next }, 'Robofy::Error::Interrupted';
    is $stream->text, 'Hello';
    is $stream->next, undef;
    $stream = stream(SILENCE, timeout => 0.3);
    isa_ok failure { 1 while $stream->next }, 'Robofy::Error::Timeout';
};

subtest 'a wait may be short' => sub {
    my $stream = stream(SILENCE);
    $stream->next while $stream->text ne 'x';
    is $stream->next(0.01), undef;
    ok !$stream->is_done;
    like failure { $stream->next('soon') }, qr/seconds must be a number.* at .*stream\.t/;
};

subtest 'it is given up by close and when it is forgotten, also amid a loop' => sub {
    my $stream = stream(SILENCE);
    while ($stream->next) { last }
    $stream->close for 1 .. 2;
    like failure { $stream->$_ }, qr/this stream is closed.* at .*stream\.t/, $_ for qw(next text session_id is_done cancel poll_fd);
    $stream = stream(SILENCE);
    $stream->next;
    undef $stream;
    ok nothing_is_in_flight();
};

subtest 'it outlives its client' => sub {
    my $stream = stream('!answer=Hello event-delay-ms=20');
    1 while $stream->next;
    is $stream->text, 'Hello';
};

subtest 'a descriptor tells of an event' => sub {
    my $stream = stream('!answer=Hello');
    vec(my $bits = '', $stream->poll_fd, 1) = 1;
    is select($bits, undef, undef, 60), 1;
    ok $stream->next(0);
};

subtest 'a signal handler runs amid a wait, and may die, cancel or close' => sub {
    my $stream = stream(SILENCE);
    local $SIG{ALRM} = sub { die "enough\n" };
    alarm 0.5;
    is failure { 1 while $stream->next }, "enough\n";
    local $SIG{ALRM} = sub { $stream->cancel };
    alarm 0.5;
    isa_ok failure { 1 while $stream->next }, 'Robofy::Error::Cancelled';
    $stream = stream(SILENCE);
    local $SIG{ALRM} = sub { $stream->close };
    alarm 0.5;
    like failure { 1 while $stream->next }, qr/this stream is closed/;
};

subtest 'a forked child has no part in it' => sub {
    my $stream = stream('!answer=Hello event-delay-ms=50');
    my $child = fork // die "no fork: $!";
    if (!$child) {
        my $is_cancelled = ref failure { $stream->next } eq 'Robofy::Error::Cancelled';
        undef $stream;
        POSIX::_exit($is_cancelled ? 0 : 1);
    }
    waitpid $child, 0;
    is $?, 0;
    1 while $stream->next;
    is $stream->text, 'Hello';
};

subtest 'a program that ends amid a stream ends well' => sub {
    my @message = map { "'$_'" } message(SILENCE);
    for my $end ('exit 3', 'POSIX::_exit(3)', '$! = 3; die "enough"') {
        my $code = "use POSIX (); my \$client = Robofy::Client->new('key', base_url => \$ENV{ROBOFY_BASE_URL});"
            . "our \$stream = \$client->stream('@{[STREAM]}', @{[join ',', @message]}); \$stream->next; $end";
        open my $quiet, '>&', \*STDERR or die $!;
        open STDERR, '>', '/dev/null' or die $!;
        system $^X, '-Ilib', '-MRobofy', '-e', $code;
        open STDERR, '>&', $quiet or die $!;
        is $?, 3 << 8, $end;
    }
};

subtest 'thousands of requests and streams leave nothing' => sub {
    my $client = client(pid => 1, chatbot_id => 2);
    my $detail = 'x' x 4000;
    my $upload = Robofy::Upload->new->add_text(a => $detail);
    my $grown = growth {
        for (1 .. 100) {
            $client->request(POST => '/v1/projects', json => $detail);
            failure { $client->request(GET => '/v1/projects', query => { standin => "status=401 detail=$detail" }) } or die;
            $client->upload('/v1/ai-agent/files', $upload);
            $client->agent_settings;
            my $stream = $client->stream(STREAM, query => "!answer=$detail");
            1 while $stream->next;
        }
    };
    cmp_ok $grown, '<', 8 * MEGABYTE;
};

done_testing;
