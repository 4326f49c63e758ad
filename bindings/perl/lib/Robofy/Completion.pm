package Robofy::Completion;

# What became of a submitted message or request: exactly one of reply, response and error is defined.

use strict;
use warnings;

use Robofy::Error;
use Robofy::Native;
use Robofy::Reply;
use Robofy::Response;

sub new {
    my ($class, %fields) = @_;
    return bless {%fields}, $class;
}

# Reads a completion of the library, which its owner frees.
sub read {
    my ($class, $pointer, $owner) = @_;
    my $reply = Robofy::Native::robofy_completion_reply($pointer);
    my $response = Robofy::Native::robofy_completion_response($pointer);
    my $error = Robofy::Native::robofy_completion_error($pointer);
    return $class->new(
        tag      => Robofy::Native::robofy_completion_tag($pointer),
        reply    => defined $reply ? Robofy::Reply->read($reply) : undef,
        response => defined $response ? Robofy::Response->read($response, $owner) : undef,
        error    => defined $error ? Robofy::Error->read($error) : undef,
    );
}

sub tag      { return $_[0]{tag} }
sub reply    { return $_[0]{reply} }
sub response { return $_[0]{response} }
sub error    { return $_[0]{error} }

1;
