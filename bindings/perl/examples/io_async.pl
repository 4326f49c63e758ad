# Many users at once on an IO::Async loop, which can do other work meanwhile: one message an argument.
use v5.20;
use open qw(:std :encoding(UTF-8));
use Encode qw(decode_utf8);
use IO::Async::Loop;
use Robofy;

my $client = Robofy::Client->new(base_url => $ENV{ROBOFY_BASE_URL});
my $loop   = IO::Async::Loop->new;
my %asked;

for my $query (map { decode_utf8($_) } @ARGV) {
    my $tag = $client->submit(pid => $ENV{ROBOFY_PID}, chatbot_id => $ENV{ROBOFY_CHATBOT_ID}, query => $query);
    $asked{$tag} = $query;
}

# A handle of our own on the client's descriptor: closing it leaves the client's open.
open my $completions, '<&', $client->poll_fd or die "the client's descriptor cannot be watched: $!\n";
$loop->watch_io(
    handle        => $completions,
    on_read_ready => sub {
        while (my $completion = $client->poll(0)) {
            say delete $asked{ $completion->tag }, ': ', $completion->reply // $completion->error;
        }
        $loop->stop if !%asked;
    },
);
$loop->run if %asked;
