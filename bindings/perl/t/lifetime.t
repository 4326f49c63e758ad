use strict;
use warnings;
use lib 't/lib';

use Config;
use Service;
use Test::More;
use Time::HiRes qw(sleep);

my $DETAIL   = 'x' x 4000;
my %ANSWERED = message("!huge=4000 detail=$DETAIL");
my %FAILING  = message("!status=401 detail=$DETAIL");

sub library_threads { return scalar(() = glob '/proc/self/task/*') - 1 }

# The system may list a thread for a moment after it has ended.
sub threads_end {
    for (1 .. 600) {
        return 1 if !library_threads();
        sleep 0.05;
    }
    return 0;
}

subtest 'a forgotten client is freed' => sub {
    ok threads_end();
    my $client = client();
    $client->whatsapp_chat(message('Hello'));
    cmp_ok library_threads(), '>', 0;
    undef $client;
    ok threads_end();
};

subtest 'ten thousand calls leave nothing' => sub {
    my $client = client();
    my $grown = growth {
        for (1 .. 500) {
            $client->whatsapp_chat(%ANSWERED);
            failure { $client->whatsapp_chat(%FAILING) } or die 'nothing failed';
        }
    };
    cmp_ok $grown, '<', 8 * MEGABYTE;
};

subtest 'ten thousand submitted messages leave nothing' => sub {
    my $client = client();
    my $grown = growth {
        my $ended = 0;
        $client->whatsapp_chats([map { $_ % 2 ? \%ANSWERED : \%FAILING } 1 .. 1000], sub { $ended++ });
        $ended == 1000 or die "only $ended ended";
    };
    cmp_ok $grown, '<', 8 * MEGABYTE;
};

subtest 'options of a refused client are freed' => sub {
    my $grown = growth {
        failure { Robofy::Client->new('', user_agent => $DETAIL) } or die 'nothing failed' for 1 .. 500;
    };
    cmp_ok $grown, '<', 8 * MEGABYTE;
};

subtest 'a client works on in a forked child, which frees its own' => sub {
    my $client = client();
    $client->whatsapp_chat(message('Hello'));
    $client->submit(message('!delay-ms=500 answer=parent'));

    my $child = fork // die "no fork: $!";
    if ($child == 0) {
        my $alone = !defined $client->poll;
        $client->submit(message('!answer=child'));
        my $answered = $client->poll->reply->answer eq 'child';
        undef $client;
        require POSIX;
        POSIX::_exit($alone && $answered ? 0 : 1);
    }
    waitpid $child, 0;

    is $?, 0;
    is $client->poll->reply->answer, 'parent';
};

subtest 'a child that ends leaves the client to its parent' => sub {
    my $client = client();
    $client->whatsapp_chat(message('Hello'));
    my $said = `$^X -Ilib -It/lib -MRobofy -e '
        my \$client = Robofy::Client->new("key", base_url => \$ENV{ROBOFY_BASE_URL});
        my %message = (pid => 1, chatbot_id => 2, query => "!answer=done");
        \$client->whatsapp_chat(%message);
        my \$child = fork // die;
        exit if !\$child;
        waitpid \$child, 0;
        print \$? || \$client->whatsapp_chat(%message);
    ' 2>&1`;
    is $said, 'done';
};

SKIP: {
    skip 'this perl has no threads', 1 if !$Config{useithreads};
    require threads;
    my $client = client();
    $client->whatsapp_chat(message('Hello'));
    my $seen = threads->create(sub { ref \$client eq 'REF' && ref $client eq 'Robofy::Client' ? 'a copy' : 'none' })->join;
    is $seen, 'none', 'a thread gets no copy, which would be freed twice';
    ok $client->whatsapp_chat(message('Hello'));
}

done_testing;
