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

__END__

=encoding UTF-8

=head1 NAME

Robofy - sends a WhatsApp user's message to a Robofy AI agent and gets the answer

=head1 SYNOPSIS

    use Robofy;

    my $client = Robofy::Client->new(pid => $pid, chatbot_id => $chatbot_id);    # the key is ROBOFY_API_KEY
    print $client->whatsapp_chat(query => 'Hello')->answer, "\n";

=head1 METHODS

Of a client, which belongs to its thread and works on in a forked child. A failure dies with a C<Robofy::Error>, a mistake
in the program with a text.

=over

=item Robofy::Client->new($api_key, %options), Robofy::Client->new(%options)

Without a key that of the environment's ROBOFY_API_KEY is used. L<Robofy::Parameters> has the options, and what a message
holds.

=item whatsapp_chat(%message)

Sends a message and waits for its C<Robofy::Reply>.

=item whatsapp_chats(\@messages, $on_end, $at_once)

Sends many, so many at once (100), and calls C<< $on_end->($index, $reply, $error) >> as each ends.

=item chat_send(%message)

The same for a user of any other C<platform>.

=item request($method, $path, %options)

Calls any endpoint of the service and waits for its C<Robofy::Response>. C<%options> are C<query> (a reference to a hash),
C<json> (the body: any value that JSON has), C<timeout> (seconds) and C<max_response_bytes>.

=item upload($path, $upload, %options)

Sends a C<Robofy::Upload> as a POST and waits for its C<Robofy::Response>. C<< Robofy::Upload->new >> has
C<add_text($name, $value)>, C<add_file($name, $path, %more)> and C<add_bytes($name, $bytes, %more)>, where C<%more> is
C<file_name> and C<content_type>; C<sent> and C<total> tell how far it has come, in bytes.

=item stream($path, %message)

Sends a message to a path where the agent answers in events, and does not wait; returns a C<Robofy::Stream>, which has
C<next($seconds)>, C<text>, C<session_id>, C<is_done>, C<cancel>, C<poll_fd> and C<close>.

=item leads(%options), sessions(%options), agent_settings(%options)

What an agent has: an iterator with C<next>, which gives a lead or undef after the last one; a list of references to hashes;
a C<Robofy::Settings>, which holds a secret. C<%options> are C<pid>, C<chatbot_id> and C<timeout>, and of leads
C<session_id>.

=item submit(%message), submit_chat(%message), submit_request($method, $path, %options), submit_upload($path, $upload, %options)

Sends without waiting; returns the tag of its completion.

=item poll($seconds)

Returns the next completion (C<tag>, and C<reply>, C<response> or C<error>). Waits up to so many seconds, or without a number until there is
one; undef if none came, or nothing is left to collect.

=item cancel($tag)

Completes a submitted message as cancelled; false if it has ended.

=item poll_fd

A descriptor for event loops, readable while completions wait; not to be read or closed.

=item stats

The client's figures in this process, a reference to a hash.

=item close

Lets go of everything; what is in flight is given up.

=back

C<Robofy::library_version()> is the version of the library, C<Robofy::status_name($number)> the name of a status.

=head1 TESTS OF PROGRAMS

C<Robofy::Fake> is a client that answers from a script, without library and network: each message takes the next answer,
error or sub. C<asked> gives back the messages. It answers requests and uploads too: a text is the response's data, JSON.

    my $limited = Robofy::Error::RateLimited->new(retry_after => 7);
    my $client = Robofy::Fake->new('Hello!', $limited, sub { my %message = @_; ... });

=head1 SEE ALSO

L<Robofy::Parameters>, L<Robofy::Fields> (replies, responses, events and errors), L<Robofy::Failures> (a class for each status).

=cut
