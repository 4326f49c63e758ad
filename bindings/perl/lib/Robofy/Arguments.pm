package Robofy::Arguments;

# Perl's values on their way to C: what C would silently change is refused, by the parameter's name.

use strict;
use warnings;

use Carp qw(croak);
use JSON::PP ();
use Robofy::Error;
use Scalar::Util qw(looks_like_number);

# Mistakes are those of the client's caller.
our @CARP_NOT = map { "Robofy::$_" } qw(Client Calls Fake Inbox Response Stream Text Upload Webhook);

# What no UTF-8 has: halves of surrogate pairs, and what lies beyond Unicode.
my $NO_CHARACTER = qr/[^\x{0}-\x{D7FF}\x{E000}-\x{10FFFF}]/;

# Characters as UTF-8.
sub text {
    my ($name, $value) = @_;
    my $text = _text($name, $value);
    die _refusal("$name holds what is no character at index $-[0]: remove it") if $text =~ $NO_CHARACTER;
    utf8::encode($text);
    return $text;
}

# What a user wrote: half of a surrogate pair, as of an emoji that was cut, becomes U+FFFD as in an answer.
sub message_text {
    my ($name, $value) = @_;
    return text($name, _text($name, $value) =~ s/$NO_CHARACTER/\x{FFFD}/gr);
}

# What anybody could sign with is none.
sub secret {
    my ($name, $value) = @_;
    my $bytes = text($name, $value);
    die _refusal("$name must not be empty") if $bytes eq '';
    return $bytes;
}

# What a stranger wrote: whatever it holds is no mistake of the program's. A NUL would end it early.
sub header {
    my ($name, $value) = @_;
    return message_text($name, defined $value && !ref $value ? $value =~ tr/\0/\x{FFFD}/r : $value);
}

sub bytes {
    my ($name, $value) = @_;
    croak "$name must be bytes, not " . _kind($value) if !defined $value || ref $value;
    utf8::downgrade($value, 1) or croak "$name must be bytes: encode its characters";
    return $value;
}

# The number of one of these, by its name.
sub member {
    my ($name, $value, $members) = @_;
    my $text = _text($name, $value);
    my ($number) = grep { $members->[$_] eq $text } 0 .. $#$members;
    return $number // die _refusal("$name must be one of " . join(', ', @$members) . ", not \"$text\"");
}

sub json {
    my ($name, $value) = @_;
    croak "$name must be a reference to a hash, not " . _kind($value) if ref $value ne 'HASH';
    return json_value($name, $value);
}

# Any value that JSON has.
sub json_value {
    my ($name, $value) = @_;
    my $text = eval { JSON::PP->new->allow_nonref->encode($value) }
        // die _refusal("$name must hold JSON values only: " . $@ =~ s/ at \S+ line \d+\.?\n//r);
    return message_text($name, $text);
}

# The pairs of a URL's query: references to lists of two.
sub pairs {
    my ($name, $value) = @_;
    croak "$name must be a reference to a hash, not " . _kind($value) if ref $value ne 'HASH';
    return map { [message_text("a name of the $name" => $_), message_text($_ => $value->{$_})] } sort keys %$value;
}

sub _text {
    my ($name, $value) = @_;
    my $is_text = ref $value ? overload::Method($value, '""') : defined $value;
    croak "$name must be a text, not " . _kind($value) if !$is_text;
    my $nul = index "$value", "\0";
    die _refusal("$name contains a NUL at index $nul: remove it") if $nul >= 0;
    return "$value";
}

sub code {
    my ($name, $value) = @_;
    croak "$name must be a reference to a sub, not " . _kind($value) if ref $value ne 'CODE';
    return $value;
}

sub number {
    my ($name, $value) = @_;
    croak "$name must be a number of seconds, not " . _kind($value) if !looks_like_number($value);
    return $value;
}

sub milliseconds {
    my ($name, $seconds) = @_;
    number($name, $seconds);
    die _refusal("$name must be more than 0 and at most 1000000000 seconds, not $seconds")
        if !($seconds > 0 && $seconds <= 1e9);
    return int($seconds * 1000 + 0.5) || 1;
}

# Which may be none.
sub duration {
    my ($name, $seconds) = @_;
    return number($name, $seconds) == 0 ? 0 : milliseconds($name, $seconds);
}

# A code of a failure; less than 0 for a lost connection.
sub code_of_failure {
    my ($name, $code) = @_;
    return looks_like_number($code) && $code < 0 ? -1 : _integer($name, $code, 0, 2**31 - 1);
}

sub dialect { return member(@_, \@Robofy::Fields::DIALECTS) }

sub media { return member(@_, \@Robofy::Fields::MEDIA_POLICIES) }

# One a line.
sub words {
    my ($name, $words) = @_;
    croak "$name must be a reference to an array, not " . _kind($words) if ref $words ne 'ARRAY';
    my @words = map { text($name, $_) } @$words;
    die _refusal("$name must have no line breaks") if grep { /\n/ } @words;
    return join "\n", @words;
}

# A text for all failures, or texts by status: a list of a status's number and its text.
sub fallback {
    my ($name, $value) = @_;
    my %texts = ref $value eq 'HASH' ? %$value : (ok => $value);
    my @statuses = ('ok', map { $Robofy::Failures::CLASSES{$_}->status } sort { $a <=> $b } keys %Robofy::Failures::CLASSES);
    return map { [member("a status of $name", $_, \@statuses), text($name, $texts{$_})] } sort keys %texts;
}

sub integer { return _integer(@_, 0, 2**32 - 1) }

sub count { return _integer(@_, 1, 2**32 - 1) }

sub size { return _integer(@_, 1, 2**53) }

sub boolean { return $_[1] ? 1 : 0 }

sub rate {
    my ($name, $value) = @_;
    croak "$name must be [per_minute, burst]" if ref $value ne 'ARRAY' || @$value > 2;
    my ($per_minute, $burst) = @$value;
    my %numbers = (per_minute => $per_minute, burst => $burst // 1);
    return map { _integer("$name\'s $_", $numbers{$_}, 1, 2**32 - 1) } qw(per_minute burst);
}

sub _integer {
    my ($name, $value, $least, $most) = @_;
    croak "$name must be an integer, not " . _kind($value) if !looks_like_number($value);
    die _refusal("$name must be an integer between $least and $most, not $value")
        if !($value >= $least && $value <= $most && $value == int $value);
    return int $value;
}

sub _refusal { return Robofy::Error::InvalidArgument->new(message => $_[0]) }

sub _kind { return !defined $_[0] ? 'undef' : ref $_[0] || "\"$_[0]\"" }

1;
