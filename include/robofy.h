/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * robofy: a WhatsApp user's message in, the Robofy AI agent's complete answer out.
 *
 * One message and its answer:
 *
 *     RobofyError *error = NULL;
 *     RobofyClient *client = robofy_client_new("API key", NULL, &error);
 *     char *answer = NULL;
 *     if (client)
 *         answer = robofy_whatsapp_chat(client, "pid", "chatbot_id", "918727000000", "Hello", &error);
 *     puts(answer ? answer : robofy_error_message(error));
 *     robofy_free_string(answer);
 *     robofy_error_free(error);
 *
 * Many messages at once, from one thread: submit each under a tag, then poll for what has completed. A tag is a
 * number, or a pointer, here to the user's number:
 *
 *     const char *user = "918727000000";
 *     RobofyMessage *message = robofy_message_new("pid", "chatbot_id", "Hello");
 *     robofy_message_set_session_id(message, user);
 *     int in_flight = robofy_whatsapp_submit(client, message, (uintptr_t)user, NULL);
 *     robofy_message_free(message);
 *     for (; in_flight > 0; in_flight--) {
 *         RobofyCompletion *completion = robofy_client_poll(client, -1);
 *         const RobofyReply *reply = robofy_completion_reply(completion);
 *         printf("%s: %s\n", (const char *)(uintptr_t)robofy_completion_tag(completion),
 *                reply ? robofy_reply_answer(reply) : robofy_error_message(robofy_completion_error(completion)));
 *         robofy_completion_free(completion);
 *     }
 *     robofy_client_free(client);
 *
 * These rules hold for every function; the comment at a function says only what is special to it.
 *
 * OWNERSHIP. A `char *` or a `RobofyX *` that is returned belongs to the caller, who frees it once with
 * robofy_free_string or robofy_X_free. Freeing NULL does nothing. A `const char *` or a `const RobofyX *`
 * that is returned belongs to the handle it was read from and is valid until that handle is freed. What the
 * caller passes in stays the caller's: it is copied before the call returns.
 *
 * STRINGS are UTF-8 and end with NUL. A U+0000 inside an answer, which a C string cannot hold, arrives as
 * U+FFFD.
 *
 * ERRORS. A function that can fail takes a last parameter `RobofyError **error`, which may be NULL. The
 * function sets `*error` in any case: to NULL on success, and on failure to an error that the caller frees
 * with robofy_error_free. It does not free what `*error` held before: free an old error first, or its memory
 * is lost. There is no error state in a thread or in the library.
 *
 * ARGUMENTS. NULL where a value is required, text that is empty or not UTF-8, and values out of range are
 * reported as ROBOFY_STATUS_INVALID_ARGUMENT with the parameter's name. Setters do not fail: they keep a bad
 * value, and the call that uses the handle reports it. On a NULL handle setters do nothing, and getters
 * return NULL, 0 or false.
 *
 * THREADS. Every function may be called from any thread at any time, and many threads may use one client at
 * once. While a handle is freed or changed, no other thread may use it. A thread that calls needs 64 KB of
 * stack. pthread_cancel() takes effect when a call has returned: it does not end a call that waits. A thread
 * whose cancellation is asynchronous (PTHREAD_CANCEL_ASYNCHRONOUS) must not call.
 *
 * FORK. A client made before fork() may be used in the child as in the parent, and should be freed in both.
 * The child makes connections of its own and does not touch the parent's. Calls, submitted messages and
 * completions belong to the parent; a child that submits asks for a poll_fd of its own. An inbox belongs to the
 * parent: a child makes one of its own, at a path of its own.
 *
 * SIGNALS. The library installs no handler. Its threads block all signals, and it raises no SIGPIPE in the
 * host. A signal does not end a call that waits. A signal handler must not call the library. Free all clients,
 * streams and inboxes before the last of the host's threads ends by pthread_exit(), main()'s included: otherwise
 * the library's threads keep the process alive, and only SIGKILL ends it.
 *
 * UNLOADING. Loading starts no thread. When the last client, stream and inbox are freed, the library's threads
 * end; only one that hangs in the system, at a name lookup or a file, may remain. dlclose() is always safe, because
 * the code stays mapped. Link a plugin that contains the static library with `-z nodelete`.
 *
 * PANICS. A bug in the library is reported as ROBOFY_STATUS_INTERNAL and never unwinds into the host.
 *
 * OUTPUT. The library prints nothing, with one exception: a line on standard error before it calls abort()
 * because there is no memory left.
 *
 * LIMITS. Where the process has no file descriptor or thread left, a call fails with ROBOFY_STATUS_CONNECT and
 * says so; it works again when there are some. Where no memory is left, the library ends the process by abort():
 * allow 16 MB of address space (RLIMIT_AS) for it beside the messages and answers.
 */

#ifndef ROBOFY_H
#define ROBOFY_H

#include <stdbool.h>
#include <stdint.h>

/** The major version of this header; robofy_version() tells the library's. */
#define ROBOFY_VERSION_MAJOR 0
/** The minor version of this header. */
#define ROBOFY_VERSION_MINOR 1
/** The patch version of this header. */
#define ROBOFY_VERSION_PATCH 0
/** The version of this header as a text. */
#define ROBOFY_VERSION "0.1.0"
/** True if this header is of the given version or a later one, for the preprocessor's conditions. */
#define ROBOFY_VERSION_AT_LEAST(major, minor, patch) \
  (ROBOFY_VERSION_MAJOR > (major) || \
   (ROBOFY_VERSION_MAJOR == (major) && ROBOFY_VERSION_MINOR > (minor)) || \
   (ROBOFY_VERSION_MAJOR == (major) && ROBOFY_VERSION_MINOR == (minor) && \
    ROBOFY_VERSION_PATCH >= (patch)))

/**
 * What an event of a stream is about. The numbers are stable; later versions only append: treat a number that is not known here
 * as ROBOFY_STREAM_EVENT_KIND_OTHER.
 *
 * Since 0.1.0.
 */
typedef enum RobofyStreamEventKind {
  /**
   * Anything else, known to the service alone: its JSON says what.
   */
  ROBOFY_STREAM_EVENT_KIND_OTHER = 0,
  /**
   * The next piece of the answer.
   */
  ROBOFY_STREAM_EVENT_KIND_DELTA = 1,
  /**
   * A step in the use of a tool.
   */
  ROBOFY_STREAM_EVENT_KIND_TOOL = 2,
  /**
   * The conversation that the answer belongs to.
   */
  ROBOFY_STREAM_EVENT_KIND_SESSION = 3,
  /**
   * The agent has finished its answer. It is not the last event: the session may come after it.
   */
  ROBOFY_STREAM_EVENT_KIND_FINISH = 4,
} RobofyStreamEventKind;

/**
 * What an event of a webhook is. The numbers are stable; later versions only append: treat a number that is not known here as
 * ROBOFY_EVENT_KIND_OTHER.
 *
 * Since 0.1.0.
 */
typedef enum RobofyEventKind {
  /**
   * The user has written a text.
   */
  ROBOFY_EVENT_KIND_TEXT = 0,
  /**
   * The user has tapped a button or an item of a list, or has filled in a form.
   */
  ROBOFY_EVENT_KIND_CHOICE = 1,
  /**
   * An image, a video, a voice message, a document or a sticker.
   */
  ROBOFY_EVENT_KIND_MEDIA = 2,
  /**
   * A place.
   */
  ROBOFY_EVENT_KIND_LOCATION = 3,
  /**
   * One or more address cards.
   */
  ROBOFY_EVENT_KIND_CONTACT = 4,
  /**
   * A cart from a catalogue.
   */
  ROBOFY_EVENT_KIND_ORDER = 5,
  /**
   * An emoji put under a message, or taken away.
   */
  ROBOFY_EVENT_KIND_REACTION = 6,
  /**
   * The user has changed an earlier message, the original.
   */
  ROBOFY_EVENT_KIND_EDIT = 7,
  /**
   * The user has deleted an earlier message, the original.
   */
  ROBOFY_EVENT_KIND_REVOKE = 8,
  /**
   * The user's identifiers have changed.
   */
  ROBOFY_EVENT_KIND_IDENTITY = 9,
  /**
   * A person has written to the user from the business's own phone.
   */
  ROBOFY_EVENT_KIND_HUMAN = 10,
  /**
   * What became of a message that was sent.
   */
  ROBOFY_EVENT_KIND_STATUS = 11,
  /**
   * A message that the channel cannot hand on.
   */
  ROBOFY_EVENT_KIND_UNSUPPORTED = 12,
  /**
   * Anything else, a channel's novelties among it.
   */
  ROBOFY_EVENT_KIND_OTHER = 13,
} RobofyEventKind;

/**
 * What became of an offer. The numbers are stable; later versions only append.
 *
 * Since 0.1.0.
 */
typedef enum RobofyAccept {
  /**
   * It is not kept, and the error says why: answer the webhook with 503, and its sender will send it again.
   */
  ROBOFY_ACCEPT_REFUSED = 0,
  /**
   * It is kept, and ends in one outcome.
   */
  ROBOFY_ACCEPT_QUEUED = 1,
  /**
   * It was seen before, and nothing more comes of it.
   */
  ROBOFY_ACCEPT_DUPLICATE = 2,
  /**
   * A person has the conversation, or the user wants no answers: nothing comes of it.
   */
  ROBOFY_ACCEPT_PAUSED = 3,
  /**
   * Nothing comes of it. Edits, deletions and new identifiers have been followed, as far as they still could.
   */
  ROBOFY_ACCEPT_IGNORED = 4,
  /**
   * A person has written to the user from the business's phone: the session is paused from now on.
   */
  ROBOFY_ACCEPT_TOOK_OVER = 5,
} RobofyAccept;

/**
 * What an outcome of an inbox is. The numbers are stable; later versions only append.
 *
 * Since 0.1.0.
 */
typedef enum RobofyOutcomeKind {
  /**
   * The agent's answer: send its parts.
   */
  ROBOFY_OUTCOME_KIND_ANSWER = 0,
  /**
   * The agent has not answered: send its parts, the fallback's text, if there are any.
   */
  ROBOFY_OUTCOME_KIND_FALLBACK = 1,
  /**
   * The agent is at work: show that the business is typing. It ends nothing, and is not reported.
   */
  ROBOFY_OUTCOME_KIND_TYPING = 2,
  /**
   * The user has written a stop word or a start word: send its parts, if there are any.
   */
  ROBOFY_OUTCOME_KIND_NOTICE = 3,
  /**
   * A medium that the agent cannot read: send its parts, the text for media.
   */
  ROBOFY_OUTCOME_KIND_MEDIA = 4,
  /**
   * The messages end unanswered, and nothing is to be sent. They are too old, a person has the conversation, or the user
   * wants no answers or has deleted them.
   */
  ROBOFY_OUTCOME_KIND_EXPIRED = 5,
} RobofyOutcomeKind;

/**
 * What became of a call. The numbers are stable; later versions only append. HTTP statuses are those of RFC 9110
 * and RFC 6585. At a request or an upload the message is the request, and the agent is the service.
 *
 * Since 0.1.0.
 */
typedef enum RobofyStatus {
  /**
   * No error.
   */
  ROBOFY_STATUS_OK = 0,
  /**
   * The caller's mistake, found before anything was sent; the message names the parameter.
   */
  ROBOFY_STATUS_INVALID_ARGUMENT = 1,
  /**
   * The service was never reached: DNS, refused, proxy, unreachable, stream refused. Safe to send again.
   */
  ROBOFY_STATUS_CONNECT = 2,
  /**
   * The certificate or the TLS handshake. Nothing was sent.
   */
  ROBOFY_STATUS_TLS = 3,
  /**
   * The deadline passed. Safe to send again only if robofy_error_is_retryable says so.
   */
  ROBOFY_STATUS_TIMEOUT = 4,
  /**
   * The connection was lost after the request was sent: the agent may have seen the message.
   */
  ROBOFY_STATUS_INTERRUPTED = 5,
  /**
   * Not what the service documents: a redirect, another 2xx, no or an empty answer, a broken or
   * too large body. The agent may have seen the message.
   */
  ROBOFY_STATUS_PROTOCOL = 6,
  /**
   * 400, 422 and other 4xx: the service refuses the message. After 408 it is safe to send again.
   */
  ROBOFY_STATUS_BAD_REQUEST = 7,
  /**
   * 401: the API key is missing or invalid.
   */
  ROBOFY_STATUS_UNAUTHORIZED = 8,
  /**
   * 403: the API key may not use this agent.
   */
  ROBOFY_STATUS_FORBIDDEN = 9,
  /**
   * 404: no such project or agent.
   */
  ROBOFY_STATUS_NOT_FOUND = 10,
  /**
   * 429: too many messages. With HTTP status 0 the client's own limit (robofy_options_set_rate_limit) is meant.
   * Safe to send again after robofy_error_retry_after_ms.
   */
  ROBOFY_STATUS_RATE_LIMITED = 11,
  /**
   * 5xx: the service failed. After 503 it is safe to send again; after others the agent may have seen the
   * message.
   */
  ROBOFY_STATUS_SERVER = 12,
  /**
   * The program cancelled the message (robofy_client_cancel). The agent may have seen it.
   */
  ROBOFY_STATUS_CANCELLED = 13,
  /**
   * A limit is reached, the client's (robofy_options_set_max_in_flight) or an inbox's of pending messages. Nothing was sent, but
   * robofy_error_is_retryable is false: sending again succeeds only when another result has been collected.
   */
  ROBOFY_STATUS_OVERLOADED = 14,
  /**
   * A bug in the library: please report it.
   */
  ROBOFY_STATUS_INTERNAL = 15,
  /**
   * The signature of a webhook is missing or wrong: answer it with 401.
   */
  ROBOFY_STATUS_SIGNATURE = 16,
  /**
   * What came in could not be kept: answer the webhook with 503, and its sender will send it again.
   */
  ROBOFY_STATUS_STORAGE = 17,
} RobofyStatus;

/**
 * Which markup an agent's answer is written in.
 *
 * Since 0.1.0.
 */
typedef enum RobofyDialect {
  /**
   * Guessed: Markdown if something in the text says so, else WhatsApp's. What says so is `**`, `~~`, `[text](url)`, a
   * heading or a table.
   */
  ROBOFY_DIALECT_AUTO = 0,
  /**
   * CommonMark with tables, strikethrough and footnotes.
   */
  ROBOFY_DIALECT_MARKDOWN = 1,
  /**
   * WhatsApp's own markup, in which `*x*` is bold.
   */
  ROBOFY_DIALECT_WHATSAPP = 2,
} RobofyDialect;

/**
 * Where a webhook comes from.
 *
 * Since 0.1.0.
 */
typedef enum RobofyChannel {
  /**
   * Meta's Cloud API, and who forwards its bodies, as 360dialog does.
   */
  ROBOFY_CHANNEL_META = 0,
  /**
   * WAHA, an HTTP API for WhatsApp Web.
   */
  ROBOFY_CHANNEL_WAHA = 1,
  /**
   * Evolution API.
   */
  ROBOFY_CHANNEL_EVOLUTION = 2,
  /**
   * Twilio.
   */
  ROBOFY_CHANNEL_TWILIO = 3,
} RobofyChannel;

/**
 * What becomes of a medium without a caption, and of what a channel cannot hand on.
 *
 * Since 0.1.0.
 */
typedef enum RobofyMediaPolicy {
  /**
   * Nothing comes of it.
   */
  ROBOFY_MEDIA_POLICY_IGNORE = 0,
  /**
   * The user is told a text, unless there are words in the same turn: then the agent answers those.
   */
  ROBOFY_MEDIA_POLICY_REPLY = 1,
  /**
   * The agent reads a text in its place.
   */
  ROBOFY_MEDIA_POLICY_TELL = 2,
} RobofyMediaPolicy;

/**
 * How one call of robofy_client_request and its relatives behaves, where that is not the client's way. It may be
 * reused, changed or freed when the call it was given to has returned. NULL in its place means every default.
 * Only one thread at a time may set its values.
 *
 * Methods:
 * - robofy_call_new, robofy_call_free
 * - robofy_call_add_query: a pair of the query, encoded by the library
 * - robofy_call_set_timeout_ms, robofy_call_set_max_response_bytes: bounds
 *
 * Since 0.1.0.
 */
typedef struct RobofyCall RobofyCall;

/**
 * Sends messages to the agents of one account. Make one for each API key and keep it: its calls share
 * connections, which stay open, and all clients of the process share threads and certificates. Any number of
 * threads may use a client at once.
 *
 * Methods:
 * - robofy_client_new, robofy_client_free
 * - robofy_whatsapp_chat: the answer as a string
 * - robofy_whatsapp_send: the same with everything the service takes and gives
 * - robofy_chat_send: the same for a user of any other platform
 * - robofy_client_request, robofy_client_upload: any other call of the service
 * - robofy_leads_next, robofy_inbox_sessions, robofy_agent_settings: some of them, typed
 * - robofy_whatsapp_submit, robofy_chat_submit, robofy_request_submit, robofy_upload_submit: many at once, without
 *   waiting
 * - robofy_client_poll, robofy_client_poll_fd, robofy_client_cancel: what became of them
 * - robofy_stream_open: the answer while it is written
 * - robofy_inbox_new: from webhooks to answers that are sent
 * - robofy_client_stats: figures for a dashboard
 *
 * Since 0.1.0.
 */
typedef struct RobofyClient RobofyClient;

/**
 * What became of a submitted message or request: a reply, a response or an error. Immutable, and of use on any thread.
 *
 * Methods:
 * - robofy_completion_tag: which message or request
 * - robofy_completion_reply, robofy_completion_response, robofy_completion_error: exactly one of them is not NULL
 * - robofy_completion_free
 *
 * Since 0.1.0.
 */
typedef struct RobofyCompletion RobofyCompletion;

/**
 * Why a call failed. Immutable, and of use on any thread.
 *
 * Methods:
 * - robofy_error_status: what kind of failure
 * - robofy_error_message: one line a person can act on
 * - robofy_error_http_status, robofy_error_code, robofy_error_detail: what the service said
 * - robofy_error_is_retryable, robofy_error_retry_after_ms: whether and when to send again
 * - robofy_error_free
 *
 * Since 0.1.0.
 */
typedef struct RobofyError RobofyError;

/**
 * One thing that has happened, in one form for every channel. It belongs to the RobofyIncoming that it was read from.
 * Immutable, and of use on any thread. A text that the webhook does not have, or has empty, is NULL.
 *
 * Methods:
 * - robofy_event_kind: what it is
 * - robofy_event_id, robofy_event_session_id, robofy_event_channel_id: which message, of whom, to which number
 * - robofy_event_text: what an agent should read
 * - robofy_event_json: all of it
 *
 * Since 0.1.0.
 */
typedef struct RobofyEvent RobofyEvent;

/**
 * Takes what users write, asks the agent once for each burst of messages, in the order of each session, and has the
 * answers polled. What it accepts ends in one outcome, also after a restart if its options have a path. Any number of
 * threads may use an inbox at once. An idle one has no thread and wakes nobody.
 *
 * An inbox keeps what it needs of its client, which may be freed before it. After fork() it belongs to the parent: in
 * the child every call fails with ROBOFY_STATUS_STORAGE, there is nothing to poll, and it should be freed there too.
 *
 * Methods:
 * - robofy_inbox_new, robofy_inbox_free
 * - robofy_inbox_offer, robofy_inbox_offer_text: what users write
 * - robofy_inbox_poll, robofy_inbox_poll_fd: what to do about it
 * - robofy_inbox_sent, robofy_inbox_failed: what became of that
 * - robofy_inbox_pause, robofy_inbox_resume: a person has the conversation
 * - robofy_inbox_stats: figures for a dashboard
 *
 * Since 0.1.0.
 */
typedef struct RobofyInbox RobofyInbox;

/**
 * How an inbox behaves. An inbox copies its options: they may be reused, changed or freed afterwards.
 * robofy_inbox_new reports a bad value by its name. Only one thread at a time may set their values.
 *
 * Methods:
 * - robofy_inbox_options_new, robofy_inbox_options_free
 * - robofy_inbox_options_set_path: where messages are kept
 * - robofy_inbox_options_set_quiet_ms, robofy_inbox_options_set_max_wait_ms, robofy_inbox_options_set_join,
 *   robofy_inbox_options_set_max_messages, robofy_inbox_options_set_max_characters: which messages the agent reads
 *   together
 * - robofy_inbox_options_set_dedup_ms, robofy_inbox_options_set_window_ms,
 *   robofy_inbox_options_set_max_pending, robofy_inbox_options_set_groups: which messages are taken
 * - robofy_inbox_options_set_takeover_ms, robofy_inbox_options_set_stop_words,
 *   robofy_inbox_options_set_start_words: when the agent is silent
 * - robofy_inbox_options_set_fallback, robofy_inbox_options_set_media, robofy_inbox_options_set_retry_ambiguous:
 *   what becomes of messages without an answer
 * - robofy_inbox_options_set_typing_ms, robofy_inbox_options_set_limit, robofy_inbox_options_set_dialect: how answers
 *   are sent
 *
 * Since 0.1.0.
 */
typedef struct RobofyInboxOptions RobofyInboxOptions;

/**
 * What a webhook's body says: its events, in their order. Immutable, and of use on any thread.
 *
 * Methods:
 * - robofy_webhook_read: where it comes from
 * - robofy_incoming_count, robofy_incoming_event
 * - robofy_incoming_skipped: what was no event
 * - robofy_incoming_free
 *
 * Since 0.1.0.
 */
typedef struct RobofyIncoming RobofyIncoming;

/**
 * The leads that an agent has collected, page by page: which ones, and how far they were read. Only one thread at a
 * time may use it.
 *
 * Methods:
 * - robofy_leads_new, robofy_leads_free
 * - robofy_leads_set_session_id: those of one conversation
 * - robofy_leads_next: the next page
 *
 * Since 0.1.0.
 */
typedef struct RobofyLeads RobofyLeads;

/**
 * One message of a user, and the agent that is to answer it. It may be sent, changed and sent again.
 * Only one thread at a time may change it.
 *
 * Methods:
 * - robofy_message_new, robofy_message_free
 * - robofy_message_set_query: the user's text
 * - robofy_message_set_session_id: the conversation
 * - robofy_message_set_user_context: more about the user
 * - robofy_message_set_platform: where the user writes from, for robofy_chat_send
 * - robofy_message_set_timeout_ms
 *
 * Since 0.1.0.
 */
typedef struct RobofyMessage RobofyMessage;

/**
 * How a client behaves. A client copies its options: they may be reused, changed or freed afterwards.
 * robofy_client_new reports a bad value by its name. NULL for a text means the default. Only one thread at a
 * time may set its values.
 *
 * Methods:
 * - robofy_options_new, robofy_options_free
 * - robofy_options_set_base_url, robofy_options_set_proxy, robofy_options_set_ca_file: the way to the service
 * - robofy_options_set_timeout_ms, robofy_options_set_connect_timeout_ms: bounds on time
 * - robofy_options_set_max_retries, robofy_options_set_retry_ambiguous: when a message is sent again
 * - robofy_options_set_max_in_flight, robofy_options_set_ordered_sessions, robofy_options_set_rate_limit:
 *   how many messages go out, in which order and how fast
 * - robofy_options_set_user_agent, robofy_options_set_max_response_bytes
 *
 * Since 0.1.0.
 */
typedef struct RobofyOptions RobofyOptions;

/**
 * Something that the program is to send, to show or to know. Each of its parts is to be sent in this order and reported by
 * robofy_inbox_sent or robofy_inbox_failed; one without parts is not reported. After a restart, or a failure, it has those
 * parts alone that are not settled. Immutable, and of use on any thread, also when its inbox is freed.
 *
 * Methods:
 * - robofy_outcome_kind: what it is
 * - robofy_outcome_session_id, robofy_outcome_channel_id, robofy_outcome_to, robofy_outcome_recipient: whom it is for
 * - robofy_outcome_parts, robofy_outcome_request: what to send
 * - robofy_outcome_reply, robofy_outcome_error: what the agent has said
 * - robofy_outcome_message_count, robofy_outcome_message_id, robofy_outcome_reply_to: which messages end in it
 * - robofy_outcome_free
 *
 * Since 0.1.0.
 */
typedef struct RobofyOutcome RobofyOutcome;

/**
 * One page of leads. The service's reference does not describe columns and rows: they are JSON as it was written.
 * Immutable, and of use on any thread.
 *
 * Methods:
 * - robofy_page_columns, robofy_page_count, robofy_page_row
 * - robofy_page_next_token: what the service names the next page by
 * - robofy_page_free
 *
 * Since 0.1.0.
 */
typedef struct RobofyPage RobofyPage;

/**
 * A text as the messages to send, in their order. Immutable, and of use on any thread.
 *
 * Methods:
 * - robofy_whatsapp_split, robofy_reply_parts, robofy_outcome_parts: where they come from
 * - robofy_parts_count, robofy_parts_text
 * - robofy_parts_free
 *
 * Since 0.1.0.
 */
typedef struct RobofyParts RobofyParts;

/**
 * The agent's complete answer and what came with it. Immutable, and of use on any thread.
 *
 * Methods:
 * - robofy_reply_answer: the text to forward to the user
 * - robofy_reply_parts: the same as WhatsApp messages that fit
 * - robofy_reply_session_id: the conversation
 * - robofy_reply_message, robofy_reply_json: the service's own word, and the whole body
 * - robofy_reply_attempts, robofy_reply_elapsed_us: what it took
 * - robofy_reply_free
 *
 * Since 0.1.0.
 */
typedef struct RobofyReply RobofyReply;

/**
 * What a call of the service has brought: a status from 200 to 299, headers and the whole body. Immutable, and of
 * use on any thread. It may hold secrets: an agent's settings have a key, a handshake's answer a token.
 *
 * Methods:
 * - robofy_response_status, robofy_response_header: the head
 * - robofy_response_body, robofy_response_body_length: the body as it was received
 * - robofy_response_data: what the service's envelope holds
 * - robofy_response_attempts, robofy_response_elapsed_us: what it took
 * - robofy_response_free
 *
 * Since 0.1.0.
 */
typedef struct RobofyResponse RobofyResponse;

/**
 * The conversations in an agent's inbox, in the service's order. Immutable, and of use on any thread.
 *
 * Methods:
 * - robofy_sessions_count: how many there are
 * - robofy_sessions_session_id, robofy_sessions_user_profile_name, robofy_sessions_website_url: of each, who and where
 * - robofy_sessions_last_message, robofy_sessions_last_message_time, robofy_sessions_last_message_direction
 * - robofy_sessions_free
 *
 * Since 0.1.0.
 */
typedef struct RobofySessions RobofySessions;

/**
 * The settings of an agent. Three of them have names in the service's reference; the rest is in the JSON. They hold a
 * secret: the key to the language model. Immutable, and of use on any thread.
 *
 * Methods:
 * - robofy_settings_json: all of them
 * - robofy_settings_llm_api_key, robofy_settings_temperature, robofy_settings_thinking_mode
 * - robofy_settings_free
 *
 * Since 0.1.0.
 */
typedef struct RobofySettings RobofySettings;

/**
 * An agent's answer while it is written: its events, one after another. Several threads may wait for events of one
 * stream, and each event goes to one of them.
 *
 * Events that nobody takes wait: beyond some 32 KB of them the service is not asked for more, and over HTTP/2 may
 * send 256 KB on top of that. Other streams and chats are not held up.
 *
 * A stream keeps what it needs of its client, which may be freed before it. After fork() it belongs to the parent:
 * in the child it ends at once with ROBOFY_STATUS_CANCELLED, and should be freed there too.
 *
 * Methods:
 * - robofy_stream_open, robofy_stream_free
 * - robofy_stream_next: the next event
 * - robofy_stream_is_done: whether there will be another
 * - robofy_stream_text, robofy_stream_session_id: what has come so far
 * - robofy_stream_poll_fd: for event loops
 * - robofy_stream_cancel
 *
 * Since 0.1.0.
 */
typedef struct RobofyStream RobofyStream;

/**
 * One event of a stream. Immutable, and of use on any thread.
 *
 * Methods:
 * - robofy_stream_event_kind: what it is about
 * - robofy_stream_event_text: the piece of the answer, the conversation, the reason
 * - robofy_stream_event_name: the tool, or the service's name for the event
 * - robofy_stream_event_json: all of it
 * - robofy_stream_event_free
 *
 * Since 0.1.0.
 */
typedef struct RobofyStreamEvent RobofyStreamEvent;

/**
 * The parts of a multipart request: files, bytes in memory, fields. It may be sent again. Only one thread at a time
 * may change it; robofy_upload_sent and robofy_upload_total may be called from others while it is sent.
 *
 * Methods:
 * - robofy_upload_new, robofy_upload_free
 * - robofy_upload_add_file, robofy_upload_add_bytes, robofy_upload_add_text: its parts
 * - robofy_upload_sent, robofy_upload_total: how far it has come
 *
 * Since 0.1.0.
 */
typedef struct RobofyUpload RobofyUpload;

/**
 * Verifies and reads the webhooks of one channel: in one call, so that nobody reads what is not verified. It has no
 * thread and does no I/O. Any number of threads may read with it at once; only one at a time may change it. Its copies of
 * secrets are wiped when it is freed.
 *
 * Methods:
 * - robofy_webhook_new, robofy_webhook_free
 * - robofy_webhook_add_secret: one more, while a secret is replaced
 * - robofy_webhook_challenge: the answer to GET
 * - robofy_webhook_read: what a POST says
 *
 * Since 0.1.0.
 */
typedef struct RobofyWebhook RobofyWebhook;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The version of the library that is loaded, for example "0.1.0".
 *
 * @return A static string, not to be freed; never NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_version(void);

/**
 * Options with every default.
 *
 * @return Options to be freed with robofy_options_free; never NULL.
 *
 * Since 0.1.0.
 */
RobofyOptions *robofy_options_new(void);

/**
 * Frees options. Clients made with them are not affected.
 *
 * @param options What robofy_options_new returned; may be NULL.
 *
 * Since 0.1.0.
 */
void robofy_options_free(RobofyOptions *options);

/**
 * Where the service is. A path in the URL is put in front of the service's own path.
 *
 * @param options The options to change; with NULL nothing happens.
 * @param url     An absolute https:// URL with an ASCII host (an internationalised name in its xn-- form),
 *     without user name, query and fragment. Plain http:// is accepted for loopback addresses only, because it
 *     would show the API key to others. NULL for the default, "https://agents.robofy.ai".
 *
 * Since 0.1.0.
 */
void robofy_options_set_base_url(RobofyOptions *options,
                                 const char *url);

/**
 * How long a whole call may take, with every attempt and every wait between attempts. An agent that uses tools
 * can take tens of seconds.
 *
 * @param options The options to change; with NULL nothing happens.
 * @param ms      Milliseconds, greater than 0; the default is 60 000.
 *
 * Since 0.1.0.
 */
void robofy_options_set_timeout_ms(RobofyOptions *options,
                                   uint64_t ms);

/**
 * How long each attempt may take to reach the service: DNS, proxy, TCP and TLS.
 *
 * @param options The options to change; with NULL nothing happens.
 * @param ms      Milliseconds, greater than 0; the default is 10 000.
 *
 * Since 0.1.0.
 */
void robofy_options_set_connect_timeout_ms(RobofyOptions *options, uint64_t ms);

/**
 * How often a message is sent again after a failure in which the agent cannot have seen it: no connection,
 * HTTP/2 stream refused (RFC 9113, section 8.7), 408, 429, 503. Between attempts the library waits: exponential
 * backoff with full jitter, and not less than the service's Retry-After. If the wait would end after the
 * deadline, the call fails at once with the last error. If the service closes an HTTP/2 connection before it has
 * taken a message (GOAWAY), the message goes to another connection at once. That counts as a retry only if a
 * rate_limit is set.
 *
 * @param options The options to change; with NULL nothing happens.
 * @param retries Attempts after the first; the default is 2, and 0 is for never.
 *
 * Since 0.1.0.
 */
void robofy_options_set_max_retries(RobofyOptions *options,
                                    uint32_t retries);

/**
 * Also sends again where the agent may have seen the message: 500, 502, 504 and other 5xx, and a lost
 * connection. An agent that books appointments could then book twice.
 *
 * @param options The options to change; with NULL nothing happens.
 * @param retry   True to do so; the default is false.
 *
 * Since 0.1.0.
 */
void robofy_options_set_retry_ambiguous(RobofyOptions *options,
                                        bool retry);

/**
 * The proxy to tunnel through. Plain http is never sent through a proxy.
 *
 * @param options The options to change; with NULL nothing happens.
 * @param url     An http:// or https:// URL for CONNECT; socks5://, with which the service's name is looked up here;
 *     or socks5h://, with which the proxy looks it up. For example "http://user:password@proxy.example:3128",
 *     where reserved characters of user and password are percent-encoded; "" for none. NULL, the default, for
 *     the environment's: HTTPS_PROXY, ALL_PROXY and NO_PROXY. A lower-case name goes first. They are read once by
 *     robofy_client_new and never used for a base URL on loopback.
 *
 * Since 0.1.0.
 */
void robofy_options_set_proxy(RobofyOptions *options,
                              const char *url);

/**
 * Certificate authorities to trust in addition to the platform's. A certificate in the file is also accepted as
 * the service's own. Certificates are always verified, with their names and dates: no option turns that off.
 *
 * @param options  The options to change; with NULL nothing happens.
 * @param pem_path The path, in UTF-8, of a PEM file, which is read by robofy_client_new; NULL, the default,
 *     for none.
 *
 * Since 0.1.0.
 */
void robofy_options_set_ca_file(RobofyOptions *options,
                                const char *pem_path);

/**
 * The name of your product. It is sent in the User-Agent header, in front of `robofy/<version>`.
 *
 * @param options The options to change; with NULL nothing happens.
 * @param product Printable ASCII, for example "my-gateway/1.2"; NULL, the default, for none.
 *
 * Since 0.1.0.
 */
void robofy_options_set_user_agent(RobofyOptions *options, const char *product);

/**
 * The largest response body that is read; a larger one is ROBOFY_STATUS_PROTOCOL.
 *
 * @param options The options to change; with NULL nothing happens.
 * @param bytes   Greater than 0; the default is 8 388 608 (8 MiB).
 *
 * Since 0.1.0.
 */
void robofy_options_set_max_response_bytes(RobofyOptions *options, uint64_t bytes);

/**
 * How many submitted messages, requests and uploads, and streams, may be in flight at once. What is submitted is in
 * flight until its completion is polled, a stream until its end was taken or it is freed. One more is refused with
 * ROBOFY_STATUS_OVERLOADED. Blocking calls do not count.
 *
 * @param options The options to change; with NULL nothing happens.
 * @param chats   The limit; 0, the default, for none.
 *
 * Since 0.1.0.
 */
void robofy_options_set_max_in_flight(RobofyOptions *options,
                                      uint32_t chats);

/**
 * Sends the messages of one session_id one after another, in the order of the calls: each is sent when the one
 * before it was answered, has failed or was cancelled. Completions come in the same order. A message that is
 * cancelled, or times out, while it waits for its turn completes at once. Other sessions, and messages without a
 * session_id, do not wait. The time that a message waits counts towards its timeout.
 *
 * @param options The options to change; with NULL nothing happens.
 * @param ordered True to do so; the default is false.
 *
 * Since 0.1.0.
 */
void robofy_options_set_ordered_sessions(RobofyOptions *options,
                                         bool ordered);

/**
 * Limits how fast the account's messages are sent: `burst` at once after a pause, then `per_minute`, evenly
 * spread. The library stays up to 5 percent below that, because messages take different times to arrive. A retry
 * counts as a message. A message waits until it may be sent, and the wait counts towards its timeout. If it
 * would wait longer than that, it fails at once with ROBOFY_STATUS_RATE_LIMITED and HTTP status 0, it is not
 * sent, and robofy_error_retry_after_ms says when to try again. The service's fair use is 30 messages a minute.
 * To send no more than 30 in any minute, keep `per_minute` + `burst` at or below 31: 30 and 1, or 26 and 5.
 *
 * @param options    The options to change; with NULL nothing happens.
 * @param per_minute Messages a minute; 0, the default, for no pacing.
 * @param burst      Messages at once; 0 is taken as 1.
 *
 * Since 0.1.0.
 */
void robofy_options_set_rate_limit(RobofyOptions *options,
                                   uint32_t per_minute,
                                   uint32_t burst);

/**
 * A client for the account of one API key. Starts no thread and connects to nothing yet; reads the
 * platform's certificate authorities, the CA file and the environment's proxy.
 *
 * @param api_key    The permanent key for server-to-server use: printable ASCII without spaces.
 * @param options    How it behaves; NULL for every default. They are copied.
 * @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
 * @return A client to be freed with robofy_client_free, or NULL and an error: ROBOFY_STATUS_INVALID_ARGUMENT
 *     with the parameter's or option's name; ROBOFY_STATUS_TLS if there are no certificate authorities to
 *     trust; ROBOFY_STATUS_CONNECT if the process lacks the memory to prepare for fork().
 *
 * Since 0.1.0.
 */
RobofyClient *robofy_client_new(const char *api_key,
                                const RobofyOptions *options,
                                RobofyError **error);

/**
 * Frees a client. No other call may use it at that moment or later. Chats, requests and uploads in flight are
 * cancelled without a completion; streams and inboxes go on, and while there is an inbox of this client, what was
 * submitted ends with that inbox. Completions that were not polled are freed, and the descriptor of
 * robofy_client_poll_fd is closed. When the last client, stream and inbox of the process are freed, the library's threads
 * end before the function returns. Only a thread that hangs in the system, at a name lookup or a file, may remain: the
 * function waits half a second for it.
 *
 * @param client What robofy_client_new returned; may be NULL.
 *
 * Since 0.1.0.
 */
void robofy_client_free(RobofyClient *client);

/**
 * Sends a user's message to an agent and waits for the complete answer: the whole library in one call.
 * Blocks the calling thread for at most the client's timeout.
 *
 * @param client     The client to send it with.
 * @param pid        The project.
 * @param chatbot_id The agent of that project which is to answer.
 * @param session_id The conversation, commonly the user's WhatsApp number; with NULL the service starts a
 *     new one.
 * @param query      The user's message as WhatsApp delivered it.
 * @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
 * @return The answer, never empty, which is meant to be forwarded to the user: to be freed with
 *     robofy_free_string. Or NULL and an error, of every status but ROBOFY_STATUS_CANCELLED and
 *     ROBOFY_STATUS_OVERLOADED.
 *
 * Since 0.1.0.
 */
char *robofy_whatsapp_chat(const RobofyClient *client,
                           const char *pid,
                           const char *chatbot_id,
                           const char *session_id,
                           const char *query,
                           RobofyError **error);

/**
 * Sends a message and waits for the reply, for at most the message's timeout, or else the client's.
 *
 * @param client     The client to send it with.
 * @param message    The message. It is not changed and may be sent again.
 * @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
 * @return A reply to be freed with robofy_reply_free. Or NULL and an error, of every status but
 *     ROBOFY_STATUS_CANCELLED and ROBOFY_STATUS_OVERLOADED.
 *
 * Since 0.1.0.
 */
RobofyReply *robofy_whatsapp_send(const RobofyClient *client,
                                  const RobofyMessage *message,
                                  RobofyError **error);

/**
 * Sends a message without waiting for the reply, from one thread for thousands of users. Each accepted message
 * has exactly one completion, to be collected with robofy_client_poll: answered, failed, cancelled or timed out.
 * The message's timeout, or else the client's, begins now. The function never waits for the network.
 *
 * @param client     The client to send it with, and to poll later.
 * @param message    The message. It is not changed and may be sent, or freed, at once.
 * @param tag        The caller's name for this chat, which its completion bears: any number, or a pointer (cast
 *     by uintptr_t). It may be used again when the completion was polled.
 * @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
 * @return True if the message was accepted. Otherwise false and an error, and there will be no completion:
 *     ROBOFY_STATUS_INVALID_ARGUMENT for a bad message, or a tag that is in flight or whose completion was
 *     not polled yet; ROBOFY_STATUS_OVERLOADED at robofy_options_set_max_in_flight; ROBOFY_STATUS_CONNECT if
 *     the process has no thread or descriptor left for the library.
 *
 * Since 0.1.0.
 */
bool robofy_whatsapp_submit(const RobofyClient *client,
                            const RobofyMessage *message,
                            uint64_t tag,
                            RobofyError **error);

/**
 * Sends the message of a user of any other platform than WhatsApp (robofy_message_set_platform) and waits for the reply.
 * In all else as robofy_whatsapp_send.
 *
 * @param client     The client to send it with.
 * @param message    The message. It is not changed and may be sent again.
 * @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
 * @return A reply to be freed with robofy_reply_free. Or NULL and an error, of every status but
 *     ROBOFY_STATUS_CANCELLED and ROBOFY_STATUS_OVERLOADED.
 *
 * Since 0.1.0.
 */
RobofyReply *robofy_chat_send(const RobofyClient *client,
                              const RobofyMessage *message,
                              RobofyError **error);

/**
 * Sends the message of a user of any other platform than WhatsApp without waiting for the reply. In all else as
 * robofy_whatsapp_submit.
 *
 * @param client     The client to send it with, and to poll later.
 * @param message    The message. It is not changed and may be sent, or freed, at once.
 * @param tag        The caller's name for this chat, which its completion bears.
 * @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
 * @return True if the message was accepted. Otherwise false and an error, and there will be no completion: as for
 *     robofy_whatsapp_submit.
 *
 * Since 0.1.0.
 */
bool robofy_chat_submit(const RobofyClient *client,
                        const RobofyMessage *message,
                        uint64_t tag,
                        RobofyError **error);

/**
 * Takes the next completion, the oldest first. Several threads may poll at once; each completion goes to one of
 * them.
 *
 * @param client     The client that the messages were submitted to.
 * @param timeout_ms How many milliseconds to wait for one: 0 does not wait; less than 0 waits until there is
 *     one, for ever if nothing is in flight.
 * @return A completion to be freed with robofy_completion_free, or NULL if there was none in time, and for a
 *     NULL client.
 *
 * Since 0.1.0.
 */
RobofyCompletion *robofy_client_poll(const RobofyClient *client,
                                     int64_t timeout_ms);

/**
 * A file descriptor for select, poll, epoll (level- or edge-triggered), kqueue, asyncio, libuv and the like: it
 * is readable while completions wait, and only then. When it is, call robofy_client_poll with a timeout of 0
 * until that returns NULL. The descriptor carries no data and belongs to the client, which closes it when it is
 * freed: it must not be read, written or closed. After fork() the child must ask for a descriptor of its own.
 *
 * @param client The client that the messages are submitted to.
 * @return The descriptor, the same one at each call; -1 if the process has none left, and for NULL.
 *
 * Since 0.1.0.
 */
int32_t robofy_client_poll_fd(const RobofyClient *client);

/**
 * Cancels a submitted message, request or upload: its completion, with ROBOFY_STATUS_CANCELLED, can be polled at
 * once. The agent or the service may have seen it.
 *
 * @param client The client that it was submitted to.
 * @param tag    The tag that it was submitted under.
 * @return False if `tag` is not in flight: never submitted, or completed already, in which case its
 *     completion says how.
 *
 * Since 0.1.0.
 */
bool robofy_client_cancel(const RobofyClient *client,
                          uint64_t tag);

/**
 * A snapshot of the client's figures in this process. Gauges:
 * - `in_flight`: chats and requests begun and not finished, blocking and submitted
 * - `queued`: those in flight that wait for their session's turn, their pace or a connection
 * - `uncollected`: completions that wait to be polled
 * - `connections`: those of this client and of all others with the same base URL, proxy and CA, idle ones
 *   included
 *
 * Counters, which only grow, from the client's beginning (in a forked child: from its first use there):
 * - `answered`, `cancelled`: chats and requests
 * - `failed`: an object of chats and requests by status, "connect", "timeout", "rate_limited" and so on, every one present
 * - `refused`: messages and requests that submit refused with ROBOFY_STATUS_OVERLOADED; not among the failed
 * - `retried`: attempts after a chat's or a request's first
 * - `bytes_sent`, `bytes_received`: of request and response bodies
 *
 * And of answered chats, streams not among them, from the call to the complete answer in microseconds, exact to one percent:
 * - `latency`: an object of `count`, `min_us`, `mean_us`, `p50_us`, `p90_us`, `p99_us`, `p999_us` and `max_us`
 *
 * Later versions may add fields.
 *
 * @param client The client to look at.
 * @return The text of a JSON object, to be freed with robofy_free_string; NULL only for NULL.
 *
 * Since 0.1.0.
 */
char *robofy_client_stats(const RobofyClient *client);

/**
 * A message for an agent. A bad value is reported by the call that sends it.
 *
 * @param pid        The project.
 * @param chatbot_id The agent of that project which is to answer.
 * @param query      The user's text as WhatsApp delivered it.
 * @return A message to be freed with robofy_message_free; never NULL.
 *
 * Since 0.1.0.
 */
RobofyMessage *robofy_message_new(const char *pid, const char *chatbot_id, const char *query);

/**
 * Replaces the user's text.
 *
 * @param message The message to change; with NULL nothing happens.
 * @param query   The user's text as WhatsApp delivered it.
 *
 * Since 0.1.0.
 */
void robofy_message_set_query(RobofyMessage *message, const char *query);

/**
 * The conversation that the message belongs to.
 *
 * @param message    The message to change; with NULL nothing happens.
 * @param session_id Any text, commonly the user's WhatsApp number. NULL, the default, lets the service start
 *     a new one, which the reply names.
 *
 * Since 0.1.0.
 */
void robofy_message_set_session_id(RobofyMessage *message,
                                   const char *session_id);

/**
 * More about the user, session or application, for the agent.
 *
 * @param message The message to change; with NULL nothing happens.
 * @param json    The text of a JSON object, whose members are sent inside the request's `user_context`, with
 *     their values as they are written. Only the escape of half a surrogate pair, as of an emoji that was cut,
 *     is replaced by U+FFFD. It must not hold `platform`, and a `session_id` in it must be a text that agrees
 *     with robofy_message_set_session_id. NULL, the default, for none.
 *
 * Since 0.1.0.
 */
void robofy_message_set_user_context(RobofyMessage *message,
                                     const char *json);

/**
 * Where the user writes from. It is for chats of any platform.
 *
 * @param message  The message to change; with NULL nothing happens.
 * @param platform The service's name for it; NULL, the default, for "web". A WhatsApp chat is of "whatsapp" by itself,
 *     and can be of no other.
 *
 * Since 0.1.0.
 */
void robofy_message_set_platform(RobofyMessage *message,
                                 const char *platform);

/**
 * How long the whole call for this message may take.
 *
 * @param message The message to change; with NULL nothing happens.
 * @param ms      Milliseconds; 0, the default, for the client's timeout.
 *
 * Since 0.1.0.
 */
void robofy_message_set_timeout_ms(RobofyMessage *message, uint64_t ms);

/**
 * Frees a message. A chat that was submitted with it goes on.
 *
 * @param message What robofy_message_new returned; may be NULL.
 *
 * Since 0.1.0.
 */
void robofy_message_free(RobofyMessage *message);

/**
 * The text to forward to the WhatsApp user.
 *
 * @param reply The reply to read; may be NULL.
 * @return A text that is never empty, borrowed from the reply; NULL only for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_reply_answer(const RobofyReply *reply);

/**
 * The conversation that the answer belongs to.
 *
 * @param reply The reply to read; may be NULL.
 * @return A text borrowed from the reply; NULL if the service sent none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_reply_session_id(const RobofyReply *reply);

/**
 * The service's own word about the call, for example "Success".
 *
 * @param reply The reply to read; may be NULL.
 * @return A text borrowed from the reply; NULL if the service sent none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_reply_message(const RobofyReply *reply);

/**
 * The response body as it was received.
 *
 * @param reply The reply to read; may be NULL.
 * @return The text of a JSON object, borrowed from the reply; NULL only for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_reply_json(const RobofyReply *reply);

/**
 * How many requests it took.
 *
 * @param reply The reply to read; may be NULL.
 * @return 1 without a retry; 0 for NULL.
 *
 * Since 0.1.0.
 */
uint32_t robofy_reply_attempts(const RobofyReply *reply);

/**
 * The time from the call to the complete answer, all attempts and waits included.
 *
 * @param reply The reply to read; may be NULL.
 * @return Microseconds; 0 for NULL.
 *
 * Since 0.1.0.
 */
uint64_t robofy_reply_elapsed_us(const RobofyReply *reply);

/**
 * Frees a reply and the strings that were read from it.
 *
 * @param reply What robofy_whatsapp_send returned; may be NULL. A completion's reply is freed with the
 *     completion.
 *
 * Since 0.1.0.
 */
void robofy_reply_free(RobofyReply *reply);

/**
 * A call with every default.
 *
 * @return A call to be freed with robofy_call_free; never NULL.
 *
 * Since 0.1.0.
 */
RobofyCall *robofy_call_new(void);

/**
 * Adds a pair to the query of the URL, after what the call itself is given as query. The library percent-encodes
 * both texts.
 *
 * @param call  The call to change; with NULL nothing happens.
 * @param name  The name, for example "nextPageToken".
 * @param value The value; may be an empty text.
 *
 * Since 0.1.0.
 */
void robofy_call_add_query(RobofyCall *call,
                           const char *name,
                           const char *value);

/**
 * How long the whole call may take, with every attempt and every wait between attempts.
 *
 * @param call The call to change; with NULL nothing happens.
 * @param ms   Milliseconds; 0, the default, for the client's timeout.
 *
 * Since 0.1.0.
 */
void robofy_call_set_timeout_ms(RobofyCall *call, uint64_t ms);

/**
 * The largest response body that is read; a larger one is ROBOFY_STATUS_PROTOCOL.
 *
 * @param call  The call to change; with NULL nothing happens.
 * @param bytes Bytes; 0, the default, for the client's limit.
 *
 * Since 0.1.0.
 */
void robofy_call_set_max_response_bytes(RobofyCall *call, uint64_t bytes);

/**
 * Frees a call. What was submitted with it goes on.
 *
 * @param call What robofy_call_new returned; may be NULL.
 *
 * Since 0.1.0.
 */
void robofy_call_free(RobofyCall *call);

/**
 * Calls any endpoint of the service and waits for the whole response, for at most the call's timeout, or else the
 * client's. The API key goes to the base URL's host alone: a path that would lead elsewhere is refused, and a
 * redirect is an error that says where it points. GET and HEAD are repeated as messages are
 * (robofy_options_set_max_retries, robofy_options_set_retry_ambiguous); other methods only where the service
 * cannot have seen the request: it was not reached, or it refused the HTTP/2 stream. Requests are counted in
 * robofy_client_stats as chats are, but for the latency; robofy_options_set_ordered_sessions and
 * robofy_options_set_rate_limit are for messages alone.
 *
 * @param client     The client to call with.
 * @param method     "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE" or "OPTIONS".
 * @param path       The path below the base URL, for example "/v1/projects": it begins with a slash, and has no
 *     query and no segment "." or "..". What a URL cannot hold in an ID is percent-encoded by the caller.
 * @param query      The query as it stands in a URL, percent-encoded by the caller, for example "page=2";
 *     NULL for none. robofy_call_add_query encodes.
 * @param json_body  The text of a JSON value, sent as it is written; NULL for no body.
 * @param options    How the call behaves; NULL for every default.
 * @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
 * @return A response of a status from 200 to 299, to be freed with robofy_response_free. Or NULL and an error, of
 *     every status but ROBOFY_STATUS_CANCELLED and ROBOFY_STATUS_OVERLOADED.
 *
 * Since 0.1.0.
 */
RobofyResponse *robofy_client_request(const RobofyClient *client,
                                      const char *method,
                                      const char *path,
                                      const char *query,
                                      const char *json_body,
                                      const RobofyCall *options,
                                      RobofyError **error);

/**
 * Calls any endpoint of the service without waiting for the response: as robofy_whatsapp_submit does with a message.
 * Its completion has a response (robofy_completion_response) or an error.
 *
 * @param client     The client to call with, and to poll later.
 * @param method     As for robofy_client_request.
 * @param path       As for robofy_client_request.
 * @param query      As for robofy_client_request; may be NULL.
 * @param json_body  As for robofy_client_request; may be NULL.
 * @param options    How the call behaves; NULL for every default.
 * @param tag        The caller's name for this call, which its completion bears, as for robofy_whatsapp_submit: no
 *     two messages, requests or uploads in flight have the same.
 * @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
 * @return True if the request was accepted. Otherwise false and an error, and there will be no completion:
 *     as for robofy_whatsapp_submit.
 *
 * Since 0.1.0.
 */
bool robofy_request_submit(const RobofyClient *client,
                           const char *method,
                           const char *path,
                           const char *query,
                           const char *json_body,
                           const RobofyCall *options,
                           uint64_t tag,
                           RobofyError **error);

/**
 * The HTTP status.
 *
 * @param response The response to read; may be NULL.
 * @return A number from 200 to 299; 0 for NULL.
 *
 * Since 0.1.0.
 */
int32_t robofy_response_status(const RobofyResponse *response);

/**
 * The body as it was received, whatever it holds: JSON where the service's reference says nothing else. A NUL
 * follows it, which robofy_response_body_length does not count.
 *
 * @param response The response to read; may be NULL.
 * @return Bytes borrowed from the response, empty for a HEAD and a 204; NULL only for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_response_body(const RobofyResponse *response);

/**
 * How long the body is.
 *
 * @param response The response to read; may be NULL.
 * @return Bytes; 0 for NULL.
 *
 * Since 0.1.0.
 */
uint64_t robofy_response_body_length(const RobofyResponse *response);

/**
 * What the service's envelope holds: the value of `data` in the body, as it is written there.
 *
 * @param response The response to read; may be NULL.
 * @return The text of a JSON value, borrowed from the response; NULL if the body is no JSON object with `data`, as
 *     some answers of the service are not, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_response_data(const RobofyResponse *response);

/**
 * A header.
 *
 * @param response The response to read; may be NULL.
 * @param name     The header's name, in upper or lower case, for example "content-type".
 * @return The text of the first header of this name, borrowed from the response; NULL if there is none, if it is
 *     not UTF-8, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_response_header(const RobofyResponse *response,
                                   const char *name);

/**
 * How many requests it took.
 *
 * @param response The response to read; may be NULL.
 * @return 1 without a retry; 0 for NULL.
 *
 * Since 0.1.0.
 */
uint32_t robofy_response_attempts(const RobofyResponse *response);

/**
 * The time from the call to the whole response, all attempts and waits included.
 *
 * @param response The response to read; may be NULL.
 * @return Microseconds; 0 for NULL.
 *
 * Since 0.1.0.
 */
uint64_t robofy_response_elapsed_us(const RobofyResponse *response);

/**
 * Frees a response and what was read from it.
 *
 * @param response What robofy_client_request or robofy_client_upload returned; may be NULL. A completion's
 *     response is freed with the completion.
 *
 * Since 0.1.0.
 */
void robofy_response_free(RobofyResponse *response);

/**
 * An upload without parts, which cannot be sent.
 *
 * @return An upload to be freed with robofy_upload_free; never NULL.
 *
 * Since 0.1.0.
 */
RobofyUpload *robofy_upload_new(void);

/**
 * Adds a field.
 *
 * @param upload The upload to change; with NULL nothing happens.
 * @param name   The field's name, for example "chatbot_id".
 * @param value  Its value; may be an empty text.
 *
 * Since 0.1.0.
 */
void robofy_upload_add_text(RobofyUpload *upload, const char *name, const char *value);

/**
 * Adds a file, which is opened when the upload is sent, and read from disk meanwhile: memory does not grow with it.
 * Each call that sends the upload reads it from its beginning, and no further than it was long then. A file that
 * cannot be read fails that call as ROBOFY_STATUS_INVALID_ARGUMENT.
 *
 * @param upload       The upload to change; with NULL nothing happens.
 * @param name         The field's name, for example "file".
 * @param path         Where the file is.
 * @param file_name    The name that the file goes by; NULL for the last name of its path.
 * @param content_type Its media type, for example "application/pdf"; NULL for one by the file name's ending.
 *
 * Since 0.1.0.
 */
void robofy_upload_add_file(RobofyUpload *upload,
                            const char *name,
                            const char *path,
                            const char *file_name,
                            const char *content_type);

/**
 * Adds a file that is in memory. The bytes are copied.
 *
 * @param upload       The upload to change; with NULL nothing happens.
 * @param name         The field's name, for example "file".
 * @param bytes        What the file holds: any bytes; may be NULL where there are none.
 * @param length       How many there are.
 * @param file_name    The name that the file goes by, for example "prices.md".
 * @param content_type Its media type, for example "application/pdf"; NULL for one by the file name's ending.
 *
 * Since 0.1.0.
 */
void robofy_upload_add_bytes(RobofyUpload *upload,
                             const char *name,
                             const char *bytes,
                             uint64_t length,
                             const char *file_name,
                             const char *content_type);

/**
 * How much of the request's body was handed to its connection, what stands between the parts included. Any thread may
 * ask while the upload is sent. It begins anew with each call and each retry.
 *
 * @param upload The upload to look at; may be NULL.
 * @return Bytes; 0 for NULL.
 *
 * Since 0.1.0.
 */
uint64_t robofy_upload_sent(const RobofyUpload *upload);

/**
 * How large the request's whole body is. Any thread may ask while the upload is sent.
 *
 * @param upload The upload to look at; may be NULL.
 * @return Bytes; 0 before it is sent for the first time, and for NULL.
 *
 * Since 0.1.0.
 */
uint64_t robofy_upload_total(const RobofyUpload *upload);

/**
 * Frees an upload. A call that was submitted with it goes on.
 *
 * @param upload What robofy_upload_new returned; may be NULL.
 *
 * Since 0.1.0.
 */
void robofy_upload_free(RobofyUpload *upload);

/**
 * Sends an upload as a multipart POST and waits for the whole response. In all else as robofy_client_request.
 *
 * @param client     The client to call with.
 * @param path       The path below the base URL, as for robofy_client_request.
 * @param upload     The upload. It is not changed and may be sent again.
 * @param options    How the call behaves; NULL for every default.
 * @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
 * @return A response of a status from 200 to 299, to be freed with robofy_response_free. Or NULL and an error, of
 *     every status but ROBOFY_STATUS_CANCELLED and ROBOFY_STATUS_OVERLOADED.
 *
 * Since 0.1.0.
 */
RobofyResponse *robofy_client_upload(const RobofyClient *client,
                                     const char *path,
                                     const RobofyUpload *upload,
                                     const RobofyCall *options,
                                     RobofyError **error);

/**
 * Sends an upload without waiting for the response: as robofy_request_submit does with a request.
 *
 * @param client     The client to call with, and to poll later.
 * @param path       The path below the base URL, as for robofy_client_request.
 * @param upload     The upload. It may be freed at once; kept, it tells how far it has come.
 * @param options    How the call behaves; NULL for every default.
 * @param tag        The caller's name for this call, which its completion bears, as for robofy_request_submit.
 * @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
 * @return True if it was accepted. Otherwise false and an error, and there will be no completion: as for
 *     robofy_whatsapp_submit.
 *
 * Since 0.1.0.
 */
bool robofy_upload_submit(const RobofyClient *client,
                          const char *path,
                          const RobofyUpload *upload,
                          const RobofyCall *options,
                          uint64_t tag,
                          RobofyError **error);

/**
 * All leads of an agent, from their first page on. Asks the service for nothing yet.
 *
 * @param project_id The project.
 * @param chatbot_id The agent of that project.
 * @return Leads to be freed with robofy_leads_free; never NULL. A bad value is reported by robofy_leads_next.
 *
 * Since 0.1.0.
 */
RobofyLeads *robofy_leads_new(const char *project_id,
                              const char *chatbot_id);

/**
 * Only the leads of one conversation.
 *
 * @param leads      The leads to change; with NULL nothing happens.
 * @param session_id The conversation; NULL, the default, for those of all.
 *
 * Since 0.1.0.
 */
void robofy_leads_set_session_id(RobofyLeads *leads, const char *session_id);

/**
 * Asks the service for the next page and waits for it. If the request fails, the next call asks for the same page
 * again. If the response is no page of leads, there is no next page.
 *
 * @param leads      The leads to go on with.
 * @param client     The client to call with.
 * @param options    Its timeout bounds the call; its other values have no effect. NULL for every default.
 * @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
 * @return A page to be freed with robofy_page_free; NULL without an error after the last one. Or NULL and an error, as
 *     of robofy_client_request; ROBOFY_STATUS_PROTOCOL too for a page of more than 100 000 rows, and where the leads
 *     come to no end: a page token that comes again or is longer than 8 KB, more than 10 000 pages. With NULL for `error`
 *     a failure looks like the last page.
 *
 * Since 0.1.0.
 */
RobofyPage *robofy_leads_next(RobofyLeads *leads,
                              const RobofyClient *client,
                              const RobofyCall *options,
                              RobofyError **error);

/**
 * Frees leads. Their pages are not affected.
 *
 * @param leads What robofy_leads_new returned; may be NULL.
 *
 * Since 0.1.0.
 */
void robofy_leads_free(RobofyLeads *leads);

/**
 * The columns of the leads.
 *
 * @param page The page to read; may be NULL.
 * @return The text of a JSON value, borrowed from the page; NULL if the service sent none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_page_columns(const RobofyPage *page);

/**
 * How many leads the page has.
 *
 * @param page The page to read; may be NULL.
 * @return Their number; 0 for NULL.
 *
 * Since 0.1.0.
 */
uint64_t robofy_page_count(const RobofyPage *page);

/**
 * One lead.
 *
 * @param page  The page to read; may be NULL.
 * @param index Which one, from 0 on.
 * @return The text of a JSON value, borrowed from the page; NULL if there are not so many, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_page_row(const RobofyPage *page,
                            uint64_t index);

/**
 * What the service names the next page by.
 *
 * @param page The page to read; may be NULL.
 * @return A text borrowed from the page; NULL on the last page, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_page_next_token(const RobofyPage *page);

/**
 * Frees a page and what was read from it.
 *
 * @param page What robofy_leads_next returned; may be NULL.
 *
 * Since 0.1.0.
 */
void robofy_page_free(RobofyPage *page);

/**
 * Asks the service for the conversations of an agent and waits for them, as robofy_client_request does.
 *
 * @param client     The client to call with.
 * @param chatbot_id The agent.
 * @param options    How the call behaves; NULL for every default.
 * @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
 * @return Sessions to be freed with robofy_sessions_free. Or NULL and an error, as of robofy_client_request;
 *     ROBOFY_STATUS_PROTOCOL too for an answer without a list of sessions, or with more than 100 000 of them.
 *
 * Since 0.1.0.
 */
RobofySessions *robofy_inbox_sessions(const RobofyClient *client,
                                      const char *chatbot_id,
                                      const RobofyCall *options,
                                      RobofyError **error);

/**
 * How many conversations there are.
 *
 * @param sessions The sessions to read; may be NULL.
 * @return Their number; 0 for NULL.
 *
 * Since 0.1.0.
 */
uint64_t robofy_sessions_count(const RobofySessions *sessions);

/**
 * The conversation's identifier, the session_id of its messages.
 *
 * @param sessions The sessions to read; may be NULL.
 * @param index    Which one, from 0 on.
 * @return A text borrowed from the sessions; NULL if the service sent none or there are not so many, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_sessions_session_id(const RobofySessions *sessions,
                                       uint64_t index);

/**
 * When the last message of a conversation came, as the service writes it.
 *
 * @param sessions The sessions to read; may be NULL.
 * @param index    Which one, from 0 on.
 * @return A text borrowed from the sessions; NULL if the service sent none or there are not so many, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_sessions_last_message_time(const RobofySessions *sessions,
                                              uint64_t index);

/**
 * The last message of a conversation.
 *
 * @param sessions The sessions to read; may be NULL.
 * @param index    Which one, from 0 on.
 * @return A text borrowed from the sessions; NULL if the service sent none or there are not so many, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_sessions_last_message(const RobofySessions *sessions,
                                         uint64_t index);

/**
 * The name of a conversation's user.
 *
 * @param sessions The sessions to read; may be NULL.
 * @param index    Which one, from 0 on.
 * @return A text borrowed from the sessions; NULL if the service sent none or there are not so many, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_sessions_user_profile_name(const RobofySessions *sessions,
                                              uint64_t index);

/**
 * Which way the last message of a conversation went, as the service writes it.
 *
 * @param sessions The sessions to read; may be NULL.
 * @param index    Which one, from 0 on.
 * @return A text borrowed from the sessions; NULL if the service sent none or there are not so many, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_sessions_last_message_direction(const RobofySessions *sessions,
                                                   uint64_t index);

/**
 * The page that a conversation was held on.
 *
 * @param sessions The sessions to read; may be NULL.
 * @param index    Which one, from 0 on.
 * @return A text borrowed from the sessions; NULL if the service sent none or there are not so many, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_sessions_website_url(const RobofySessions *sessions,
                                        uint64_t index);

/**
 * Frees sessions and what was read from them.
 *
 * @param sessions What robofy_inbox_sessions returned; may be NULL.
 *
 * Since 0.1.0.
 */
void robofy_sessions_free(RobofySessions *sessions);

/**
 * Asks the service for the settings of an agent and waits for them, as robofy_client_request does.
 *
 * @param client     The client to call with.
 * @param project_id The project.
 * @param chatbot_id The agent of that project.
 * @param options    How the call behaves; NULL for every default.
 * @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
 * @return Settings to be freed with robofy_settings_free. Or NULL and an error, as of robofy_client_request;
 *     ROBOFY_STATUS_PROTOCOL too for an answer without them.
 *
 * Since 0.1.0.
 */
RobofySettings *robofy_agent_settings(const RobofyClient *client,
                                      const char *project_id,
                                      const char *chatbot_id,
                                      const RobofyCall *options,
                                      RobofyError **error);

/**
 * All settings, the secret one among them.
 *
 * @param settings The settings to read; may be NULL.
 * @return The text of a JSON object as the service has written it, borrowed from the settings; NULL only for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_settings_json(const RobofySettings *settings);

/**
 * The key to the language model: a secret.
 *
 * @param settings The settings to read; may be NULL.
 * @return A text borrowed from the settings; NULL if the service sent none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_settings_llm_api_key(const RobofySettings *settings);

/**
 * The temperature: a number, which the service writes as text.
 *
 * @param settings The settings to read; may be NULL.
 * @return A text borrowed from the settings; NULL if the service sent none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_settings_temperature(const RobofySettings *settings);

/**
 * How the agent thinks, in the service's words.
 *
 * @param settings The settings to read; may be NULL.
 * @return A text borrowed from the settings; NULL if the service sent none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_settings_thinking_mode(const RobofySettings *settings);

/**
 * Frees settings and what was read from them.
 *
 * @param settings What robofy_agent_settings returned; may be NULL.
 *
 * Since 0.1.0.
 */
void robofy_settings_free(RobofySettings *settings);

/**
 * The tag that the message or request was submitted under.
 *
 * @param completion The completion to read; may be NULL.
 * @return The tag; 0 for NULL.
 *
 * Since 0.1.0.
 */
uint64_t robofy_completion_tag(const RobofyCompletion *completion);

/**
 * The reply to a message.
 *
 * @param completion The completion to read; may be NULL.
 * @return A reply borrowed from the completion, not to be freed; NULL if there is an error instead or a request was
 *     submitted, and for NULL.
 *
 * Since 0.1.0.
 */
const RobofyReply *robofy_completion_reply(const RobofyCompletion *completion);

/**
 * The response to a request or an upload.
 *
 * @param completion The completion to read; may be NULL.
 * @return A response borrowed from the completion, not to be freed; NULL if there is an error instead or a message was
 *     submitted, and for NULL.
 *
 * Since 0.1.0.
 */
const RobofyResponse *robofy_completion_response(const RobofyCompletion *completion);

/**
 * Why there is neither a reply nor a response.
 *
 * @param completion The completion to read; may be NULL.
 * @return An error borrowed from the completion, not to be freed; NULL if there is a reply or a response, and for NULL.
 *
 * Since 0.1.0.
 */
const RobofyError *robofy_completion_error(const RobofyCompletion *completion);

/**
 * Frees a completion, and its reply, response or error with it.
 *
 * @param completion What robofy_client_poll returned; may be NULL.
 *
 * Since 0.1.0.
 */
void robofy_completion_free(RobofyCompletion *completion);

/**
 * Sends a message to a path where the agent answers in server-sent events, and does not wait: what comes of it,
 * errors included, is for robofy_stream_next. The service's reference does not name the path. The platform is the
 * message's, "web" unless it names one.
 *
 * The message's timeout, or else the client's, bounds the time to the first event, retries included, and then the
 * time from each event to the next. Comments, which some servers send to keep a connection alive, are no events. The
 * time in which events wait to be taken does not count. The stream as a whole has no bound.
 *
 * The stream counts towards robofy_options_set_max_in_flight until its end was taken or it is freed. The message is
 * sent again only before the service has answered, as other messages are. With robofy_options_set_ordered_sessions
 * its session's next message waits until the answer has come whole, has failed or was cancelled.
 *
 * @param client     The client to send it with.
 * @param path       The path below the base URL, as for robofy_client_request.
 * @param message    The message. It is not changed and may be sent again, or freed, at once.
 * @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
 * @return A stream to be freed with robofy_stream_free. Or NULL and an error, and nothing was sent:
 *     ROBOFY_STATUS_INVALID_ARGUMENT for a bad path or message; ROBOFY_STATUS_OVERLOADED at
 *     robofy_options_set_max_in_flight; ROBOFY_STATUS_CONNECT if the process has no thread or descriptor left for
 *     the library.
 *
 * Since 0.1.0.
 */
RobofyStream *robofy_stream_open(const RobofyClient *client,
                                 const char *path,
                                 const RobofyMessage *message,
                                 RobofyError **error);

/**
 * Takes the next event, in the order of their arrival.
 *
 * @param stream     The stream to read.
 * @param timeout_ms How many milliseconds to wait for one: 0 does not wait; less than 0 waits until there is one, or
 *     the end, for which the message's timeout is the bound.
 * @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
 * @return An event to be freed with robofy_stream_event_free. NULL without an error if there was none in time, and after
 *     the end: robofy_stream_is_done tells them apart. NULL and an error, once, if the stream did not come to its
 *     end: ROBOFY_STATUS_INTERRUPTED where it was cut short before the service's word for the end, "[DONE]";
 *     ROBOFY_STATUS_SERVER where the service ended it with an error event, whose text is the error's detail;
 *     ROBOFY_STATUS_PROTOCOL for an event that is not JSON or is larger than 1 MB, and for an answer that is no
 *     stream; ROBOFY_STATUS_TIMEOUT where no event came within the message's timeout; ROBOFY_STATUS_CANCELLED after
 *     robofy_stream_cancel; else as robofy_whatsapp_send. What came before it can still be read.
 *
 * Since 0.1.0.
 */
RobofyStreamEvent *robofy_stream_next(const RobofyStream *stream,
                                      int64_t timeout_ms,
                                      RobofyError **error);

/**
 * Whether the end was taken: there will be no further event, and no further error.
 *
 * @param stream The stream to look at; may be NULL.
 * @return True if so, and for NULL.
 *
 * Since 0.1.0.
 */
bool robofy_stream_is_done(const RobofyStream *stream);

/**
 * The answer so far: the text of the delta events that were taken, also of a stream that was cut short. It goes up to
 * robofy_options_set_max_response_bytes; what comes after that is in the events alone.
 *
 * @param stream The stream to read; may be NULL.
 * @return A text to be freed with robofy_free_string, empty before the first delta; NULL only for NULL.
 *
 * Since 0.1.0.
 */
char *robofy_stream_text(const RobofyStream *stream);

/**
 * The conversation that the answer belongs to. The service names it near the end, after the finish event.
 *
 * @param stream The stream to read; may be NULL.
 * @return A text to be freed with robofy_free_string; NULL until the session event was taken, and for NULL.
 *
 * Since 0.1.0.
 */
char *robofy_stream_session_id(const RobofyStream *stream);

/**
 * A file descriptor for event loops, as robofy_client_poll_fd: readable while an event, or the end, waits to be taken,
 * and only then. When it is, call robofy_stream_next with a timeout of 0 until that returns NULL. It belongs to the
 * stream, which closes it when it is freed: it must not be read, written or closed.
 *
 * @param stream The stream to watch.
 * @return The descriptor, the same one at each call; -1 if the process has none left, in a forked child, and for
 *     NULL.
 *
 * Since 0.1.0.
 */
int32_t robofy_stream_poll_fd(const RobofyStream *stream);

/**
 * Cancels the answer and resets its HTTP/2 stream. All waits for an event end at once, one of them with
 * ROBOFY_STATUS_CANCELLED. Events that wait to be taken are dropped. The agent may have seen the message.
 *
 * @param stream The stream to cancel; may be NULL.
 * @return False if the end was taken before, and for NULL.
 *
 * Since 0.1.0.
 */
bool robofy_stream_cancel(const RobofyStream *stream);

/**
 * Frees a stream. Before its end this cancels the answer. Events that were taken are the caller's and stay.
 *
 * @param stream What robofy_stream_open returned; may be NULL.
 *
 * Since 0.1.0.
 */
void robofy_stream_free(RobofyStream *stream);

/**
 * What the event is about.
 *
 * @param event The event to read; may be NULL.
 * @return The kind; ROBOFY_STREAM_EVENT_KIND_OTHER for NULL.
 *
 * Since 0.1.0.
 */
RobofyStreamEventKind robofy_stream_event_kind(const RobofyStreamEvent *event);

/**
 * The piece of the answer at a delta, the conversation at a session, the reason at a finish that gives one.
 *
 * @param event The event to read; may be NULL.
 * @return A text borrowed from the event; NULL at any other event, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_stream_event_text(const RobofyStreamEvent *event);

/**
 * The tool's name at a tool event that has one, which is where its use begins; at any other event the service's own
 * name for it, for example "text-delta".
 *
 * @param event The event to read; may be NULL.
 * @return A text borrowed from the event; NULL if the service named none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_stream_event_name(const RobofyStreamEvent *event);

/**
 * The event's data as it was received.
 *
 * @param event The event to read; may be NULL.
 * @return The text of a JSON value, most often an object, borrowed from the event; NULL only for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_stream_event_json(const RobofyStreamEvent *event);

/**
 * Frees an event and the strings that were read from it.
 *
 * @param event What robofy_stream_next returned; may be NULL.
 *
 * Since 0.1.0.
 */
void robofy_stream_event_free(RobofyStreamEvent *event);

/**
 * An agent's answer as WhatsApp text: `*bold*`, `_italic_`, `~struck~` and code; `text: url` for a link, blocks of code
 * or lines for a table. Code and URLs are left as they are. Formatting twice changes nothing, unless the dialect is
 * ROBOFY_DIALECT_MARKDOWN, in which one asterisk is italics. No thread, no I/O; the time is linear in the length.
 *
 * @param text       The answer; it may be empty.
 * @param dialect    What it is written in: a RobofyDialect.
 * @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
 * @return A text to be freed with robofy_free_string, empty only for an empty one. Or NULL and an error:
 *     ROBOFY_STATUS_INVALID_ARGUMENT.
 *
 * Since 0.1.0.
 */
char *robofy_whatsapp_format(const char *text,
                             uint32_t dialect,
                             RobofyError **error);

/**
 * Splits a WhatsApp text into messages that fit. A part ends between paragraphs and items of a list where it can, else
 * after a line, a sentence or a word. URLs, and characters that are drawn as one, are kept whole. A mark or a block of
 * code that goes on is closed and opened again. The parts, less what was added, are the text. No thread, no I/O; the time
 * is linear in the length.
 *
 * @param text       The text, as robofy_whatsapp_format gives it.
 * @param limit      The most UTF-16 units of a part; 0 for the 4 096 of the Cloud API. Twilio takes 1 600, a caption
 *     1 024. 1 is taken as 2.
 * @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
 * @return Parts to be freed with robofy_parts_free, none of them blank: a blank text has none. Or NULL and an error:
 *     ROBOFY_STATUS_INVALID_ARGUMENT.
 *
 * Since 0.1.0.
 */
RobofyParts *robofy_whatsapp_split(const char *text,
                                   uint32_t limit,
                                   RobofyError **error);

/**
 * The answer of a reply as the messages to send: robofy_whatsapp_format with ROBOFY_DIALECT_AUTO, then
 * robofy_whatsapp_split.
 *
 * @param reply The reply to read; may be NULL.
 * @param limit The most UTF-16 units of a part, as for robofy_whatsapp_split.
 * @return Parts to be freed with robofy_parts_free; NULL only for NULL.
 *
 * Since 0.1.0.
 */
RobofyParts *robofy_reply_parts(const RobofyReply *reply,
                                uint32_t limit);

/**
 * How many parts there are.
 *
 * @param parts The parts to read; may be NULL.
 * @return Their number; 0 for NULL.
 *
 * Since 0.1.0.
 */
uint32_t robofy_parts_count(const RobofyParts *parts);

/**
 * The text of a part.
 *
 * @param parts The parts to read; may be NULL.
 * @param index Which one, from 0 on.
 * @return A text borrowed from the parts; NULL if there are not so many, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_parts_text(const RobofyParts *parts, uint32_t index);

/**
 * Frees parts and the strings that were read from them.
 *
 * @param parts What robofy_whatsapp_split or robofy_reply_parts returned; may be NULL. An outcome's parts are
 *     freed with the outcome.
 *
 * Since 0.1.0.
 */
void robofy_parts_free(RobofyParts *parts);

/**
 * What reads the webhooks of a channel.
 *
 * @param channel    Where they come from: a RobofyChannel.
 * @param secret     Meta's app secret; WAHA's HMAC key; Evolution API's jwt_key or the instance's API key; Twilio's auth
 *     token. NULL reads what is not signed, as 360dialog's webhooks are: something else has to keep strangers away then.
 * @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
 * @return A webhook to be freed with robofy_webhook_free. Or NULL and an error: ROBOFY_STATUS_INVALID_ARGUMENT, also for
 *     an empty secret, with which anybody could sign.
 *
 * Since 0.1.0.
 */
RobofyWebhook *robofy_webhook_new(uint32_t channel,
                                  const char *secret,
                                  RobofyError **error);

/**
 * Accepts this secret too, while one is replaced by another. It reports nothing itself: with a bad value every
 * robofy_webhook_read fails with ROBOFY_STATUS_INVALID_ARGUMENT, which names the secret, before it looks at the request. To find
 * out at once, read with a length of 0: a good one is ROBOFY_STATUS_SIGNATURE.
 *
 * @param webhook The webhook to change; with NULL nothing happens.
 * @param secret  The other secret; NULL, an empty one and what is not UTF-8 are bad values.
 *
 * Since 0.1.0.
 */
void robofy_webhook_add_secret(RobofyWebhook *webhook,
                               const char *secret);

/**
 * What to answer, with 200 and as the whole of a plain text, to the GET by which Meta asks for a webhook. The token is
 * compared in constant time.
 *
 * @param webhook      The webhook; may be NULL.
 * @param query        The query of the request's URL, with or without its "?".
 * @param verify_token The token that was entered at Meta.
 * @return A text to be freed with robofy_free_string; NULL if the request is not that, or has another token: answer 403.
 *     NULL too for NULL, for an empty token, and for what is not UTF-8.
 *
 * Since 0.1.0.
 */
char *robofy_webhook_challenge(const RobofyWebhook *webhook,
                               const char *query,
                               const char *verify_token);

/**
 * Verifies the body of a POST and reads it. Fields, types and values that are not known are no error: what they say is of
 * ROBOFY_EVENT_KIND_OTHER. Memory is at most three times the body, whatever is in it.
 *
 * @param webhook    The webhook to read with.
 * @param url        The public URL as the channel calls it, with its query: for ROBOFY_CHANNEL_TWILIO, which signs it. Others
 *     do not; may be NULL.
 * @param signature  The header X-Hub-Signature-256 of Meta, X-Webhook-Hmac of WAHA, Authorization of Evolution API,
 *     X-Twilio-Signature of Twilio; NULL if the request has none.
 * @param body       The body's bytes as they came. One that was parsed and written again has another signature. NULL only
 *     where there are none.
 * @param length     How many there are.
 * @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
 * @return What came in, to be freed with robofy_incoming_free: answer 200. Or NULL and an error: ROBOFY_STATUS_SIGNATURE,
 *     answer 401; ROBOFY_STATUS_INVALID_ARGUMENT where the body is not JSON (Twilio: a form), is larger than 3 MB or nests
 *     deeper than 128 levels, answer 400; and for each call after a bad value of robofy_webhook_add_secret.
 *
 * Since 0.1.0.
 */
RobofyIncoming *robofy_webhook_read(const RobofyWebhook *webhook,
                                    const char *url,
                                    const char *signature,
                                    const char *body,
                                    uint64_t length,
                                    RobofyError **error);

/**
 * Frees a webhook. What was read with it stays.
 *
 * @param webhook What robofy_webhook_new returned; may be NULL.
 *
 * Since 0.1.0.
 */
void robofy_webhook_free(RobofyWebhook *webhook);

/**
 * How many events there are. None is normal: answer 200.
 *
 * @param incoming What came in; may be NULL.
 * @return Their number; 0 for NULL.
 *
 * Since 0.1.0.
 */
uint32_t robofy_incoming_count(const RobofyIncoming *incoming);

/**
 * One event.
 *
 * @param incoming What came in; may be NULL.
 * @param index    Which one, from 0 on.
 * @return An event that belongs to what came in; NULL if there are not so many, and for NULL.
 *
 * Since 0.1.0.
 */
const RobofyEvent *robofy_incoming_event(const RobofyIncoming *incoming, uint32_t index);

/**
 * How many messages and statuses have no identifier or no user, and so are no event. Worth a line in a log: something has
 * changed at the channel.
 *
 * @param incoming What came in; may be NULL.
 * @return Their number; 0 for NULL.
 *
 * Since 0.1.0.
 */
uint32_t robofy_incoming_skipped(const RobofyIncoming *incoming);

/**
 * Frees what came in and its events.
 *
 * @param incoming What robofy_webhook_read returned; may be NULL.
 *
 * Since 0.1.0.
 */
void robofy_incoming_free(RobofyIncoming *incoming);

/**
 * What the event is.
 *
 * @param event The event to read; may be NULL.
 * @return The kind; ROBOFY_EVENT_KIND_OTHER for NULL.
 *
 * Since 0.1.0.
 */
RobofyEventKind robofy_event_kind(const RobofyEvent *event);

/**
 * The message's identifier, by which a duplicate is told. Meta's begins with "wamid.". Of a status, and of a deletion
 * without an identifier of its own, it is that of the message which it is about.
 *
 * @param event The event to read; may be NULL.
 * @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_event_id(const RobofyEvent *event);

/**
 * Who the conversation is with, for the session of a message. It is the phone number, else the user's identifier, and
 * knows nothing of earlier events.
 *
 * @param event The event to read; may be NULL.
 * @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_event_session_id(const RobofyEvent *event);

/**
 * The business's side of the conversation. It is Meta's phone number ID, WAHA's session, Evolution API's instance,
 * Twilio's number.
 *
 * @param event The event to read; may be NULL.
 * @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_event_channel_id(const RobofyEvent *event);

/**
 * The user's phone number, digits only. A user who has a username may have none.
 *
 * @param event The event to read; may be NULL.
 * @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_event_phone(const RobofyEvent *event);

/**
 * The user's identifier that is no phone number. It is Meta's and Twilio's BSUID, or WhatsApp Web's that ends with
 * "@lid".
 *
 * @param event The event to read; may be NULL.
 * @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_event_user_id(const RobofyEvent *event);

/**
 * The user's identifier that all businesses of one portfolio see: Meta's parent BSUID.
 *
 * @param event The event to read; may be NULL.
 * @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_event_parent_user_id(const RobofyEvent *event);

/**
 * The name in the user's profile.
 *
 * @param event The event to read; may be NULL.
 * @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_event_name(const RobofyEvent *event);

/**
 * The user's username, without "@".
 *
 * @param event The event to read; may be NULL.
 * @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_event_username(const RobofyEvent *event);

/**
 * The group that it was written in. A conversation of two has none.
 *
 * @param event The event to read; may be NULL.
 * @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_event_group_id(const RobofyEvent *event);

/**
 * The channel's own word for it: a message's type, else the name of the webhook's field or event.
 *
 * @param event The event to read; may be NULL.
 * @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_event_type(const RobofyEvent *event);

/**
 * What an agent should read. It is the text, the title of what was tapped, a caption, a place, an order line by line.
 *
 * @param event The event to read; may be NULL.
 * @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_event_text(const RobofyEvent *event);

/**
 * The message that this one answers, by its identifier. Channels do not send its text.
 *
 * @param event The event to read; may be NULL.
 * @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_event_reply_to(const RobofyEvent *event);

/**
 * The message that was changed, deleted or reacted to, by its identifier.
 *
 * @param event The event to read; may be NULL.
 * @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_event_original_id(const RobofyEvent *event);

/**
 * The medium's identifier, with which the channel gives it.
 *
 * @param event The event to read; may be NULL.
 * @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_event_media_id(const RobofyEvent *event);

/**
 * Where the medium is. Most channels want their credentials there.
 *
 * @param event The event to read; may be NULL.
 * @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_event_media_url(const RobofyEvent *event);

/**
 * The medium's MIME type, for example "image/jpeg".
 *
 * @param event The event to read; may be NULL.
 * @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_event_media_type(const RobofyEvent *event);

/**
 * The name of a document.
 *
 * @param event The event to read; may be NULL.
 * @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_event_file_name(const RobofyEvent *event);

/**
 * What became of a message that was sent, in the channel's word. Meta's are "sent", "delivered", "read", "played" and
 * "failed".
 *
 * @param event The event to read; may be NULL.
 * @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_event_status(const RobofyEvent *event);

/**
 * The user's identifier until now, in whose place there is a new one.
 *
 * @param event The event to read; may be NULL.
 * @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_event_previous_user_id(const RobofyEvent *event);

/**
 * The user's phone number until now, in whose place there is a new one.
 *
 * @param event The event to read; may be NULL.
 * @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_event_previous_phone(const RobofyEvent *event);

/**
 * The object as it was received. It is Meta's message, status or change, Evolution API's "data" of a message, and the
 * whole body of anything else. Twilio's is no JSON but a form, URL-encoded as it came, unless Twilio has sent JSON.
 *
 * @param event The event to read; may be NULL.
 * @return A text borrowed from the event; NULL only for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_event_json(const RobofyEvent *event);

/**
 * When it happened, as far as the channel tells: Meta's seconds are too coarse to order a burst.
 *
 * @param event The event to read; may be NULL.
 * @return Milliseconds since 1970; 0 if the webhook has none, and for NULL.
 *
 * Since 0.1.0.
 */
uint64_t robofy_event_timestamp_ms(const RobofyEvent *event);

/**
 * The channel's error code: why a message failed, or is not supported.
 *
 * @param event The event to read; may be NULL.
 * @return The code; 0 if the webhook has none, and for NULL.
 *
 * Since 0.1.0.
 */
int32_t robofy_event_error_code(const RobofyEvent *event);

/**
 * Options with every default.
 *
 * @return Options to be freed with robofy_inbox_options_free; never NULL.
 *
 * Since 0.1.0.
 */
RobofyInboxOptions *robofy_inbox_options_new(void);

/**
 * Frees options. Inboxes made with them are not affected.
 *
 * @param options What robofy_inbox_options_new returned; may be NULL.
 *
 * Since 0.1.0.
 */
void robofy_inbox_options_free(RobofyInboxOptions *options);

/**
 * Where messages, and what is known of sessions, are kept: a folder on a local disk, which one process has at a time. It
 * is made if it is not there, the one above it is not.
 *
 * @param options The options to change; with NULL nothing happens.
 * @param path    The path of the folder, in UTF-8; NULL, the default, for memory: what is kept ends with the inbox.
 *
 * Since 0.1.0.
 */
void robofy_inbox_options_set_path(RobofyInboxOptions *options,
                                   const char *path);

/**
 * How long a user has to be quiet until the agent is asked: people write in bursts.
 *
 * @param options The options to change; with NULL nothing happens.
 * @param ms      Milliseconds after the last message; the default is 1 500.
 *
 * Since 0.1.0.
 */
void robofy_inbox_options_set_quiet_ms(RobofyInboxOptions *options, uint64_t ms);

/**
 * When the agent is asked at the latest, although the user goes on writing.
 *
 * @param options The options to change; with NULL nothing happens.
 * @param ms      Milliseconds after the first message; the default is 8 000.
 *
 * Since 0.1.0.
 */
void robofy_inbox_options_set_max_wait_ms(RobofyInboxOptions *options, uint64_t ms);

/**
 * What stands between the messages that the agent reads together.
 *
 * @param options The options to change; with NULL nothing happens.
 * @param join    A text, which may be empty; NULL for the default, a line break.
 *
 * Since 0.1.0.
 */
void robofy_inbox_options_set_join(RobofyInboxOptions *options, const char *join);

/**
 * How many messages the agent reads together at most; when there are as many it is asked at once.
 *
 * @param options  The options to change; with NULL nothing happens.
 * @param messages Greater than 0; the default is 20.
 *
 * Since 0.1.0.
 */
void robofy_inbox_options_set_max_messages(RobofyInboxOptions *options, uint32_t messages);

/**
 * How much the agent reads together at most, unless one message alone has more; when there is as much it is asked at
 * once.
 *
 * @param options    The options to change; with NULL nothing happens.
 * @param characters Greater than 0; the default is 8 000.
 *
 * Since 0.1.0.
 */
void robofy_inbox_options_set_max_characters(RobofyInboxOptions *options,
                                             uint32_t characters);

/**
 * How long a message's identifier is known, so that the message is a duplicate when it comes again. Meta delivers again
 * for seven days.
 *
 * @param options The options to change; with NULL nothing happens.
 * @param ms      Milliseconds, greater than 0; the default is 691 200 000 (8 days).
 *
 * Since 0.1.0.
 */
void robofy_inbox_options_set_dedup_ms(RobofyInboxOptions *options,
                                       uint64_t ms);

/**
 * How old a message may be when it is answered. WhatsApp takes no free text after 24 hours. An older one ends as
 * ROBOFY_OUTCOME_KIND_EXPIRED.
 *
 * @param options The options to change; with NULL nothing happens.
 * @param ms      Milliseconds, greater than 0; the default is 86 400 000 (24 hours).
 *
 * Since 0.1.0.
 */
void robofy_inbox_options_set_window_ms(RobofyInboxOptions *options,
                                        uint64_t ms);

/**
 * How many messages may wait or be under way; beyond them an offer is ROBOFY_ACCEPT_REFUSED. Of one session 1 000 may wait.
 *
 * @param options  The options to change; with NULL nothing happens.
 * @param messages Greater than 0; the default is 100 000.
 *
 * Since 0.1.0.
 */
void robofy_inbox_options_set_max_pending(RobofyInboxOptions *options,
                                          uint32_t messages);

/**
 * Also takes messages of groups, each group being one session. They are ROBOFY_ACCEPT_IGNORED otherwise.
 *
 * @param options The options to change; with NULL nothing happens.
 * @param groups  True to do so; the default is false.
 *
 * Since 0.1.0.
 */
void robofy_inbox_options_set_groups(RobofyInboxOptions *options,
                                     bool groups);

/**
 * How long the agent is silent after a person has written from the business's own phone. What is under way for that
 * user then ends as ROBOFY_OUTCOME_KIND_EXPIRED.
 *
 * @param options The options to change; with NULL nothing happens.
 * @param ms      Milliseconds; the default is 1 800 000 (30 minutes).
 *
 * Since 0.1.0.
 */
void robofy_inbox_options_set_takeover_ms(RobofyInboxOptions *options,
                                          uint64_t ms);

/**
 * How often ROBOFY_OUTCOME_KIND_TYPING comes while the agent thinks. WhatsApp ends the indicator after 25 seconds.
 *
 * @param options The options to change; with NULL nothing happens.
 * @param ms      Milliseconds; the default is 20 000, and 0 is for never.
 *
 * Since 0.1.0.
 */
void robofy_inbox_options_set_typing_ms(RobofyInboxOptions *options,
                                        uint64_t ms);

/**
 * What a user is told if the agent does not answer.
 *
 * @param options The options to change; with NULL nothing happens.
 * @param status  The RobofyStatus of the failure that this text is for; ROBOFY_STATUS_OK for all that have none of their own.
 * @param text    WhatsApp text; empty for none. NULL, the default, is for none too, and for a status for that of
 *     ROBOFY_STATUS_OK.
 *
 * Since 0.1.0.
 */
void robofy_inbox_options_set_fallback(RobofyInboxOptions *options,
                                       uint32_t status,
                                       const char *text);

/**
 * What becomes of a medium without a text, and of what a channel cannot hand on. A caption is a text, and so is the name of
 * a document's file.
 *
 * @param options The options to change; with NULL nothing happens.
 * @param policy  A RobofyMediaPolicy; the default is ROBOFY_MEDIA_POLICY_IGNORE.
 * @param text    What the user is told, or the agent reads; not empty. Not read for ROBOFY_MEDIA_POLICY_IGNORE, for which it
 *     may be NULL, the default.
 *
 * Since 0.1.0.
 */
void robofy_inbox_options_set_media(RobofyInboxOptions *options,
                                    uint32_t policy,
                                    const char *text);

/**
 * Words with which a user ends all answers, until one of robofy_inbox_options_set_start_words. What is under way ends
 * as ROBOFY_OUTCOME_KIND_EXPIRED. A word counts if it is the whole message, in whatever case.
 *
 * @param options The options to change; with NULL nothing happens.
 * @param words   The words, one a line, for example "stop\nunsubscribe"; NULL, the default, for none.
 * @param text    What the user is told then (ROBOFY_OUTCOME_KIND_NOTICE), WhatsApp text; NULL, the default, for nothing.
 *
 * Since 0.1.0.
 */
void robofy_inbox_options_set_stop_words(RobofyInboxOptions *options,
                                         const char *words,
                                         const char *text);

/**
 * Words with which a user who has ended all answers begins them again. From other users they are messages like any
 * other.
 *
 * @param options The options to change; with NULL nothing happens.
 * @param words   The words, one a line, for example "start"; NULL, the default, for none.
 * @param text    What the user is told then (ROBOFY_OUTCOME_KIND_NOTICE), WhatsApp text; NULL, the default, for nothing.
 *
 * Since 0.1.0.
 */
void robofy_inbox_options_set_start_words(RobofyInboxOptions *options,
                                          const char *words,
                                          const char *text);

/**
 * Which markup the agent writes in.
 *
 * @param options The options to change; with NULL nothing happens.
 * @param dialect A RobofyDialect; the default is ROBOFY_DIALECT_AUTO.
 *
 * Since 0.1.0.
 */
void robofy_inbox_options_set_dialect(RobofyInboxOptions *options, uint32_t dialect);

/**
 * How long each part of an answer may be, as for robofy_whatsapp_split.
 *
 * @param options The options to change; with NULL nothing happens.
 * @param limit   UTF-16 units; the default is 4 096, and 0 is taken as 4 096. Twilio takes 1 600.
 *
 * Since 0.1.0.
 */
void robofy_inbox_options_set_limit(RobofyInboxOptions *options, uint32_t limit);

/**
 * Also asks the agent again where the process has ended after the messages were sent to it and before its answer came.
 * An agent that books appointments could then book twice. While the process lives it is
 * robofy_options_set_retry_ambiguous that decides.
 *
 * @param options The options to change; with NULL nothing happens.
 * @param retry   True to do so; the default is false: the messages end as ROBOFY_OUTCOME_KIND_FALLBACK.
 *
 * Since 0.1.0.
 */
void robofy_inbox_options_set_retry_ambiguous(RobofyInboxOptions *options,
                                              bool retry);

/**
 * An inbox for an agent. What an earlier one has left at its path is taken up at once.
 *
 * @param client     The client to ask the agent with.
 * @param pid        The project.
 * @param chatbot_id The agent of that project which is to answer.
 * @param options    How it behaves; NULL for every default. They are copied.
 * @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
 * @return An inbox to be freed with robofy_inbox_free. Or NULL and an error: ROBOFY_STATUS_INVALID_ARGUMENT with the
 *     parameter's or option's name; ROBOFY_STATUS_STORAGE with the path, what is wrong there and what to do, for
 *     example if another inbox has it; ROBOFY_STATUS_CONNECT if the process has no thread or descriptor left for the
 *     library.
 *
 * Since 0.1.0.
 */
RobofyInbox *robofy_inbox_new(const RobofyClient *client,
                              const char *pid,
                              const char *chatbot_id,
                              const RobofyInboxOptions *options,
                              RobofyError **error);

/**
 * Frees an inbox. Whoever waits in robofy_inbox_poll has NULL at once; no other call may use it at that moment or later.
 * Chats under way are ended. What was queued stays at its path: the next inbox there goes on with it, and hands out once
 * more what was polled and not reported. Outcomes that were polled are the caller's and stay. The descriptor of
 * robofy_inbox_poll_fd is closed.
 *
 * @param inbox What robofy_inbox_new returned; may be NULL.
 *
 * Since 0.1.0.
 */
void robofy_inbox_free(RobofyInbox *inbox);

/**
 * Takes the next outcome: something to send, to show or to know. Several threads may poll at once; each outcome goes to
 * one of them, and one session's come in their order.
 *
 * @param inbox      The inbox to poll.
 * @param timeout_ms How many milliseconds to wait for one: 0 does not wait; less than 0 waits until there is one, which
 *     may be for ever. With a path, an outcome that is handed out is first noted on disk, and that is waited for, too.
 * @return An outcome to be freed with robofy_outcome_free, or NULL if there was none in time, in a forked child, and for
 *     a NULL inbox.
 *
 * Since 0.1.0.
 */
RobofyOutcome *robofy_inbox_poll(const RobofyInbox *inbox,
                                 int64_t timeout_ms);

/**
 * A file descriptor for event loops, as robofy_client_poll_fd: readable while outcomes wait, and only then. When it is,
 * call robofy_inbox_poll with a timeout of 0 until that returns NULL. It belongs to the inbox, which closes it when it is
 * freed: it must not be read, written or closed.
 *
 * @param inbox The inbox to watch.
 * @return The descriptor, the same one at each call; -1 if the process has none left, in a forked child, and for NULL.
 *
 * Since 0.1.0.
 */
int32_t robofy_inbox_poll_fd(const RobofyInbox *inbox);

/**
 * A part of an outcome was sent. Only when each part is reported does the session go on, and only then is it certain that
 * the part does not come again after a restart. Reported twice, or too late, nothing changes.
 *
 * @param inbox       The inbox that the outcome was polled from.
 * @param outcome     The outcome.
 * @param part        Which of its parts, from 0 on.
 * @param provider_id The channel's identifier of the message that was sent; NULL if it gave none. Should the channel show
 *     it like a person's message, that is a duplicate, and no takeover.
 * @param[out] error  Receives NULL or the error, which is the caller's; may be NULL.
 * @return True if it is kept. Otherwise false and an error: ROBOFY_STATUS_INVALID_ARGUMENT if there is no such part;
 *     ROBOFY_STATUS_STORAGE if it is not kept: report it again.
 *
 * Since 0.1.0.
 */
bool robofy_inbox_sent(const RobofyInbox *inbox,
                       const RobofyOutcome *outcome,
                       uint32_t part,
                       const char *provider_id,
                       RobofyError **error);

/**
 * A part of an outcome could not be sent. Send no more of that outcome's parts: what is left of them comes again in another
 * outcome, which may be polled when it is time to send it. The part that has failed is among them, unless its code says
 * that it will never be sent or it has failed too often.
 *
 * @param inbox      The inbox that the outcome was polled from.
 * @param outcome    The outcome.
 * @param part       Which of its parts, from 0 on.
 * @param code       Meta's error code; else the HTTP status, from 400 on; less than 0 for a connection that was lost.
 * @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
 * @return True if it is kept. Otherwise false and an error: as for robofy_inbox_sent.
 *
 * Since 0.1.0.
 */
bool robofy_inbox_failed(const RobofyInbox *inbox,
                         const RobofyOutcome *outcome,
                         uint32_t part,
                         int32_t code,
                         RobofyError **error);

/**
 * A person has the conversation: the agent is silent, in every channel that has brought messages. What is under way for the
 * user ends as ROBOFY_OUTCOME_KIND_EXPIRED.
 *
 * @param inbox      The inbox.
 * @param session_id The session, or any other identifier of the user.
 * @param ms         How many milliseconds from now on.
 * @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
 * @return True if it is kept. Otherwise false and an error: ROBOFY_STATUS_INVALID_ARGUMENT, also if no channel has brought a
 *     message yet; ROBOFY_STATUS_STORAGE if it is not kept.
 *
 * Since 0.1.0.
 */
bool robofy_inbox_pause(const RobofyInbox *inbox,
                        const char *session_id,
                        uint64_t ms,
                        RobofyError **error);

/**
 * The agent has the conversation again, also if it was a person's own message that paused it. Messages that came
 * meanwhile stay unanswered.
 *
 * @param inbox      The inbox.
 * @param session_id As for robofy_inbox_pause.
 * @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
 * @return True if it is kept. Otherwise false and an error: as for robofy_inbox_pause.
 *
 * Since 0.1.0.
 */
bool robofy_inbox_resume(const RobofyInbox *inbox,
                         const char *session_id,
                         RobofyError **error);

/**
 * A snapshot of the inbox's figures. Gauges, which a path keeps over a restart:
 * - `pending`: messages that wait or are being answered
 * - `turns`: bursts that are claimed and not settled
 * - `in_flight`: those that the agent has
 * - `unpolled`: outcomes that wait to be polled
 * - `sessions`: those that have something to do, or are paused
 * - `remembered`: messages that would be known as duplicates
 *
 * Counters, which only grow, from the inbox's beginning:
 * - `queued`, `duplicates`, `paused`, `ignored`, `refused`, `took_over`: offers
 * - `answers`, `fallbacks`, `typing`, `notices`, `media`, `expired`: outcomes polled, one that comes again once more
 * - `parts_sent`, `parts_failed`: reports, a repeated one too
 * - `storage_errors`: what could not be kept or read
 *
 * Later versions may add fields.
 *
 * @param inbox The inbox to look at.
 * @return The text of a JSON object, to be freed with robofy_free_string; NULL if what is kept cannot be read, in a forked
 *     child, and for NULL.
 *
 * Since 0.1.0.
 */
char *robofy_inbox_stats(const RobofyInbox *inbox);

/**
 * Takes an event of a webhook. What is ROBOFY_ACCEPT_QUEUED is kept when the function returns: with a path, on disk and
 * synced. Offers of several threads share a sync.
 *
 * @param inbox      The inbox that is to take it.
 * @param event      The event, of any kind: statuses and the like are ROBOFY_ACCEPT_IGNORED.
 * @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
 * @return What became of it. ROBOFY_ACCEPT_REFUSED with an error: ROBOFY_STATUS_STORAGE, which names the path and says what
 *     to do; ROBOFY_STATUS_OVERLOADED at robofy_inbox_options_set_max_pending; ROBOFY_STATUS_INVALID_ARGUMENT for NULL.
 *
 * Since 0.1.0.
 */
RobofyAccept robofy_inbox_offer(const RobofyInbox *inbox,
                                const RobofyEvent *event,
                                RobofyError **error);

/**
 * Takes a text, for who has no webhook: Baileys, whatsapp-web.js and the like. In all else as robofy_inbox_offer.
 *
 * @param inbox      The inbox that is to take it.
 * @param channel_id The business's side of the conversation, which outcomes bear; NULL where there is one alone.
 * @param user       The sender: a phone number, an address of WhatsApp Web, or Meta's identifier without a phone number. One
 *     that ends with `@g.us` is a group; one that ends with `@broadcast` or `@newsletter` is ROBOFY_ACCEPT_IGNORED.
 * @param message_id The channel's identifier of the message, by which it is a duplicate when it comes again.
 * @param text       What the user has written; an empty text is ROBOFY_ACCEPT_IGNORED.
 * @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
 * @return What became of it, as of robofy_inbox_offer.
 *
 * Since 0.1.0.
 */
RobofyAccept robofy_inbox_offer_text(const RobofyInbox *inbox,
                                     const char *channel_id,
                                     const char *user,
                                     const char *message_id,
                                     const char *text,
                                     RobofyError **error);

/**
 * What it is.
 *
 * @param outcome The outcome to read; may be NULL.
 * @return The kind; ROBOFY_OUTCOME_KIND_EXPIRED, for which there is nothing to do, for NULL. A later library may return one
 *     that this header does not have: send its parts, if there are any.
 *
 * Since 0.1.0.
 */
RobofyOutcomeKind robofy_outcome_kind(const RobofyOutcome *outcome);

/**
 * The session, as the agent knows it: the first identifier under which the user was seen. It stays when the user's number
 * or other identifiers change.
 *
 * @param outcome The outcome to read; may be NULL.
 * @return A text borrowed from the outcome; NULL only for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_outcome_session_id(const RobofyOutcome *outcome);

/**
 * The business's side of the conversation, by which the channel sends: Meta's phone number ID, WAHA's session, Evolution
 * API's instance, Twilio's number; what robofy_inbox_offer_text was given.
 *
 * @param outcome The outcome to read; may be NULL.
 * @return A text borrowed from the outcome, which may be empty; NULL only for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_outcome_channel_id(const RobofyOutcome *outcome);

/**
 * The user's latest phone number: Meta's `to`.
 *
 * @param outcome The outcome to read; may be NULL.
 * @return A text borrowed from the outcome; NULL if none is known, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_outcome_to(const RobofyOutcome *outcome);

/**
 * The user's latest identifier that is no phone number: Meta's `recipient`, for who has no `to`.
 *
 * @param outcome The outcome to read; may be NULL.
 * @return A text borrowed from the outcome; NULL if none is known, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_outcome_recipient(const RobofyOutcome *outcome);

/**
 * The message to quote, which is the last one that ends in it; of typing, the one to mark as read.
 *
 * @param outcome The outcome to read; may be NULL.
 * @return A text borrowed from the outcome; NULL only for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_outcome_reply_to(const RobofyOutcome *outcome);

/**
 * The texts to send, in their order.
 *
 * @param outcome The outcome to read; may be NULL.
 * @return Parts that belong to the outcome, none where there is nothing to send; NULL only for NULL.
 *
 * Since 0.1.0.
 */
const RobofyParts *robofy_outcome_parts(const RobofyOutcome *outcome);

/**
 * The agent's reply, of an answer.
 *
 * @param outcome The outcome to read; may be NULL.
 * @return A reply that belongs to the outcome; NULL if it is no answer, and for NULL.
 *
 * Since 0.1.0.
 */
const RobofyReply *robofy_outcome_reply(const RobofyOutcome *outcome);

/**
 * Why the agent has not answered, of a fallback.
 *
 * @param outcome The outcome to read; may be NULL.
 * @return An error that belongs to the outcome; NULL if it is no fallback, and for NULL.
 *
 * Since 0.1.0.
 */
const RobofyError *robofy_outcome_error(const RobofyOutcome *outcome);

/**
 * How many messages end in it; of typing, how many the agent is reading.
 *
 * @param outcome The outcome to read; may be NULL.
 * @return Their number; 0 for NULL.
 *
 * Since 0.1.0.
 */
uint32_t robofy_outcome_message_count(const RobofyOutcome *outcome);

/**
 * The channel's identifier of one of these messages, in the order in which they were accepted.
 *
 * @param outcome The outcome to read; may be NULL.
 * @param index   Which one, from 0 on.
 * @return A text borrowed from the outcome; NULL if there are not so many, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_outcome_message_id(const RobofyOutcome *outcome, uint32_t index);

/**
 * The JSON body of Meta's POST to `/<phone number ID>/messages` for a part: right about `to` and `recipient`, quoting the
 * user's message in the first part of an answer, with a preview of a link. Of typing, whose one request is part 0, it shows
 * the indicator and marks the messages as read.
 *
 * @param outcome The outcome to read; may be NULL.
 * @param part    Which part, from 0 on.
 * @return A text borrowed from the outcome; NULL if there are not so many parts, or nobody to send them to, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_outcome_request(const RobofyOutcome *outcome,
                                   uint32_t part);

/**
 * Frees an outcome, and all that was read from it. One that was not reported is handed out once more after a restart.
 *
 * @param outcome What robofy_inbox_poll returned; may be NULL.
 *
 * Since 0.1.0.
 */
void robofy_outcome_free(RobofyOutcome *outcome);

/**
 * The name of a status in lower case, for example "rate_limited": for logs and metrics. The names are stable.
 *
 * @param status A RobofyStatus, or any other number.
 * @return A static string, not to be freed, never NULL: "ok" for ROBOFY_STATUS_OK, and "unknown" for a number
 *     that this library does not have.
 *
 * Since 0.1.0.
 */
const char *robofy_status_name(uint32_t status);

/**
 * The kind of failure.
 *
 * @param error The error to read; may be NULL.
 * @return The status; ROBOFY_STATUS_OK for NULL. A later library may return one that this header does not
 *     have.
 *
 * Since 0.1.0.
 */
RobofyStatus robofy_error_status(const RobofyError *error);

/**
 * One line a person can act on, for example "401 UNAUTHORIZED: Authentication token is missing or invalid;
 * check the API key". It never holds the API key. It is for people: programs ask robofy_error_status.
 *
 * @param error The error to read; may be NULL.
 * @return A text borrowed from the error; NULL only for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_error_message(const RobofyError *error);

/**
 * The HTTP status of the service's response.
 *
 * @param error The error to read; may be NULL.
 * @return The status; 0 if there was no response, and for NULL.
 *
 * Since 0.1.0.
 */
int32_t robofy_error_http_status(const RobofyError *error);

/**
 * The service's own code, for example "UNAUTHORIZED". A number is given by its digits.
 *
 * @param error The error to read; may be NULL.
 * @return A text borrowed from the error; NULL if the service sent none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_error_code(const RobofyError *error);

/**
 * The service's own sentence about the failure.
 *
 * @param error The error to read; may be NULL.
 * @return A text borrowed from the error; NULL if the service sent none, and for NULL.
 *
 * Since 0.1.0.
 */
const char *robofy_error_detail(const RobofyError *error);

/**
 * Whether the agent has not seen the message, and it may help to send it again later. The library has then used
 * all of its retries, or had no time left for them. It is false for ROBOFY_STATUS_OVERLOADED, although nothing
 * was sent: another result must be collected first.
 *
 * @param error The error to read; may be NULL.
 * @return True if so; false for NULL.
 *
 * Since 0.1.0.
 */
bool robofy_error_is_retryable(const RobofyError *error);

/**
 * How long to wait before the next try, as the service asked (Retry-After, RFC 9110, section 10.2.3) or as the
 * client's own limit demands (robofy_options_set_rate_limit).
 *
 * @param error The error to read; may be NULL.
 * @return Milliseconds; 0 if nobody said, and for NULL.
 *
 * Since 0.1.0.
 */
uint64_t robofy_error_retry_after_ms(const RobofyError *error);

/**
 * Frees an error and the strings that were read from it.
 *
 * @param error What a call wrote to its `error`; may be NULL. A completion's error is freed with the
 *     completion.
 *
 * Since 0.1.0.
 */
void robofy_error_free(RobofyError *error);

/**
 * Frees a string that was returned as a `char *`, for example by robofy_whatsapp_chat. It must not have been shortened
 * in place.
 *
 * @param string The string; may be NULL.
 *
 * Since 0.1.0.
 */
void robofy_free_string(char *string);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* ROBOFY_H */


