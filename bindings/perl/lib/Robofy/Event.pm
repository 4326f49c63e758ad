package Robofy::Event;

# One thing that has happened, in one form for every channel. Robofy::Fields has the methods.

use strict;
use warnings;

use JSON::PP ();
use Robofy::Fields;

for my $field (keys %Robofy::Fields::EVENT) {
    no strict 'refs';
    *$field = sub { $_[0]{$field} };
}

# Reads an event of the library, which its owner frees.
sub read {
    my ($class, $pointer, $owner) = @_;
    my %fields = map { $_ => $Robofy::Fields::EVENT{$_}->($pointer) } keys %Robofy::Fields::EVENT;
    return bless { %fields, pointer => $pointer, owner => $owner }, $class;
}

# The body, parsed.
sub json { return JSON::PP->new->allow_nonref->decode($_[0]{body}) }

1;
