package Robofy::Client;

# Sends WhatsApp users' messages to the agents of one Robofy account. Make one and keep it: it keeps its connections.

use strict;
use warnings;

use Carp qw(croak);
use JSON::PP ();
use List::Util qw(max min);
use parent 'Robofy::Calls';
use Robofy::Arguments;
use Robofy::Completion;
use Robofy::Error;
use Robofy::Handle;
use Robofy::Native;
use Robofy::Parameters;
use Robofy::Reply;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

# Perl runs its signal handlers between two waits of this length.
use constant SLICE_MS => 200;

# new($api_key, %options), or new(%options) with the key of the environment's ROBOFY_API_KEY: Robofy::Parameters has the
# options. One that is undef is left to the library's default.
sub new {
    my ($class, @given) = @_;
    my $key = (@given % 2 ? shift @given : undef) // ($ENV{ROBOFY_API_KEY} || undef)
        // die Robofy::Error::InvalidArgument->new(message => 'api_key is missing: give it, or set ROBOFY_API_KEY');
    my %options = @given;
    my %own = map { $_ => delete $options{$_} } qw(pid chatbot_id log);
    Robofy::Arguments::code(log => $own{log}) if defined $own{log};
    Robofy::Native::load();
    my $native = Robofy::Handle->new(Options => Robofy::Native::robofy_options_new());
    _set($native, _valid(\%Robofy::Parameters::OPTIONS, \%options));
    my $error;
    my $bytes = Robofy::Arguments::text(api_key => $key);
    my $pointer = Robofy::Native::robofy_client_new($bytes, $native->pointer, \$error);
    die Robofy::Error->take($error) if !defined $pointer;
    return bless {
        %own,
        handle      => Robofy::Handle->new(Client => $pointer),
        process     => $$,
        last_tag    => 0,
        uncollected => 0,
    }, $class;
}

# Sends one message, of what Robofy::Parameters has, and waits for its Robofy::Reply. Dies with a Robofy::Error.
sub whatsapp_chat {
    my ($self, %message) = _named(@_);
    my ($handle, $native) = ($self->_handle, $self->_message(\%message));
    return $self->_send(robofy_whatsapp_send => 'Reply', $native->pointer);
}

# Sends one message without waiting: returns the tag of its completion.
sub submit {
    my ($self, %message) = _named(@_);
    my ($handle, $native) = ($self->_handle, $self->_message(\%message));
    return $self->_submit(robofy_whatsapp_submit => $native->pointer);
}

# Calls what waits, and reads what it gives.
sub _send {
    my ($self, $function, $kind, @arguments) = @_;
    my ($handle, $error) = $self->_handle;
    my $pointer = Robofy::Native->can($function)->($handle->pointer, @arguments, \$error);
    die $self->_logged(Robofy::Error->take($error)) if !defined $pointer;
    my $owner = Robofy::Handle->new($kind => $pointer);
    return $self->_logged("Robofy::$kind"->read($owner->pointer, $owner));
}

# Calls what does not wait: returns the tag of its completion.
sub _submit {
    my ($self, $function, @arguments) = @_;
    my ($handle, $error) = $self->_handle;
    my $tag = ++$self->{last_tag};
    # Before: a signal handler that dies right after it leaves a completion to collect.
    $self->{uncollected}++;
    return $tag if Robofy::Native->can($function)->($handle->pointer, @arguments, $tag, \$error);
    $self->{uncollected}--;
    die $self->_logged(Robofy::Error->take($error));
}

# Takes the next Robofy::Completion: waits up to so many seconds, or without a number until there is one. Undef if none
# came, or nothing is left to collect. Signal handlers run meanwhile.
sub poll {
    my ($self, $seconds) = @_;
    my $handle = $self->_handle;
    Robofy::Arguments::number(seconds => $seconds) if defined $seconds;
    my $end = defined $seconds ? clock_gettime(CLOCK_MONOTONIC) + $seconds : 9**9**9;
    return undef if !$self->{uncollected};
    my $nothing_left;
    while (1) {
        my $left = $nothing_left ? 0 : ($end - clock_gettime(CLOCK_MONOTONIC)) * 1000;
        my $pointer = Robofy::Native::robofy_client_poll($handle->pointer, int max(0, min($left, SLICE_MS)));
        if (defined $pointer) {
            my $owned = Robofy::Handle->new(Completion => $pointer);
            $self->{uncollected}--;
            my $completion = Robofy::Completion->read($owned->pointer, $owned);
            $self->_logged($completion->reply // $completion->response // $completion->error);
            return $completion;
        }
        $self->{uncollected} = 0 if $nothing_left;
        return undef if $left <= 0;
        # A handler may have closed the client, or have died with a completion in its hand.
        my $figures = $self->stats;
        $nothing_left = !($figures->{in_flight} + $figures->{uncollected});
    }
}

# Sends many messages, references to hashes, so many at once (100), and calls $on_end->($index, $reply, $error) as each
# ends. While they run, nothing else polls this client. If $on_end or a signal handler dies, what is in flight is cancelled.
sub whatsapp_chats {
    my ($self, $messages, $on_end, $at_once) = @_;
    my %index_of;
    $at_once = Robofy::Arguments::count(at_once => $at_once // 100);
    return if eval { $self->_chat_with_all($messages, $on_end, $at_once, \%index_of); 1 };
    my $failure = $@;
    $self->_abandon(keys %index_of) if $self->{handle};
    die $failure;
}

sub _chat_with_all {
    my ($self, $messages, $on_end, $at_once, $index_of) = @_;
    my $end_one = sub {
        my $completion = $self->poll // return 0;    # In a forked child: what is in flight is the parent's.
        my $index = delete $index_of->{ $completion->tag };
        croak 'a message was submitted beside these: give it a client of its own' if !defined $index;
        $on_end->($index, $completion->reply, $completion->error);
        return 1;
    };
    croak 'each message must be a reference to a hash' if grep { ref ne 'HASH' } @$messages;
    for my $index (0 .. $#$messages) {
        while (keys %$index_of >= $at_once) { $end_one->() or return }
        my $tag = eval { $self->submit(%{ $messages->[$index] }) };
        if (defined $tag) { $index_of->{$tag} = $index }
        elsif (ref $@)    { $on_end->($index, undef, $@) }
        else              { die $@ }
    }
    1 while %$index_of && $end_one->();
    return;
}

# Cancels these and takes their completions, which are there at once: whoever polls next finds none of them.
sub _abandon {
    my ($self, @tags) = @_;
    $self->cancel($_) for @tags;
    my %left = map { $_ => 1 } @tags;
    while (%left and my $completion = $self->poll(0)) {
        delete $left{ $completion->tag };
    }
    return;
}

# Cancels a submitted message: its completion says so. False if it is not in flight any more.
sub cancel {
    my ($self, $tag) = @_;
    return Robofy::Native::robofy_client_cancel($self->_handle->pointer, $tag);
}

# A descriptor for event loops, readable while completions wait: then call poll(0) until it returns undef. It must not be
# read or closed; after a fork the child asks for its own.
sub poll_fd {
    my ($self) = @_;
    my $descriptor = Robofy::Native::robofy_client_poll_fd($self->_handle->pointer);
    croak 'the process has no file descriptor left: raise its limit (ulimit -n)' if $descriptor < 0;
    return $descriptor;
}

# The client's figures in this process, as robofy.h describes them: a reference to a hash.
sub stats {
    my ($self) = @_;
    my $pointer = Robofy::Native::robofy_client_stats($self->_handle->pointer);
    return JSON::PP->new->decode(Robofy::Handle::take_text($pointer));
}

# Lets go of everything; what is in flight is given up. May be called again.
sub close {
    my ($self) = @_;
    $self->{handle} = undef;
    return;
}

sub CLONE_SKIP { return 1 }

sub _handle {
    my ($self) = @_;
    # In a forked child what the parent submitted is the parent's.
    @$self{qw(process uncollected)} = ($$, 0) if $self->{process} != $$;
    return $self->{handle} // croak 'this client is closed: make another';
}

sub _message {
    my ($self, $given) = @_;
    my ($texts, @settings) = $self->_checked($given);
    my $message = Robofy::Handle->new(Message => Robofy::Native::robofy_message_new(@$texts));
    _set($message, @settings);
    return $message;
}

# What a method is called with: the client, and a message's names and values.
sub _named {
    croak 'a message is a list of names and values' if @_ % 2 == 0;
    return @_;
}

# What a message is made of, then what is set of it.
sub _checked {
    my ($self, $given) = @_;
    my %left = (%$self{qw(pid chatbot_id)}, %$given);
    for (qw(pid chatbot_id)) { croak "$_ is missing: give it to the message or to the client" if !defined $left{$_} }
    my @texts = map { Robofy::Arguments::message_text($_ => delete $left{$_}) } qw(pid chatbot_id query);
    return (\@texts, _valid(\%Robofy::Parameters::MESSAGE, \%left));
}

# For each value that is given, what sets it and what that takes.
sub _valid {
    my ($known, $given) = @_;
    my @settings;
    for my $name (sort keys %$given) {
        my ($setter, $check) = @{ $known->{$name} // croak "unknown argument: $name" };
        push @settings, [$setter, $check->($name => $given->{$name})] if defined $given->{$name};
    }
    return @settings;
}

sub _set {
    my ($handle, @settings) = @_;
    for (@settings) {
        my ($setter, @values) = @$_;
        Robofy::Native->can($setter)->($handle->pointer, @values);
    }
    return;
}

# Gives back a reply, response or error, of which the program's log is told if something went wrong. A log that dies
# must not cost the program an answer.
sub _logged {
    my ($self, $end) = @_;
    my $line
        = $end->isa('Robofy::Error') ? 'a call failed (' . $end->status . "): $end"
        : $end->attempts > 1         ? sprintf 'a call took %d attempts and %.1f s', $end->attempts, $end->elapsed
        :                              return $end;
    my $log = $self->{log} // return $end;
    local ($@, $SIG{__DIE__});
    return $end if eval { $log->($line); 1 };
    my $failure = $@;
    eval { warn "robofy: the log failed: $failure" };
    return $end;
}

1;
