package Robofy::StreamEvent;

# One event of a stream. Robofy::Fields has the methods.

use strict;
use warnings;

use JSON::PP ();
use Robofy::Fields;

for my $field (keys %Robofy::Fields::STREAM_EVENT) {
    no strict 'refs';
    *$field = sub { $_[0]{$field} };
}

# Reads an event of the library, which stays its owner's.
sub read {
    my ($class, $pointer) = @_;
    return bless { map { $_ => $Robofy::Fields::STREAM_EVENT{$_}->($pointer) } keys %Robofy::Fields::STREAM_EVENT }, $class;
}

# The body, parsed.
sub json { return JSON::PP->new->allow_nonref->decode($_[0]{body}) }

1;
