package Service;

# The service at ROBOFY_BASE_URL: the stand-in, which does what a message with a "!" tells it to.

use strict;
use warnings;
use utf8;

use Exporter qw(import);
use Robofy;
use Test::More;

our @EXPORT = qw(client message failure growth MEGABYTE STREAM);

use constant MEGABYTE => 1_000_000;
use constant STREAM   => '/v1/ai-agent/events';

binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output todo_output);
BAIL_OUT(q(set ROBOFY_BASE_URL to the stand-in's URL)) if !$ENV{ROBOFY_BASE_URL};

sub client { return Robofy::Client->new('a-test-key', base_url => $ENV{ROBOFY_BASE_URL}, max_retries => 0, @_) }

sub message {
    my ($query, %more) = @_;
    return (pid => '31415', chatbot_id => 'DKDvwn', query => $query, %more);
}

# What a block dies with.
sub failure(&) {
    my ($work) = @_;
    return eval { $work->(); 1 } ? undef : $@;
}

# How many bytes the process grows by in ten rounds, after three.
sub growth(&) {
    my ($round) = @_;
    $round->() for 1 .. 3;
    my $before = _resident_bytes();
    $round->() for 1 .. 10;
    return _resident_bytes() - $before;
}

sub _resident_bytes {
    open my $file, '<', '/proc/self/statm' or die $!;
    return (split ' ', <$file>)[1] * 4096;
}

1;
