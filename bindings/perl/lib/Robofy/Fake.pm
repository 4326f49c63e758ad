package Robofy::Fake;

# A client for tests of programs: it answers from a script, without library and network, and keeps what it was asked.

use strict;
use warnings;

use Carp qw(croak);
use IO::Handle;
use parent 'Robofy::Client';
use Robofy::Reply;

# new(@script): for each message an answer, a Robofy::Reply, a Robofy::Error, or a sub that is called with the message
# and returns one of these.
sub new {
    my ($class, @script) = @_;
    my %given = (pid => 'pid', chatbot_id => 'chatbot_id');
    return bless { %given, script => \@script, asked => [], ended => [], handle => 1, process => $$ }, $class;
}

# The messages so far, references to hashes.
sub asked { return @{ $_[0]{asked} } }

sub whatsapp_chat {
    my ($self, %message) = Robofy::Client::_named(@_);
    my $end = $self->_end_of(\%message);
    die $end if $end->isa('Robofy::Error');
    return $end;
}

sub submit {
    my ($self, %message) = Robofy::Client::_named(@_);
    my $end = $self->_end_of(\%message);
    my $tag = ++$self->{last_tag};
    my $kind = $end->isa('Robofy::Error') ? 'error' : 'reply';
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

sub _end_of {
    my ($self, $message) = @_;
    $self->_handle;
    $self->_checked($message);
    push @{ $self->{asked} }, $message;
    my $end = shift @{ $self->{script} } // croak 'the script has no answer left';
    $end = $end->(%$message) if ref $end eq 'CODE';
    return ref $end ? $end : Robofy::Reply->new(answer => $end, session_id => $message->{session_id});
}

1;
