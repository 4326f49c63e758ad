use strict;
use warnings;
use utf8;
use lib 't/lib';

use Service;
use Test::More;
use Time::HiRes qw(time alarm);

subtest 'a hundred chats are in flight at once' => sub {
    my @messages = map { { message("!delay-ms=1000 answer=for-$_", session_id => "perl-$_") } } 0 .. 99;
    my $start = time;
    my @answers;
    client()->whatsapp_chats(\@messages, sub { my ($index, $reply, $error) = @_; $answers[$index] = $reply // $error });

    is_deeply [map { "$_" } @answers], [map { "for-$_" } 0 .. 99];
    cmp_ok time - $start, '<', 50, 'one after another they take 100 seconds';
};

subtest 'so many at once and no more' => sub {
    my $client = client();
    my $most = 0;
    $client->whatsapp_chats(
        [map { { message('!delay-ms=20') } } 1 .. 20],
        sub { my $now = $client->stats->{in_flight}; $most = $now if $now > $most },
        3,
    );
    cmp_ok $most, '<', 3;
};

subtest 'one failure leaves the others alone' => sub {
    my @ended;
    client()->whatsapp_chats(
        [map { { message($_) } } '!answer=good', '!status=403', ''],
        sub { my ($index, $reply, $error) = @_; $ended[$index] = $reply ? "$reply" : $error->status },
    );
    is_deeply \@ended, [qw(good forbidden invalid_argument)];
};

subtest 'what dies leaves no chat behind' => sub {
    my $client = client();
    my @messages = map { { message($_) } } '!answer=first', ('!delay-ms=60000') x 3;
    is failure { $client->whatsapp_chats(\@messages, sub { die "enough\n" }) }, "enough\n";
    is_deeply [@{ $client->stats }{qw(in_flight uncollected cancelled)}], [0, 0, 3];

    local $SIG{ALRM} = sub { die "too late\n" };
    alarm 0.5;
    is failure { $client->whatsapp_chats([@messages[1 .. 3]], sub { }) }, "too late\n";
    is_deeply [@{ $client->stats }{qw(in_flight uncollected cancelled)}], [0, 0, 6];

    local $SIG{ALRM} = sub { $client->close };
    my @answers;
    $client->whatsapp_chats([{ message('!answer=next') }], sub { push @answers, "$_[1]" });
    is_deeply \@answers, ['next'];
    alarm 0.5;
    like failure { $client->whatsapp_chats([@messages[1 .. 3]], sub { }) }, qr/closed/;
};

subtest 'a child that is forked amid many chats has none of them' => sub {
    my $client = client();
    my ($ended, $child) = (0);
    $client->whatsapp_chats([map { { message($_) } } '!answer=now', '!delay-ms=500'], sub { $ended++; $child //= fork // die });
    if ($child == 0) {
        require POSIX;
        POSIX::_exit($ended == 1 ? 0 : 1);
    }
    waitpid $child, 0;
    is $?, 0;
    is $ended, 2;
};

subtest 'a submitted message can be cancelled' => sub {
    my $client = client();
    my $tag = $client->submit(message('!delay-ms=60000'));
    is $client->poll(0), undef;
    ok $client->cancel($tag);

    my $completion = $client->poll;
    is $completion->tag, $tag;
    is $completion->reply, undef;
    isa_ok $completion->error, 'Robofy::Error::Cancelled';
    ok !$client->cancel($tag);
    is $client->poll, undef, 'with nothing to collect a poll without end would never return';
};

subtest 'a descriptor tells of a completion' => sub {
    my $client = client();
    my $bits = '';
    vec($bits, $client->poll_fd, 1) = 1;
    $client->submit(message('Hello'));
    is select(my $readable = $bits, undef, undef, 60), 1;
    ok $client->poll(0)->reply;
    is select($readable = $bits, undef, undef, 0), 0;
};

subtest 'a signal handler runs amid a poll, and may die or close' => sub {
    my $client = client();
    $client->submit(message('!delay-ms=60000'));
    local $SIG{ALRM} = sub { die "enough\n" };
    alarm 0.5;
    is failure { $client->poll }, "enough\n";
    local $SIG{ALRM} = sub { $client->close };
    alarm 0.5;
    like failure { $client->poll }, qr/closed/;
};

subtest 'a handler that dies as a submit returns leaves its completion to collect' => sub {
    my $client = client();
    my $submit = \&Robofy::Native::robofy_whatsapp_submit;
    {
        no warnings 'redefine';
        local *Robofy::Native::robofy_whatsapp_submit = sub { $submit->(@_); die "enough\n" };
        is failure { $client->submit(message('!answer=collected')) }, "enough\n";
    }
    is $client->poll(60)->reply->answer, 'collected';
    ok failure { $client->submit(message('')) };
    is $client->poll, undef, 'what was refused is not counted';
};

subtest 'a handler that dies when a completion has just come leaves nothing to wait for' => sub {
    my $client = client();
    $client->submit(message('!delay-ms=100'));
    local $SIG{ALRM} = sub { die "enough\n" };
    alarm 0.05;
    is failure { $client->poll }, "enough\n";
    my $start = time;
    $client->poll(30);
    cmp_ok time - $start, '<', 20;
};

done_testing;
