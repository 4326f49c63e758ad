package Robofy::Outcome;

# Something that the program is to send, to show or to know. Robofy::Fields has the methods.

use strict;
use warnings;

use Robofy::Error;
use Robofy::Fields;
use Robofy::Native;
use Robofy::Reply;

for my $field (qw(kind request reply error), keys %Robofy::Fields::OUTCOME) {
    no strict 'refs';
    *$field = sub { $_[0]{$field} };
}

# Reads an outcome of the library, which its owner frees.
sub read {
    my ($class, $owner) = @_;
    my $pointer = $owner->pointer;
    my $kind = $Robofy::Fields::OUTCOME_KINDS[Robofy::Native::robofy_outcome_kind($pointer)] // 'notice';
    my $parts = Robofy::Native::robofy_outcome_parts($pointer);
    my $reply = Robofy::Native::robofy_outcome_reply($pointer);
    my $error = Robofy::Native::robofy_outcome_error($pointer);
    my $request = sub { Robofy::Native::text(Robofy::Native::robofy_outcome_request($pointer, $_[0])) };
    my @parts = map {
        { text => Robofy::Native::text(Robofy::Native::robofy_parts_text($parts, $_)), request => $request->($_) }
    } 0 .. Robofy::Native::robofy_parts_count($parts) - 1;
    my @ids = map { Robofy::Native::text(Robofy::Native::robofy_outcome_message_id($pointer, $_)) }
        0 .. Robofy::Native::robofy_outcome_message_count($pointer) - 1;
    return bless {
        map({ $_ => $Robofy::Fields::OUTCOME{$_}->($pointer) } keys %Robofy::Fields::OUTCOME),
        kind        => $kind,
        parts       => [map { bless $_, 'Robofy::Part' } @parts],
        request     => $kind eq 'typing' ? $request->(0) : undef,
        reply       => defined $reply ? Robofy::Reply->read($reply) : undef,
        error       => defined $error ? Robofy::Error->read($error) : undef,
        message_ids => \@ids,
        pointer     => $pointer,
        owner       => $owner,
    }, $class;
}

sub parts { return @{ $_[0]{parts} } }

sub message_ids { return @{ $_[0]{message_ids} } }

package Robofy::Part;

sub text { return $_[0]{text} }

sub request { return $_[0]{request} }

1;
