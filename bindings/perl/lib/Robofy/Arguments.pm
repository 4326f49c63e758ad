package Robofy::Arguments;

# Perl's values on their way to C: what C would silently change is refused, by the parameter's name.

use strict;
use warnings;

use Carp qw(croak);
use Encode qw(encode);
use JSON::PP ();
use Robofy::Error;
use Scalar::Util qw(looks_like_number);

# Mistakes are those of the client's caller.
our @CARP_NOT = 'Robofy::Client';

# Characters as UTF-8.
sub text {
    my ($name, $value, $mend) = @_;
    croak "$name must be a text, not " . _kind($value) if !defined $value || (ref $value && !overload::Method($value, '""'));
    my $text = $mend ? $mend->("$value") : "$value";
    my $nul = index $text, "\0";
    die Robofy::Error->refusal("$name contains a NUL at index $nul: remove it") if $nul >= 0;
    my $bytes = eval { encode('UTF-8', $text, Encode::FB_CROAK | Encode::LEAVE_SRC) };
    return $bytes // die Robofy::Error->refusal("$name cannot be sent as UTF-8: it holds what is no character");
}

# What a user wrote: half of a surrogate pair, as of an emoji that was cut, becomes U+FFFD as in an answer.
sub message_text {
    my ($name, $value) = @_;
    return text($name, $value, \&_well_formed);
}

sub json {
    my ($name, $value) = @_;
    croak "$name must be a reference to a hash, not " . _kind($value) if ref $value ne 'HASH';
    my $text = eval { JSON::PP->new->encode($value) }
        // die Robofy::Error->refusal("$name must hold JSON values only: " . $@ =~ s/ at \S+ line \d+\.?\n//r);
    return message_text($name, $text);
}

sub _well_formed { return $_[0] =~ s/[\x{D800}-\x{DFFF}]/\x{FFFD}/gr }

sub milliseconds {
    my ($name, $seconds) = @_;
    croak "$name must be a number of seconds, not " . _kind($seconds) if !looks_like_number($seconds);
    die Robofy::Error->refusal("$name must be more than 0 and at most 1000000000 seconds, not $seconds")
        if !($seconds > 0 && $seconds <= 1e9);
    return int($seconds * 1000 + 0.5) || 1;
}

sub integer { return _integer(@_, 0, 2**32 - 1) }

sub size { return _integer(@_, 1, 2**53) }

sub boolean { return $_[1] ? 1 : 0 }

sub rate {
    my ($name, $value) = @_;
    croak "$name must be [per minute, burst], not " . _kind($value) if ref $value ne 'ARRAY';
    my ($per_minute, $burst) = @$value;
    return (_integer("$name\'s first number", $per_minute, 1, 2**32 - 1), _integer("$name\'s second number", $burst // 1, 1, 2**32 - 1));
}

sub _integer {
    my ($name, $value, $least, $most) = @_;
    croak "$name must be an integer, not " . _kind($value) if !looks_like_number($value);
    die Robofy::Error->refusal("$name must be an integer between $least and $most, not $value")
        if !($value >= $least && $value <= $most && $value == int $value);
    return int $value;
}

sub _kind { return !defined $_[0] ? 'undef' : ref $_[0] || "\"$_[0]\"" }

1;
