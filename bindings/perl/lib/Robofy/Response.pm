package Robofy::Response;

# What an endpoint has answered, with a status from 200 to 299. Robofy::Fields has the methods.

use strict;
use warnings;

use JSON::PP ();
use Robofy::Arguments;
use Robofy::Fields;

for my $field (grep { $_ ne 'data' } keys %Robofy::Fields::RESPONSE) {
    no strict 'refs';
    *$field = sub { $_[0]{$field} };
}

# new(data => '[1]', headers => { 'content-type' => 'text/plain' }): the fields are named as the methods; data is JSON.
sub new {
    my ($class, %fields) = @_;
    return bless { status => 200, body => '', attempts => 1, elapsed => 0, headers => {}, %fields }, $class;
}

# Reads a response of the library, which its owner frees.
sub read {
    my ($class, $pointer, $owner) = @_;
    my %fields = map { $_ => $Robofy::Fields::RESPONSE{$_}->($pointer) } keys %Robofy::Fields::RESPONSE;
    return $class->new(%fields, pointer => $pointer, owner => $owner);
}

# What the service's envelope holds, parsed; undef without one.
sub data {
    my ($self) = @_;
    return defined $self->{data} ? JSON::PP->new->allow_nonref->decode($self->{data}) : undef;
}

# The body, parsed.
sub json { return JSON::PP->new->utf8->allow_nonref->decode($_[0]{body}) }

# A header, by its name in upper or lower case; undef if there is none.
sub header {
    my ($self, $name) = @_;
    my $text = Robofy::Arguments::text(name => $name);
    return $self->{headers}{ lc $text } if !$self->{owner};
    return Robofy::Native::text(Robofy::Native::robofy_response_header($self->{pointer}, $text));
}

# What its owner frees must be freed once.
sub CLONE_SKIP { return 1 }

1;
