package Robofy::Error;

# A chat, or the making of a client, has failed; as a string it is one line that a person can act on. Each status has a
# subclass: Robofy::Error::Unauthorized and so on.

use strict;
use warnings;

use overload '""' => sub { $_[0]{message} }, bool => sub { 1 }, fallback => 1;
use Robofy::Native;

# In the order of the library's numbers, from 1.
our @STATUSES = qw(
    invalid_argument connect tls timeout interrupted protocol bad_request unauthorized forbidden not_found rate_limited
    server cancelled overloaded internal
);

my %CLASSES = map { $_ => join '', 'Robofy::Error::', map { $_ eq 'tls' ? 'TLS' : ucfirst } split /_/ } @STATUSES;
for my $class (values %CLASSES) {
    no strict 'refs';
    @{"${class}::ISA"} = (__PACKAGE__);
}

# Reads an error of the library, which stays its owner's.
sub read {
    my (undef, $pointer) = @_;
    my $number = Robofy::Native::robofy_error_status($pointer);
    my $status = $number <= @STATUSES ? $STATUSES[$number - 1] : $number;
    return bless {
        status       => $status,
        message      => Robofy::Native::text(Robofy::Native::robofy_error_message($pointer)),
        http_status  => Robofy::Native::robofy_error_http_status($pointer) || undef,
        code         => Robofy::Native::text(Robofy::Native::robofy_error_code($pointer)),
        detail       => Robofy::Native::text(Robofy::Native::robofy_error_detail($pointer)),
        is_retryable => Robofy::Native::robofy_error_is_retryable($pointer) ? 1 : 0,
        retry_after  => Robofy::Native::robofy_error_retry_after_ms($pointer) / 1000 || undef,
    }, $CLASSES{$status} // __PACKAGE__;
}

# An argument that cannot be sent, found here.
sub refusal {
    my (undef, $message) = @_;
    return bless { status => 'invalid_argument', message => $message, is_retryable => 0 }, $CLASSES{invalid_argument};
}

# A name such as "unauthorized"; the number of a status that only a newer library knows.
sub status { return $_[0]{status} }
sub message { return $_[0]{message} }
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
