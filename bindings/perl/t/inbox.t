# From what users write to what is sent to them.
use strict;
use warnings;
use utf8;
use lib 't/lib';

use Config;
use File::Temp qw(tempdir);
use JSON::PP qw(decode_json encode_json);
use POSIX ();
use Robofy::Fake;
use Service;
use Test::More;
use Time::HiRes qw(alarm);

my %AGENT = (pid => '31415', chatbot_id => 'DKDvwn');
my $ids = 0;

# The agent is asked when there are so many messages.
sub inbox {
    my ($messages, %more) = @_;
    return Robofy::Inbox->new(client(%AGENT), max_messages => $messages, quiet => 3000, max_wait => 3000, typing => 0, %more);
}

sub event {
    my ($field, $messages, $text) = @_;
    my %message = (from => '1555', to => '1555', id => 'wamid.' . ++$ids, type => 'text', text => { body => $text });
    my %value = (metadata => { phone_number_id => '106' }, $messages => [{ %message, timestamp => '' . time }]);
    my $body = encode_json({ entry => [{ changes => [{ field => $field, value => \%value }] }] });
    return (Robofy::Webhook->new('meta')->read($body)->events)[0];
}

sub from_user { return event(messages => 'messages', @_) }

sub offer {
    my ($inbox, $id, $text) = @_;
    return $inbox->offer_text('106', '1555', $id, $text);
}

subtest 'a burst is answered once' => sub {
    my $inbox = inbox(2, join => ' ');
    is offer($inbox, 'a', '!answer=**Grüße**'), 'queued';
    is offer($inbox, 'a', '!answer=**Grüße**'), 'duplicate';
    is $inbox->poll(0.01), undef;
    is offer($inbox, 'b', 'headers=1'), 'queued';
    my $outcome = $inbox->poll;
    is $outcome->kind, 'answer';
    is_deeply [map { $outcome->$_ } qw(session_id channel_id to recipient error request)], ['1555', '106', '1555', (undef) x 3];
    is_deeply [$outcome->message_ids], [qw(a b)];
    my ($part) = $outcome->parts;
    is $part->text, '*Grüße*';
    is(JSON::PP->new->decode($part->request)->{context}{message_id}, 'b');
    is $outcome->reply->answer, '**Grüße**';
    isa_ok failure { $inbox->sent($outcome, 1) }, 'Robofy::Error::InvalidArgument';
    ok $inbox->sent($outcome, 0, 'wamid.ours');
    is_deeply [@{ $inbox->stats }{qw(answers parts_sent queued duplicates)}], [1, 1, 2, 1];
};

subtest 'what fails comes again or is given up' => sub {
    my $inbox = inbox(1, fallback => { ok => 'Later.', bad_request => 'So not.' });
    is $inbox->offer(from_user('!status=400 code=OOPS')), 'queued';
    my $outcome = $inbox->poll(60);
    is $outcome->kind, 'fallback';
    is $outcome->error->code, 'OOPS';
    is(($outcome->parts)[0]->text, 'So not.');
    $inbox->failed($outcome, 0, -1);
    my $again = $inbox->poll(60);
    is_deeply [$again->message_ids], [$outcome->message_ids];
    $inbox->failed($again, 0, 131026);
    is $inbox->poll(0), undef;
    is $inbox->stats->{turns}, 0;
};

subtest 'an event keeps what it was read of' => sub {
    my $inbox = inbox(1);
    my @events = map { from_user("!answer=$_") } 1 .. 50;
    is_deeply [map { $inbox->offer($_) } @events], [('queued') x 50];
    like failure { $inbox->offer(bless {}, 'Robofy::Event') }, qr/event must be a Robofy::Event .* at .*inbox\.t/;
    like failure { $inbox->offer('Hi') }, qr/event must be a Robofy::Event .* at .*inbox\.t/;
    like failure { $inbox->sent(undef, 0) }, qr/outcome must be a Robofy::Outcome .* at .*inbox\.t/;
};

subtest 'a person takes over' => sub {
    my $inbox = inbox(1);
    offer($inbox, 'a', '!answer=x');
    $inbox->sent($inbox->poll(60), 0);
    $inbox->pause('1555', 3600);
    is offer($inbox, 'b', 'Hi'), 'paused';
    $inbox->resume('1555');
    is offer($inbox, 'c', '!answer=y delay-ms=1000'), 'queued';
    is $inbox->offer(event(smb_message_echoes => 'message_echoes', 'I am here')), 'took_over';
    is $inbox->poll(60)->kind, 'expired';
};

subtest 'typing and stop words' => sub {
    my $inbox = inbox(1, typing => 20, stop_words => [qw(stop ende)], stop_text => 'Bye.', media => 'ignore', dialect => 'auto');
    offer($inbox, 'a', '!answer=x delay-ms=3000');    # once the answer is there nobody is typing
    my $typing = $inbox->poll(60);
    is $typing->kind, 'typing';
    like $typing->request, qr/typing_indicator/;
    $inbox->sent($inbox->poll(60), 0);
    is offer($inbox, 'b', 'ENDE'), 'queued';
    is(($inbox->poll(60)->parts)[0]->text, 'Bye.');
    is offer($inbox, 'c', 'Hi'), 'paused';
};

subtest 'a burst outlives its process' => sub {
    my $path = tempdir(CLEANUP => 1);
    pipe my $told, my $tell or die $!;
    my $child = fork // die "no fork: $!";
    if (!$child) {
        syswrite $tell, offer(inbox(2, path => $path), 'a', '!answer=both');
        kill KILL => $$;
    }
    sysread $told, my $accept, 6;
    waitpid $child, 0;
    is $accept, 'queued';
    my $second = inbox(2, path => $path);
    my $error = failure { inbox(2, path => $path) };
    isa_ok $error, 'Robofy::Error::Storage';
    like "$error", qr/\Q$path/;
    is offer($second, 'a', '!answer=both'), 'duplicate';
    is offer($second, 'b', 'headers=1'), 'queued';
    is_deeply [$second->poll(60)->message_ids], [qw(a b)];
    $second->close for 1 .. 2;
    like failure { $second->$_ }, qr/this inbox is closed.* at .*inbox\.t/, $_ for qw(poll poll_fd stats);
    my $third = inbox(2, path => $path);
    is(($third->poll(60)->parts)[0]->text, 'both');
    undef $third;
    ok inbox(2, path => $path), 'the last reference lets go of it';
};

subtest 'what cannot be used is refused by name' => sub {
    my $error = failure { inbox(1, path => $0) };
    isa_ok $error, 'Robofy::Error::Storage';
    like "$error", qr/\Q$0/;
    my %refused = (
        'max_messages must be an integer between 1'       => sub { inbox(0) },
        'typing must be more than 0'                      => sub { inbox(1, typing => -1) },
        'dedup must be more than 0'                       => sub { inbox(1, dedup => 0) },
        'a status of fallback must be one of ok, invalid' => sub { inbox(1, fallback => { teapot => 'x' }) },
        'media must be one of ignore, reply, tell'        => sub { inbox(1, media => 'hide') },
        'media'                                           => sub { inbox(1, media => 'reply') },
        'stop_words must have no line breaks'             => sub { inbox(1, stop_words => ["a\nb"]) },
        'user'                                            => sub { inbox(1)->offer_text(undef, '', 'a', 'Hi') },
    );
    for my $words (sort keys %refused) {
        my $error = failure { $refused{$words}->() };
        isa_ok $error, 'Robofy::Error::InvalidArgument', $words;
        like "$error", qr/\Q$words/;
    }
    like failure { Robofy::Inbox->new(client()) }, qr/pid is missing.* at .*inbox\.t/;
    like failure { Robofy::Inbox->new(Robofy::Fake->new) }, qr/client must be a Robofy::Client, which sends at .*inbox\.t/;
    like failure { inbox(1, color => 'red') }, qr/unknown argument: color at .*inbox\.t/;
    like failure { inbox(1, stop_words => 'stop') }, qr/stop_words must be a reference to an array, not "stop" at .*inbox\.t/;
    my $full = inbox(9, max_pending => 1);
    is offer($full, 'a', 'Hi'), 'queued';
    isa_ok failure { offer($full, 'b', 'Hi') }, 'Robofy::Error::Overloaded';
};

subtest 'it is watched' => sub {
    my $inbox = inbox(1);
    vec(my $bits = '', $inbox->poll_fd, 1) = 1;
    is select(my $none = $bits, undef, undef, 0), 0;
    offer($inbox, 'a', '!answer=x');
    is select(my $some = $bits, undef, undef, 60), 1;
    is(($inbox->poll(0)->parts)[0]->text, 'x');
    is select($none = $bits, undef, undef, 0), 0;
};

subtest 'a signal handler runs amid a wait, and may die or close' => sub {
    my $inbox = inbox(1);
    local $SIG{ALRM} = sub { die "enough\n" };
    alarm 0.3;
    is failure { $inbox->poll }, "enough\n";
    local $SIG{ALRM} = sub { $inbox->close };
    alarm 0.3;
    is $inbox->poll, undef;
};

subtest 'a forked child has no part in it' => sub {
    my $inbox = inbox(1);
    my $child = fork // die "no fork: $!";
    if (!$child) {
        my $refused = failure { offer($inbox, 'a', 'Hi') };
        my $has = $inbox->poll || $inbox->stats || eval { $inbox->poll_fd };
        undef $inbox;
        POSIX::_exit(ref $refused eq 'Robofy::Error::Storage' && !$has ? 0 : 1);
    }
    waitpid $child, 0;
    is $?, 0;
    is offer($inbox, 'a', 'Hi'), 'queued';
};

SKIP: {
    skip 'this perl has no threads', 1 if !$Config{useithreads};
    require threads;
    my ($inbox, $event) = (inbox(1), from_user('Hi'));
    my $refused = threads->create(sub { failure { inbox(1)->offer($event) } . '' })->join;
    like $refused, qr/event must be a Robofy::Event that this process/, 'a thread has no part in an event of another';
    is $inbox->offer($event), 'queued';
}

subtest 'thousands of messages leave nothing' => sub {
    my $inbox = inbox(1);
    my $grown = growth {
        for (1 .. 50) {
            $inbox->offer(from_user('!answer=' . 'x' x 4000)) eq 'queued' or die;
            $inbox->sent($inbox->poll(60), 0, "ours$ids");
        }
    };
    cmp_ok $grown, '<', 16 * MEGABYTE;
};

done_testing;
