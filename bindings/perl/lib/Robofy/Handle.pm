package Robofy::Handle;

# A pointer of the library, freed exactly once: together with this object. Whoever is inside a call with the pointer
# holds this object, so that a signal handler that closes a client frees nothing under that call.

use strict;
use warnings;

use Robofy::Declarations;
use Robofy::Native;
use Scalar::Util qw(blessed);

# new($kind, $pointer): the kind is "Client", "Text" and so on.
sub new {
    my ($class, $kind, $pointer) = @_;
    return bless { pointer => $pointer, free => Robofy::Native->can($Robofy::Declarations::FREE{$kind}) }, $class;
}

sub pointer { return $_[0]{pointer} }

# The pointer that an object of this class was read of, and which its owner frees; undef if it was not, or in another thread.
sub lent {
    my ($object, $class) = @_;
    return undef if !blessed $object || !$object->isa($class) || !blessed $object->{owner};
    return $object->{pointer};
}

# Reads a text that is the caller's, and frees it; undef for NULL.
sub take_text {
    my ($pointer) = @_;
    return undef if !defined $pointer;
    my $owned = Robofy::Handle->new(Text => $pointer);
    return Robofy::Native::text_at($owned->pointer);
}

# A thread of Perl's gets no copies, which would be freed a second time.
sub CLONE_SKIP { return 1 }

sub DESTROY {
    my ($self) = @_;
    return if ${^GLOBAL_PHASE} eq 'DESTRUCT' || !$self->{free};
    local ($@, $!, $?, $^E);
    $self->{free}->($self->{pointer});
    return;
}

1;
