package Robofy::Calls;

# What a client calls beside whatsapp_chat: Robofy has the methods.

use strict;
use warnings;

use Carp qw(croak);
use Robofy::Arguments;
use Robofy::Error;
use Robofy::Fields;
use Robofy::Handle;
use Robofy::Leads;
use Robofy::Native;
use Robofy::Response;
use Robofy::Settings;
use Robofy::Stream;
use Robofy::Upload;

my %OPTIONS = (
    timeout            => [robofy_call_set_timeout_ms => \&Robofy::Arguments::milliseconds],
    max_response_bytes => [robofy_call_set_max_response_bytes => \&Robofy::Arguments::size],
);

sub chat_send {
    my ($self, %message) = Robofy::Client::_named(@_);
    my ($handle, $native) = ($self->_handle, $self->_message(\%message));
    return $self->_send(robofy_chat_send => 'Reply', $native->pointer);
}

sub submit_chat {
    my ($self, %message) = Robofy::Client::_named(@_);
    my ($handle, $native) = ($self->_handle, $self->_message(\%message));
    return $self->_submit(robofy_chat_submit => $native->pointer);
}

sub request {
    my ($self, @given) = @_;
    my ($handle, $call, @texts) = ($self->_handle, _request(@given));
    return $self->_send(robofy_client_request => 'Response', @texts, $call->pointer);
}

sub submit_request {
    my ($self, @given) = @_;
    my ($handle, $call, @texts) = ($self->_handle, _request(@given));
    return $self->_submit(robofy_request_submit => @texts, $call->pointer);
}

sub upload {
    my ($self, @given) = @_;
    my ($handle, $call, @form) = ($self->_handle, _form(@given));
    return $self->_send(robofy_client_upload => 'Response', @form, $call->pointer);
}

sub submit_upload {
    my ($self, @given) = @_;
    my ($handle, $call, @form) = ($self->_handle, _form(@given));
    return $self->_submit(robofy_upload_submit => @form, $call->pointer);
}

# Opens a Robofy::Stream, and does not wait.
sub stream {
    my ($self, $path, %message) = @_;
    my ($handle, $bytes) = ($self->_handle, Robofy::Arguments::text(path => $path));
    my $native = $self->_message(\%message);
    my $error;
    my $pointer = Robofy::Native::robofy_stream_open($handle->pointer, $bytes, $native->pointer, \$error);
    die Robofy::Error->take($error) if !defined $pointer;
    return Robofy::Stream->new($pointer);
}

# Gives back a Robofy::Leads, which asks for nothing yet.
sub leads {
    my ($self, %options) = @_;
    my $session_id = delete $options{session_id};
    my ($call, @ids) = $self->_of_agent(\%options, qw(pid chatbot_id));
    my $leads = Robofy::Handle->new(Leads => Robofy::Native::robofy_leads_new(@ids));
    Robofy::Native::robofy_leads_set_session_id($leads->pointer,
        Robofy::Arguments::message_text(session_id => $session_id)) if defined $session_id;
    return Robofy::Leads->new($self, $leads, $call);
}

# A list of references to hashes.
sub sessions {
    my ($self, %options) = @_;
    my ($call, $chatbot_id) = $self->_of_agent(\%options, 'chatbot_id');
    my ($handle, $error) = $self->_handle;
    my $pointer = Robofy::Native::robofy_inbox_sessions($handle->pointer, $chatbot_id, $call->pointer, \$error);
    die Robofy::Error->take($error) if !defined $pointer;
    my $sessions = Robofy::Handle->new(Sessions => $pointer);
    my $read = \%Robofy::Fields::SESSION;
    my @indices = 0 .. Robofy::Native::robofy_sessions_count($pointer) - 1;
    return map { my $index = $_; +{ map { $_ => $read->{$_}->($pointer, $index) } keys %$read } } @indices;
}

sub agent_settings {
    my ($self, %options) = @_;
    my ($call, @ids) = $self->_of_agent(\%options, qw(pid chatbot_id));
    my ($handle, $error) = $self->_handle;
    my $pointer = Robofy::Native::robofy_agent_settings($handle->pointer, @ids, $call->pointer, \$error);
    die Robofy::Error->take($error) if !defined $pointer;
    return Robofy::Settings->read($pointer, Robofy::Handle->new(Settings => $pointer));
}

# How to call, and the IDs: those that are given, or else the client's.
sub _of_agent {
    my ($self, $options, @names) = @_;
    $self->_handle;
    my %left = (map({ $_ => $self->{$_} } @names), %$options);
    for (@names) { croak "$_ is missing: give it, or to the client" if !defined $left{$_} }
    my @ids = map { Robofy::Arguments::message_text($_ => delete $left{$_}) } @names;
    return (_call(%left), @ids);
}

sub _request {
    my ($method, $path, %options) = @_;
    my $json = delete $options{json};
    my @texts = map { Robofy::Arguments::text(@$_) } [method => $method], [path => $path];
    return (_call(%options), @texts, undef, defined $json ? Robofy::Arguments::json_value(json => $json) : undef);
}

sub _form {
    my ($path, $upload, %options) = @_;
    croak 'upload must be a Robofy::Upload' if !eval { $upload->isa('Robofy::Upload') };
    return (_call(%options), Robofy::Arguments::text(path => $path), $upload->pointer);
}

sub _call {
    my (%options) = @_;
    my $pairs = delete $options{query};
    my @settings = Robofy::Client::_valid(\%OPTIONS, \%options);
    my @pairs = defined $pairs ? Robofy::Arguments::pairs(query => $pairs) : ();
    my $call = Robofy::Handle->new(Call => Robofy::Native::robofy_call_new());
    Robofy::Client::_set($call, @settings, map { [robofy_call_add_query => @$_] } @pairs);
    return $call;
}

1;
