package Robofy::Handle;

# A pointer of the library, freed exactly once: together with this object. Whoever is inside a call with the pointer
# holds this object, so that a signal handler that closes a client frees nothing under that call.

use strict;
use warnings;

use Robofy::Declarations;
use Robofy::Native;

# new($kind, $pointer): the kind is "Client", "Text" and so on.
sub new {
    my ($class, $kind, $pointer) = @_;
    return bless { pointer => $pointer, free => Robofy::Native->can($Robofy::Declarations::FREE{$kind}) }, $class;
}

sub pointer { return $_[0]{pointer} }

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
