package Robofy::Incoming;

# What a webhook's body says: its events, in their order, of which none is normal.

use strict;
use warnings;

use Robofy::Event;
use Robofy::Native;

# Reads what the library gave, which its owner frees: the events keep it.
sub read {
    my ($class, $owner) = @_;
    my $pointer = $owner->pointer;
    my @indices = 0 .. Robofy::Native::robofy_incoming_count($pointer) - 1;
    my @events = map { Robofy::Event->read(Robofy::Native::robofy_incoming_event($pointer, $_), $owner) } @indices;
    return bless { events => \@events, skipped => Robofy::Native::robofy_incoming_skipped($pointer) }, $class;
}

sub events { return @{ $_[0]{events} } }

# How many messages and statuses have no identifier or no user, and so are no event: worth a line in a log.
sub skipped { return $_[0]{skipped} }

1;
