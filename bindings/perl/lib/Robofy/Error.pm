package Robofy::Error;

# A chat, or the making of a client, has failed; as a string it is one line that a person can act on. Each status has a
# subclass: Robofy::Error::Unauthorized and so on.

use strict;
use warnings;

use overload '""' => sub { $_[0]->message }, bool => sub { 1 }, fallback => 1;
use Robofy::Failures;
use Robofy::Native;

# Robofy::Error::RateLimited->new(retry_after => 7): the fields are named as the methods.
sub new {
    my ($class, %fields) = @_;
    return bless { is_retryable => 0, %fields }, $class;
}

# Reads an error of the library, which stays its owner's.
sub read {
    my ($class, $pointer) = @_;
    my $number = Robofy::Native::robofy_error_status($pointer);
    return ($Robofy::Failures::CLASSES{$number} // $class)->new(
        number       => $number,
        status       => Robofy::Native::robofy_status_name($number),
        message      => Robofy::Native::text(Robofy::Native::robofy_error_message($pointer)),
        http_status  => Robofy::Native::robofy_error_http_status($pointer) || undef,
        code         => Robofy::Native::text(Robofy::Native::robofy_error_code($pointer)),
        detail       => Robofy::Native::text(Robofy::Native::robofy_error_detail($pointer)),
        is_retryable => Robofy::Native::robofy_error_is_retryable($pointer) ? 1 : 0,
        retry_after  => Robofy::Native::robofy_error_retry_after_ms($pointer) / 1000 || undef,
    );
}

# The status's name, such as "unauthorized", and its number.
sub status { return $_[0]{status} }
sub number { return $_[0]{number} }
sub message { return $_[0]{message} // $_[0]->status }
# The service's HTTP status; undef if no response came.
sub http_status { return $_[0]{http_status} }
# The service's own code, such as "UNAUTHORIZED", and its own sentence; undef if it sent none.
sub code   { return $_[0]{code} }
sub detail { return $_[0]{detail} }
# The agent has not seen the message, and sending it again, later, may help.
sub is_retryable { return $_[0]{is_retryable} }
# Seconds that the service asks to wait; undef if it did not say.
sub retry_after { return $_[0]{retry_after} }

1;
