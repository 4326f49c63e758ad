package Robofy::Text;

# An agent's answer as WhatsApp text, in messages that fit. Robofy has the functions.

use strict;
use warnings;

use Robofy::Arguments;
use Robofy::Error;
use Robofy::Fields;
use Robofy::Handle;
use Robofy::Native;

our @CARP_NOT = qw(Robofy::Reply);

sub format {
    my ($text, $dialect) = @_;
    my $bytes = Robofy::Arguments::message_text(text => $text);
    my $number = Robofy::Arguments::member(dialect => $dialect // 'auto', \@Robofy::Fields::DIALECTS);
    Robofy::Native::load();
    my $error;
    my $pointer = Robofy::Native::robofy_whatsapp_format($bytes, $number, \$error);
    die Robofy::Error->take($error) if !defined $pointer;
    return Robofy::Handle::take_text($pointer);
}

# A list.
sub split {
    my ($text, $limit) = @_;
    my $bytes = Robofy::Arguments::message_text(text => $text);
    $limit = Robofy::Arguments::integer(limit => $limit // 0);
    Robofy::Native::load();
    my $error;
    my $pointer = Robofy::Native::robofy_whatsapp_split($bytes, $limit, \$error);
    die Robofy::Error->take($error) if !defined $pointer;
    my $parts = Robofy::Handle->new(Parts => $pointer);
    my @indices = 0 .. Robofy::Native::robofy_parts_count($pointer) - 1;
    return map { Robofy::Native::text(Robofy::Native::robofy_parts_text($pointer, $_)) } @indices;
}

1;
