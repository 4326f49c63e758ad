package Robofy::Completion;

# What became of a submitted message: exactly one of reply and error is defined.

use strict;
use warnings;

use Robofy::Error;
use Robofy::Native;
use Robofy::Reply;

sub new {
    my ($class, %fields) = @_;
    return bless {%fields}, $class;
}

# Reads a completion of the library, which stays its owner's.
sub read {
    my ($class, $pointer) = @_;
    my $reply = Robofy::Native::robofy_completion_reply($pointer);
    my $error = Robofy::Native::robofy_completion_error($pointer);
    return $class->new(
        tag   => Robofy::Native::robofy_completion_tag($pointer),
        reply => defined $reply ? Robofy::Reply->read($reply) : undef,
        error => defined $error ? Robofy::Error->read($error) : undef,
    );
}

sub tag   { return $_[0]{tag} }
sub reply { return $_[0]{reply} }
sub error { return $_[0]{error} }

1;
