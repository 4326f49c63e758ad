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

1;
