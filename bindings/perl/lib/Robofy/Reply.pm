package Robofy::Reply;

# The agent's complete answer and what came with it; as a string it is the answer.

use strict;
use warnings;

use Encode qw(encode);
use JSON::PP ();
use overload '""' => sub { $_[0]{answer} }, bool => sub { 1 }, fallback => 1;
use Robofy::Native;

# new(answer => 'Hello!'): the fields are named as the methods.
sub new {
    my ($class, %fields) = @_;
    $fields{body} //= JSON::PP->new->encode({ data => { answer => $fields{answer} } });
    return bless { message => 'Success', attempts => 1, elapsed => 0, %fields }, $class;
}

# Reads a reply of the library, which stays its owner's.
sub read {
    my ($class, $pointer) = @_;
    return $class->new(
        answer     => Robofy::Native::text(Robofy::Native::robofy_reply_answer($pointer)),
        session_id => Robofy::Native::text(Robofy::Native::robofy_reply_session_id($pointer)),
        message    => Robofy::Native::text(Robofy::Native::robofy_reply_message($pointer)),
        body       => Robofy::Native::text(Robofy::Native::robofy_reply_json($pointer)),
        attempts   => Robofy::Native::robofy_reply_attempts($pointer),
        elapsed    => Robofy::Native::robofy_reply_elapsed_us($pointer) / 1e6,
    );
}

# The text to forward to the user, never empty.
sub answer { return $_[0]{answer} }
# The conversation; undef if the service named none.
sub session_id { return $_[0]{session_id} }
# The service's own word, such as "Success"; undef if it sent none.
sub message { return $_[0]{message} }
# The response as received, and parsed.
sub body { return $_[0]{body} }
sub json { return JSON::PP::decode_json(encode('UTF-8', $_[0]{body})) }
# How many requests it took, and how many seconds.
sub attempts { return $_[0]{attempts} }
sub elapsed  { return $_[0]{elapsed} }

1;
