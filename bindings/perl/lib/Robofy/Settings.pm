package Robofy::Settings;

# The settings of an agent. They are read of the library when they are asked for: what prints an object prints no secret.
# Robofy::Fields has the methods.

use strict;
use warnings;

use JSON::PP ();
use Robofy::Fields;

for my $field (keys %Robofy::Fields::SETTINGS) {
    no strict 'refs';
    *$field = sub { $Robofy::Fields::SETTINGS{$field}->($_[0]{owner}->pointer) };
}

sub read {
    my ($class, $pointer, $owner) = @_;
    return bless { owner => $owner }, $class;
}

# All settings, the secret one among them: a reference to a hash.
sub json { return JSON::PP->new->decode($_[0]->body) }

sub CLONE_SKIP { return 1 }

1;
