package Robofy::Stream;

# An answer while it is written: its events, one after another.

use strict;
use warnings;

use Carp qw(croak);
use List::Util qw(max min);
use Robofy::Arguments;
use Robofy::Error;
use Robofy::StreamEvent;
use Robofy::Handle;
use Robofy::Native;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

# Perl runs its signal handlers between two waits of this length.
use constant SLICE_MS => 200;

sub new {
    my ($class, $pointer) = @_;
    return bless { handle => Robofy::Handle->new(Stream => $pointer) }, $class;
}

# The next Robofy::StreamEvent: waits up to so many seconds, or without a number until there is one. Undef if none came in time,
# and after the end. Dies once with the Robofy::Error of a stream that did not come to its end.
sub next {
    my ($self, $seconds) = @_;
    Robofy::Arguments::number(seconds => $seconds) if defined $seconds;
    my $end = defined $seconds ? clock_gettime(CLOCK_MONOTONIC) + $seconds : 9**9**9;
    while (1) {
        my $handle = $self->_handle;
        my $left = ($end - clock_gettime(CLOCK_MONOTONIC)) * 1000;
        my $error;
        my $pointer = Robofy::Native::robofy_stream_next($handle->pointer, int max(0, min($left, SLICE_MS)), \$error);
        if (defined $pointer) {
            my $owned = Robofy::Handle->new(StreamEvent => $pointer);
            return Robofy::StreamEvent->read($owned->pointer);
        }
        die Robofy::Error->take($error) if defined $error;
        return undef if $left <= 0 || Robofy::Native::robofy_stream_is_done($handle->pointer);
    }
}

# The answer so far, also of a stream that was cut short.
sub text { return Robofy::Handle::take_text(Robofy::Native::robofy_stream_text($_[0]->_handle->pointer)) }

# The conversation, once its event was taken, which comes near the end; undef before.
sub session_id { return Robofy::Handle::take_text(Robofy::Native::robofy_stream_session_id($_[0]->_handle->pointer)) }

# Whether the end was taken: there will be no other event.
sub is_done { return Robofy::Native::robofy_stream_is_done($_[0]->_handle->pointer) }

# Gives the answer up: the next wait dies with a Robofy::Error::Cancelled. False if the end was taken before.
sub cancel { return Robofy::Native::robofy_stream_cancel($_[0]->_handle->pointer) }

# A descriptor for event loops, readable while an event or the end waits: then call next(0) until it returns undef. It must
# not be read or closed.
sub poll_fd {
    my ($self) = @_;
    my $descriptor = Robofy::Native::robofy_stream_poll_fd($self->_handle->pointer);
    croak 'there is no file descriptor left (ulimit -n), or this is a forked child' if $descriptor < 0;
    return $descriptor;
}

# Cancels what is left of the answer, and lets go of it. May be called again.
sub close {
    my ($self) = @_;
    $self->{handle} = undef;
    return;
}

sub CLONE_SKIP { return 1 }

sub _handle { return $_[0]{handle} // croak 'this stream is closed: open another' }

1;
