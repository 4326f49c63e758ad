package Robofy::Reply;

# The agent's complete answer and what came with it; as a string it is the answer. Robofy::Fields has the methods.

use strict;
use warnings;

use Encode qw(encode);
use JSON::PP ();
use overload '""' => sub { $_[0]{answer} }, bool => sub { 1 }, fallback => 1;
use Robofy::Fields;
use Robofy::Text;

for my $field (keys %Robofy::Fields::REPLY) {
    no strict 'refs';
    *$field = sub { $_[0]{$field} };
}

# new(answer => 'Hello!'): the fields are named as the methods.
sub new {
    my ($class, %fields) = @_;
    $fields{body} //= JSON::PP->new->encode({ data => { answer => $fields{answer} } });
    return bless { message => 'Success', attempts => 1, elapsed => 0, %fields }, $class;
}

# Reads a reply of the library, which stays its owner's.
sub read {
    my ($class, $pointer) = @_;
    return $class->new(map { $_ => $Robofy::Fields::REPLY{$_}->($pointer) } keys %Robofy::Fields::REPLY);
}

# The answer as the WhatsApp messages to send: Robofy::format, then Robofy::split.
sub parts {
    my ($self, $limit) = @_;
    return Robofy::Text::split(Robofy::Text::format($self->{answer}), $limit);
}

# The body, parsed.
sub json { return JSON::PP::decode_json(encode('UTF-8', $_[0]{body})) }

1;
