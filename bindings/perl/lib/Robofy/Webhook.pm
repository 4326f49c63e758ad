package Robofy::Webhook;

# Verifies and reads the webhooks of one channel: in one call, so that nobody reads what is not verified. Robofy has the
# methods.

use strict;
use warnings;

use Carp qw(croak);
use Robofy::Arguments;
use Robofy::Error;
use Robofy::Fields;
use Robofy::Handle;
use Robofy::Incoming;
use Robofy::Native;

sub new {
    my ($class, $channel, @secrets) = @_;
    my $number = Robofy::Arguments::member(channel => $channel, \@Robofy::Fields::CHANNELS);
    # One that is undef, as of a variable that is not set, is not none.
    my ($first, @others) = map { Robofy::Arguments::secret(secret => $_) } @secrets;
    Robofy::Native::load();
    my $error;
    my $pointer = Robofy::Native::robofy_webhook_new($number, $first, \$error);
    die Robofy::Error->take($error) if !defined $pointer;
    my $handle = Robofy::Handle->new(Webhook => $pointer);
    Robofy::Native::robofy_webhook_add_secret($pointer, $_) for @others;
    return bless { handle => $handle }, $class;
}

sub read {
    my ($self, $body, $signature, $url) = @_;
    my $handle = $self->_handle;
    my $bytes = Robofy::Arguments::bytes(body => $body);
    my $header = defined $signature ? Robofy::Arguments::header(signature => $signature) : undef;
    my $address = defined $url ? Robofy::Arguments::text(url => $url) : undef;
    my $error;
    my $pointer
        = Robofy::Native::robofy_webhook_read($handle->pointer, $address, $header, $bytes, length $bytes, \$error);
    die Robofy::Error->take($error) if !defined $pointer;
    return Robofy::Incoming->read(Robofy::Handle->new(Incoming => $pointer));
}

sub challenge {
    my ($self, $query, $verify_token) = @_;
    my $handle = $self->_handle;
    my $header = Robofy::Arguments::header(query => $query);
    my $token = Robofy::Arguments::text(verify_token => $verify_token);
    return Robofy::Handle::take_text(Robofy::Native::robofy_webhook_challenge($handle->pointer, $header, $token));
}

# May be called again.
sub close {
    my ($self) = @_;
    $self->{handle} = undef;
    return;
}

sub CLONE_SKIP { return 1 }

sub _handle { return $_[0]{handle} // croak 'this webhook is closed: make another' }

1;
