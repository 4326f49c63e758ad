# WhatsApp text and webhooks.
use strict;
use warnings;
use utf8;
use lib 't/lib';

use Config;
use Data::Dumper ();
use Digest::SHA qw(hmac_sha256_hex);
use Encode qw(encode);
use JSON::PP ();
use Service;
use Test::More;

my $SECRET = "an app's s\x{E9}cret";
my $JSON = JSON::PP->new->utf8->canonical;
# One message has nobody who sent it.
my $HELLO = '{"entry":[{"changes":[{"field":"messages","value":{"messages":['
    . '{"from":"1650","id":"wamid.1","timestamp":"1749416383","type":"text","text":{"body":"caf\u00e9 \ud83d\udc4b \u0000"}},'
    . '{"type":"text"}]}}]}]}';

sub signed { return 'sha256=' . hmac_sha256_hex($_[0], encode('UTF-8', $_[1] // $SECRET)) }

subtest 'an answer is written as WhatsApp text' => sub {
    is Robofy::format('**Order 12** is ready'), '*Order 12* is ready';
    is Robofy::format('*x* and **Grüße**', 'markdown'), '_x_ and *Grüße*';
    is Robofy::format('AT&amp;T', 'whatsapp'), 'AT&T';
    is Robofy::format('half of ' . chr 0xD83D), "half of \x{FFFD}";
    is Robofy::format(''), '';
};

subtest 'a text is split where it can be' => sub {
    is_deeply [Robofy::split("One. Two.\n\nThree. Four.", 14)], ["One. Two.\n\n", 'Three. Four.'];
    is_deeply [Robofy::split(" \n")], [];
    is join('', Robofy::split("\x{1F44B}\x{1F3FD}" x 3000)), "\x{1F44B}\x{1F3FD}" x 3000;
};

subtest 'a reply has its parts' => sub {
    my $reply = Robofy::Reply->new(answer => '**b** and more');
    is_deeply [$reply->parts], ['*b* and more'];
    is_deeply [$reply->parts(8)], ['*b* and ', 'more'];
    like failure { $reply->parts('many') }, qr/limit must be an integer, not "many" at .*conversation\.t/;
};

subtest 'what is no text is refused by name' => sub {
    my %refused = (
        'text contains a NUL'                                            => sub { Robofy::format("a\0b") },
        'dialect must be one of auto, markdown, whatsapp, not "html"'    => sub { Robofy::format('x', 'html') },
        'limit must be an integer between 0 and 4294967295'              => sub { Robofy::split('x', -1) },
    );
    for my $words (sort keys %refused) {
        my $error = failure { $refused{$words}->() };
        isa_ok $error, 'Robofy::Error::InvalidArgument', $words;
        like "$error", qr/\Q$words/;
    }
    like failure { Robofy::format(undef) }, qr/text must be a text, not undef at .*conversation\.t/;
    like failure { Robofy::format('x', []) }, qr/dialect must be a text, not ARRAY at .*conversation\.t/;
    like failure { Robofy::split([]) }, qr/text must be a text, not ARRAY at .*conversation\.t/;
};

subtest 'bytes are read as they came' => sub {
    my $incoming = Robofy::Webhook->new('meta', $SECRET)->read($HELLO, signed($HELLO));
    my ($event) = $incoming->events;
    is scalar(my @events = $incoming->events), 1;
    is $incoming->skipped, 1;
    is $event->kind, 'text';
    like $event->text, qr/\Acafé \x{1F44B} /;
    is $event->timestamp, 1749416383;
    is $event->reply_to, undef;
    is $event->json->{from}, '1650';
    my $open = Robofy::Webhook->new('meta');
    is_deeply [$open->read('{}')->events], [];
    my %said = (
        '' => 'not JSON', "{}\0" => 'not JSON', "\"\xFF\"" => 'not UTF-8', '[' x 999 => 'nests deeper',
        ' ' x (3 * 2**20 + 1) => 'larger',
    );
    for my $body (sort keys %said) {
        my $error = failure { $open->read($body) };
        isa_ok $error, 'Robofy::Error::InvalidArgument', $said{$body};
        like "$error", qr/body .*$said{$body}/;
    }
    my $upgraded = "{\"\xE9\":1}";
    utf8::upgrade($upgraded);
    like failure { $open->read($upgraded) }, qr/not UTF-8/, 'an upgraded string is the same bytes';
};

subtest 'another signature is refused' => sub {
    my $webhook = Robofy::Webhook->new('meta', $SECRET);
    my $right = signed($HELLO);
    my @wrong = (
        undef, '', 'sha256=', substr($right, 7), "$right\0", "$right\x{100}", "\xFF", chr 0xD83D, uc $right,
        signed($HELLO, 'another'),
    );
    for my $signature (@wrong) {
        my $error = failure { $webhook->read($HELLO, $signature) };
        isa_ok $error, 'Robofy::Error::Signature';
        unlike "$error", qr/\Q$SECRET/;
    }
    isa_ok failure { $webhook->read("$HELLO ", $right) }, 'Robofy::Error::Signature', 'another body';
};

SKIP: {
    my $folder = $ENV{ROBOFY_WEBHOOKS} // skip 'ROBOFY_WEBHOOKS names no folder of bodies', 2;

    subtest 'each body is read as its case says' => sub {
        for my $path (glob "$folder/*.json") {
            my ($name, $channel) = $path =~ m{((\w+?)(?:_\w+)?)\.json\z};
            my $webhook = Robofy::Webhook->new($channel);
            for my $case (@{ $JSON->decode(content($path)) }) {
                my $incoming = $webhook->read(ref $case->{body} ? $JSON->encode($case->{body}) : $case->{body});
                is_deeply [map { told($_) } $incoming->events], $case->{events}, "$name: $case->{name}";
                is $incoming->skipped, $case->{skipped} // 0;
            }
        }
    };

    subtest 'each channel\'s signature is checked' => sub {
        my $vectors = content("$folder/vectors.rs");
        my ($secret) = $vectors =~ /SECRET: &str = r#"(.*?)"#/;
        my %signed;
        while ($vectors =~ /\(Channel::(\w+), r#"(.*?)"#, r#"(.*?)"#, r#"(.*?)"#\)/g) { $signed{ lc $1 } //= [$4, $3, $2] }
        # Its token has ended; the key is in the body.
        $signed{evolution} = ["{\"event\":\"messages.upsert\",\"apikey\":\"$secret\"}"];
        is_deeply [sort keys %signed], [qw(evolution meta twilio waha)];
        my $characters = Encode::decode('UTF-8', $secret);
        for my $channel (sort keys %signed) {
            my @given = @{ $signed{$channel} };
            ok(Robofy::Webhook->new($channel, @$_)->read(@given), $channel) for [$characters], ['new', $characters];
            isa_ok failure { Robofy::Webhook->new($channel, 'another')->read(@given) }, 'Robofy::Error::Signature';
        }
    };
}

sub content {
    my ($path) = @_;
    open my $file, '<:raw', $path or die "$path: $!";
    local $/;
    return scalar <$file>;
}

# What an event has, as a case says it.
sub told {
    my ($event) = @_;
    my %told = map { $_ => $event->$_ } grep { $_ ne 'body' && defined $event->$_ } keys %Robofy::Fields::EVENT;
    $told{timestamp_ms} = delete($told{timestamp}) * 1000 if $told{timestamp};
    return { %told, kind => uc $told{kind} };
}

subtest 'what cannot be used as a webhook is refused by name' => sub {
    my %refused = (
        'channel must be one of meta, waha, evolution, twilio' => sub { Robofy::Webhook->new('telegram') },
        'secret must not be empty'                             => sub { Robofy::Webhook->new('meta', '') },
        'secret contains a NUL'                                => sub { Robofy::Webhook->new('meta', "a\0b") },
        'secret must not be empty '                            => sub { Robofy::Webhook->new('meta', 'a', '') },
        'url contains a NUL'                                   => sub { Robofy::Webhook->new('twilio')->read('', undef, "\0") },
    );
    for my $words (sort keys %refused) {
        my $error = failure { $refused{$words}->() };
        isa_ok $error, 'Robofy::Error::InvalidArgument', $words;
        like "$error", qr/@{[$words =~ s{ \z}{}r]}/;
    }
    my $open = Robofy::Webhook->new('meta');
    ok(Robofy::Webhook->new('meta', '0')->read($HELLO, signed($HELLO, '0')), 'a secret that is false is one');
    like failure { Robofy::Webhook->new }, qr/channel must be a text, not undef at .*conversation\.t/;
    like failure { Robofy::Webhook->new('meta', $ENV{ROBOFY_NO_SUCH_SECRET}) }, qr/secret must be a text, not undef/;
    like failure { $open->read }, qr/body must be bytes, not undef at .*conversation\.t/;
    like failure { $open->read({}) }, qr/body must be bytes, not HASH/;
    like failure { $open->read("{\"\x{100}\":1}") }, qr/body must be bytes: encode/;
    like failure { $open->read('{}', []) }, qr/signature must be a text, not ARRAY at .*conversation\.t/;
    like failure { $open->challenge('', undef) }, qr/verify_token must be a text, not undef/;
};

subtest 'the handshake is answered' => sub {
    my $webhook = Robofy::Webhook->new('meta');
    my $query = 'hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=me+%26+you';
    is $webhook->challenge($query, 'me & you'), '1158201444';
    is $webhook->challenge($query, $_), undef for 'another', '';
    is $webhook->challenge($_, 'me & you'), undef for "$query\0", "\0", chr 0xD83D;
};

subtest 'a webhook shows no secret, and refuses calls when it is closed' => sub {
    my $webhook = Robofy::Webhook->new('meta', 'my-app-secret');
    unlike $_, qr/secret/ for "$webhook", Data::Dumper->new([$webhook])->Deparse(1)->Dump;
    $webhook->close for 1 .. 2;
    like failure { $webhook->read('{}') }, qr/this webhook is closed.* at .*conversation\.t/;
    like failure { $webhook->challenge('', 'a') }, qr/this webhook is closed/;
};

subtest 'webhooks, and what came in, leave nothing' => sub {
    my $open = Robofy::Webhook->new('meta');
    my $large = $HELLO =~ s/caf/'x' x 4000/er;
    my $grown = growth {
        for (1 .. 500) {
            failure { Robofy::Webhook->new('meta', 's' x 4000)->read($large, 'sha256=') } or die 'nothing was refused';
            $open->read($large)->events or die 'no events';
            Robofy::split(Robofy::format('x' x 4000)) or die 'no parts';
        }
    };
    cmp_ok $grown, '<', 8 * MEGABYTE;
};

SKIP: {
    skip 'this perl has no threads', 1 if !$Config{useithreads};
    require threads;
    my $webhook = Robofy::Webhook->new('meta', $SECRET);
    my $seen = threads->create(sub { scalar(my @events = Robofy::Webhook->new('meta')->read($HELLO)->events) })->join;
    is $seen, 1, 'a thread reads with one of its own';
    ok $webhook->read($HELLO, signed($HELLO)), 'and this one is freed once';
}

done_testing;
