package Robofy;

# Sends WhatsApp users' messages to Robofy AI agents and gets the answers.

use strict;
use warnings;

our $VERSION = '0.1.0';

use Robofy::Client;

# The version of the library that is loaded.
sub library_version {
    Robofy::Native::load();
    return Robofy::Native::robofy_version();
}

# The name of a status's number, such as "rate_limited"; "unknown" for a number that the library does not have.
sub status_name {
    my ($number) = @_;
    Robofy::Native::load();
    return Robofy::Native::robofy_status_name($number);
}

1;
