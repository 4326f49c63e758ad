package Robofy::Error;

# A chat, or the making of a client, has failed; as a string it is one line that a person can act on. Each status has a
# subclass, Robofy::Error::Unauthorized and so on: see Robofy::Failures, and Robofy::Fields for the methods.

use strict;
use warnings;

use overload '""' => sub { $_[0]->message }, bool => sub { 1 }, fallback => 1;
use Robofy::Failures;
use Robofy::Fields;
use Robofy::Handle;

for my $field (keys %Robofy::Fields::ERROR) {
    no strict 'refs';
    *$field = sub { $_[0]{$field} };
}

# Robofy::Error::RateLimited->new(retry_after => 7): the fields are named as the methods.
sub new {
    my ($class, %fields) = @_;
    my $self = bless {%fields}, $class;
    $self->{message} //= $self->status;
    # Of these statuses the library's errors always are.
    $self->{is_retryable} //= ($self->status // '') =~ /\A(?:connect|rate_limited)\z/ ? 1 : 0;
    return $self;
}

# Reads an error of the library, and frees it.
sub take {
    my ($class, $pointer) = @_;
    my $owned = Robofy::Handle->new(Error => $pointer);
    return $class->read($owned->pointer);
}

# Reads an error of the library, which stays its owner's.
sub read {
    my ($class, $pointer) = @_;
    my %fields = map { $_ => $Robofy::Fields::ERROR{$_}->($pointer) } keys %Robofy::Fields::ERROR;
    return ($Robofy::Failures::CLASSES{ $fields{number} } // $class)->new(%fields);
}

1;
