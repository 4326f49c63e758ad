package Robofy::Inbox;

# Takes what users write, asks the agent once for each burst of messages, and has the answers polled. Robofy has the methods.

use strict;
use warnings;

use Carp qw(croak);
use JSON::PP ();
use List::Util qw(max min);
use Robofy::Arguments;
use Robofy::Client;
use Robofy::Error;
use Robofy::Fields;
use Robofy::Handle;
use Robofy::Native;
use Robofy::Outcome;
use Robofy::Parameters;
use Scalar::Util qw(blessed);
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

# Perl runs its signal handlers between two waits of this length.
use constant SLICE_MS => 200;

sub new {
    my ($class, $client, %options) = @_;
    my $sends = blessed $client && $client->isa('Robofy::Client') && !$client->isa('Robofy::Fake');
    croak 'client must be a Robofy::Client, which sends' if !$sends;
    my @texts = map {
        my $id = delete $options{$_} // $client->{$_} // croak "$_ is missing: give it, or to the client";
        Robofy::Arguments::text($_ => $id)
    } qw(pid chatbot_id);
    my ($handle, $native, $error) = ($client->_handle, _options(\%options));
    my $pointer = Robofy::Native::robofy_inbox_new($handle->pointer, @texts, $native->pointer, \$error);
    die Robofy::Error->take($error) if !defined $pointer;
    return bless { handle => Robofy::Handle->new(Inbox => $pointer), process => $$ }, $class;
}

sub _options {
    my ($given) = @_;
    my %checked;
    for my $name (sort grep { defined $given->{$_} } keys %$given) {
        my (undef, $check) = @{ $Robofy::Parameters::INBOX{$name} // croak "unknown argument: $name" };
        $checked{$name} = [$check->($name => $given->{$name})];
    }
    my $native = Robofy::Handle->new(InboxOptions => Robofy::Native::robofy_inbox_options_new());
    for my $name (keys %checked) {
        my ($setter, undef, $beside) = @{ $Robofy::Parameters::INBOX{$name} };
        my @values = @{ $checked{$name} };
        my @times = $name eq 'fallback' ? @values : [@values, $beside ? $checked{$beside}[0] : ()];
        Robofy::Client::_set($native, map { [$setter, @$_] } @times) if $setter;
    }
    return $native;
}

sub offer {
    my ($self, $event) = @_;
    my $pointer = _lent(event => $event, 'Robofy::Event');
    return $self->_accepted(robofy_inbox_offer => $pointer);
}

sub offer_text {
    my ($self, $channel_id, $user, $message_id, $text) = @_;
    my $channel = defined $channel_id ? Robofy::Arguments::text(channel_id => $channel_id) : undef;
    my @ids = (Robofy::Arguments::text(user => $user), Robofy::Arguments::text(message_id => $message_id));
    return $self->_accepted(robofy_inbox_offer_text => $channel, @ids, Robofy::Arguments::message_text(text => $text));
}

# Takes the next Robofy::Outcome: waits up to so many seconds, or without a number until there is one. Undef if none came in
# time, if a signal handler has closed the inbox, and in a forked child.
sub poll {
    my ($self, $seconds) = @_;
    Robofy::Arguments::number(seconds => $seconds) if defined $seconds;
    my $end = defined $seconds ? clock_gettime(CLOCK_MONOTONIC) + $seconds : 9**9**9;
    $self->_handle;
    while ($self->{process} == $$ and my $handle = $self->{handle}) {
        my $left = ($end - clock_gettime(CLOCK_MONOTONIC)) * 1000;
        my $pointer = Robofy::Native::robofy_inbox_poll($handle->pointer, int max(0, min($left, SLICE_MS)));
        return Robofy::Outcome->read(Robofy::Handle->new(Outcome => $pointer)) if defined $pointer;
        last if $left <= 0;
    }
    return undef;
}

# A descriptor for event loops, readable while outcomes wait: then call poll(0) until it returns undef. It must not be read
# or closed.
sub poll_fd {
    my ($self) = @_;
    my $descriptor = Robofy::Native::robofy_inbox_poll_fd($self->_handle->pointer);
    croak 'there is no file descriptor left (ulimit -n), or this is a forked child' if $descriptor < 0;
    return $descriptor;
}

sub sent {
    my ($self, $outcome, $part, $provider_id) = @_;
    my $id = defined $provider_id ? Robofy::Arguments::text(provider_id => $provider_id) : undef;
    return $self->_report(robofy_inbox_sent => $outcome, $part, $id);
}

sub failed {
    my ($self, $outcome, $part, $code) = @_;
    return $self->_report(robofy_inbox_failed => $outcome, $part, Robofy::Arguments::code_of_failure(code => $code));
}

sub pause {
    my ($self, $session_id, $seconds) = @_;
    my $session = Robofy::Arguments::text(session_id => $session_id);
    return $self->_told(robofy_inbox_pause => $session, Robofy::Arguments::duration(seconds => $seconds));
}

sub resume {
    my ($self, $session_id) = @_;
    return $self->_told(robofy_inbox_resume => Robofy::Arguments::text(session_id => $session_id));
}

# The inbox's figures, as robofy.h describes them: a reference to a hash; undef if what is kept cannot be read, and in a
# forked child.
sub stats {
    my ($self) = @_;
    my $text = Robofy::Handle::take_text(Robofy::Native::robofy_inbox_stats($self->_handle->pointer));
    return defined $text ? JSON::PP->new->decode($text) : undef;
}

# May be called again.
sub close {
    my ($self) = @_;
    $self->{handle} = undef;
    return;
}

sub CLONE_SKIP { return 1 }

sub _handle { return $_[0]{handle} // croak 'this inbox is closed: make another' }

sub _lent {
    my ($name, $object, $class) = @_;
    return Robofy::Handle::lent($object, $class) // croak "$name must be a $class that this process has got from the library";
}

# The name of what became of an offer, which is kept or dies.
sub _accepted {
    my ($self, $function, @arguments) = @_;
    return $Robofy::Fields::ACCEPTS[$self->_told($function, @arguments)] // 'ignored';
}

sub _report {
    my ($self, $function, $outcome, $part, @more) = @_;
    my $pointer = _lent(outcome => $outcome, 'Robofy::Outcome');
    return $self->_told($function, $pointer, Robofy::Arguments::integer(part => $part), @more);
}

sub _told {
    my ($self, $function, @arguments) = @_;
    my ($handle, $error) = $self->_handle;
    my $result = Robofy::Native->can($function)->($handle->pointer, @arguments, \$error);
    die Robofy::Error->take($error) if defined $error;
    return $result;
}

1;
