package Robofy::Fake;

# A client for tests of programs: it answers from a script, without library and network, and keeps what it was asked.

use strict;
use warnings;

use Carp qw(croak);
use Encode qw(encode);
use IO::Handle;
use parent 'Robofy::Client';
use Robofy::Reply;

# new(@script): for each message an answer, a Robofy::Reply, a Robofy::Error, or a sub that is called with the message
# and returns one of these. For requests and forms a Robofy::Response takes a reply's place, and a text is its data, JSON.
sub new {
    my ($class, @script) = @_;
    my %given = (pid => 'pid', chatbot_id => 'chatbot_id');
    return bless { %given, script => \@script, asked => [], ended => [], handle => 1, process => $$ }, $class;
}

# The messages and requests so far, references to hashes.
sub asked { return @{ $_[0]{asked} } }

sub whatsapp_chat {
    my ($self, %message) = Robofy::Client::_named(@_);
    return _sent($self->_end_of_message(\%message));
}

sub submit {
    my ($self, %message) = Robofy::Client::_named(@_);
    return $self->_submitted(reply => $self->_end_of_message(\%message));
}

sub chat_send   { goto &whatsapp_chat }
sub submit_chat { goto &submit }

# What is asked is the method, the path and the options.
sub request        { return _sent(_end_of_request(@_)) }
sub submit_request { return $_[0]->_submitted(response => _end_of_request(@_)) }
sub upload         { return _sent(_end_of_request($_[0], POST => $_[1], upload => @_[2 .. $#_])) }
sub submit_upload  { return $_[0]->_submitted(response => _end_of_request($_[0], POST => $_[1], upload => @_[2 .. $#_])) }

sub _sent {
    my ($end) = @_;
    die $end if $end->isa('Robofy::Error');
    return $end;
}

sub _submitted {
    my ($self, $kind, $end) = @_;
    my $tag = ++$self->{last_tag};
    $kind = 'error' if $end->isa('Robofy::Error');
    push @{ $self->{ended} }, Robofy::Completion->new(tag => $tag, $kind => $end);
    syswrite $self->{pipe}[1], '.' if $self->{pipe};
    return $tag;
}

sub poll {
    my ($self) = @_;
    $self->_handle;
    my $completion = shift @{ $self->{ended} };
    sysread $self->{pipe}[0], my $byte, 1 if $completion && $self->{pipe};
    return $completion;
}

# A chat that was not polled yet counts as in flight.
sub cancel {
    my ($self, $tag) = @_;
    $self->_handle;
    my $cancelled = Robofy::Completion->new(tag => $tag, error => Robofy::Error::Cancelled->new);
    my ($completion) = grep { $_->tag == $tag } @{ $self->{ended} } or return 0;
    %$completion = %$cancelled;
    return 1;
}

sub poll_fd {
    my ($self) = @_;
    $self->_handle;
    return fileno $self->{pipe}[0] if $self->{pipe};
    pipe my $read, my $write or croak "no pipe: $!";
    $_->blocking(0) for $read, $write;
    $self->{pipe} = [$read, $write];
    syswrite $write, '.' x @{ $self->{ended} };
    return fileno $read;
}

sub stats {
    my ($self) = @_;
    $self->_handle;
    return { in_flight => 0, uncollected => scalar @{ $self->{ended} } };
}

sub _end_of_message {
    my ($self, $message) = @_;
    $self->_handle;
    $self->_checked($message);
    my $end = $self->_end_of($message);
    return ref $end ? $end : Robofy::Reply->new(answer => $end, session_id => $message->{session_id});
}

sub _end_of_request {
    my ($self, $method, $path, %options) = @_;
    $self->_handle;
    my $end = $self->_end_of({ method => $method, path => $path, %options });
    return ref $end ? $end : Robofy::Response->new(data => $end, body => encode('UTF-8', "{\"data\":$end}"));
}

sub _end_of {
    my ($self, $asked) = @_;
    push @{ $self->{asked} }, $asked;
    my $end = shift @{ $self->{script} } // croak 'the script has no answer left';
    return ref $end eq 'CODE' ? $end->(%$asked) : $end;
}

1;
