use v5.20;
use open qw(:std :encoding(UTF-8));
use Encode qw(decode_utf8);
use Robofy;

my $reply = eval {
    my $client = Robofy::Client->new(base_url => $ENV{ROBOFY_BASE_URL});
    $client->whatsapp_chat(pid => $ENV{ROBOFY_PID}, chatbot_id => $ENV{ROBOFY_CHATBOT_ID}, query => decode_utf8($ARGV[0]));
} or do { chomp(my $failure = "$@"); warn "$failure\n"; exit 1 };
say $reply;
