package Robofy;

# Sends WhatsApp users' messages to Robofy AI agents and gets the answers.

use strict;
use warnings;

our $VERSION = '0.1.0';

use Robofy::Client;
use Robofy::Inbox;
use Robofy::Text;
use Robofy::Webhook;

# format($text, $dialect) and split($text, $limit), an agent's answer as WhatsApp text.
*format = \&Robofy::Text::format;
*split  = \&Robofy::Text::split;

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

=head1 WHATSAPP TEXT AND WEBHOOKS

They need no client, and wait for nothing.

=over

=item Robofy::format($text, $dialect)

An agent's answer as WhatsApp text, of the dialect C<auto> or another that L<Robofy::Fields> has. Code and URLs are left as
they are; formatting twice changes nothing unless the dialect is Markdown.

=item Robofy::split($text, $limit)

A WhatsApp text as a list of messages that fit, none of them blank. C<$limit> is the most UTF-16 units of one: without it the
4 096 of the Cloud API; Twilio takes 1 600. C<< $reply->parts($limit) >> is both in one.

=item Robofy::Webhook->new($channel, @secrets)

What verifies and reads the webhooks of C<meta>, C<waha>, C<evolution> or C<twilio>. The secrets are Meta's app secret; WAHA's
HMAC key; Evolution API's C<jwt_key> or the instance's API key; Twilio's auth token: several while one is replaced by
another. Without any, what is not signed is read, as 360dialog's webhooks are: something else has to keep strangers away then.

=item $webhook->read($body, $signature, $url)

Verifies the body of a POST, bytes as they came, and reads it: C<events> is a list of C<Robofy::Event>, C<skipped> how many
messages and statuses have no identifier or no user. C<$signature> is the header C<X-Hub-Signature-256> of Meta,
C<X-Webhook-Hmac> of WAHA, C<Authorization> of Evolution API, C<X-Twilio-Signature> of Twilio; C<$url> the public URL as
Twilio calls it, with its query.

Dies with a C<Robofy::Error::Signature>, to be answered with 401, or a C<Robofy::Error::InvalidArgument>, with 400: the body is
not JSON (Twilio: a form), over 3 MB, or deeper than 128 levels.

=item $webhook->challenge($query, $verify_token)

What to answer, with 200 and as plain text, to the GET by which Meta asks for a webhook; undef if the request is not that, or
has another token: answer 403.

=item $webhook->close

Lets go of it, as the last reference does.

=back

=head1 WEBHOOK IN, ANSWER OUT

What an inbox accepts ends in one outcome, also after a restart if it has a path. It may outlive its client. After C<fork> it
belongs to the parent: in the child there is nothing to poll, and all else dies with a C<Robofy::Error::Storage>.

=over

=item Robofy::Inbox->new($client, %options)

An inbox for an agent, which asks it with this client. What an earlier one has left at its path is taken up at once.
L<Robofy::Parameters> has the options. Dies with a C<Robofy::Error::Storage> that names the path, what is wrong there and what to
do.

=item offer($event)

Takes an event of a webhook. Returns C<queued>, C<duplicate>, C<paused>, C<ignored> or C<took_over>, which L<Robofy::Fields> has.
What is C<queued> is kept then: with a path, on disk and synced. Dies with a C<Robofy::Error::Storage> or a
C<Robofy::Error::Overloaded>, to be answered with 503: the event comes again.

=item offer_text($channel_id, $user, $message_id, $text)

Takes a text, for who has no webhook. C<$channel_id> is the business's side of the conversation, undef where there is one alone;
C<$user> the sender's number, or other identifier; C<$message_id> is what makes it a duplicate when it comes again.

=item poll($seconds)

Returns the next C<Robofy::Outcome>. Waits up to so many seconds, or without a number until there is one; undef if none came in
time, if a signal handler has closed the inbox, and in a forked child.

=item poll_fd

A descriptor for event loops, readable while outcomes wait: then C<poll(0)> until it returns undef. Not to be read or closed.

=item sent($outcome, $part, $provider_id)

A part was sent, by its index from 0 on; C<$provider_id> is the channel's identifier of it, if there is one. Dies with a
C<Robofy::Error::Storage> if that is not kept: report it again.

=item failed($outcome, $part, $code)

It was not, for this code of Meta's, HTTP status from 400 on, or less than 0 for a lost connection. Send no more of that outcome:
what is left of it comes again by itself, or is given up.

=item pause($session_id, $seconds), resume($session_id)

A person has this user's conversation for so long: the agent is silent. The agent has it again.

=item stats

The inbox's figures, a reference to a hash; undef if what is kept cannot be read, and in a forked child.

=item close

Lets go of it, as the last reference does; what was queued stays at its path.

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
