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
 * completions belong to the parent; a child that submits asks for a poll_fd of its own.
 *
 * SIGNALS. The library installs no handler. Its threads block all signals, and it raises no SIGPIPE in the
 * host. A signal does not end a call that waits. A signal handler must not call the library. Free all clients
 * and streams before the last of the host's threads ends by pthread_exit(), main()'s included: otherwise the
 * library's threads keep the process alive, and only SIGKILL ends it.
 *
 * UNLOADING. Loading starts no thread. When the last client and the last stream are freed, the library's threads
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
 * What an event is about. The numbers are stable; later versions only append: treat a number that is not known here
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
   * The client's limit is reached (robofy_options_set_max_in_flight). Nothing was sent, but
   * robofy_error_is_retryable is false: sending again succeeds only when another result has been collected.
   */
  ROBOFY_STATUS_OVERLOADED = 14,
  /**
   * A bug in the library: please report it.
   */
  ROBOFY_STATUS_INTERNAL = 15,
} RobofyStatus;

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
 * The agent's complete answer and what came with it. Immutable, and of use on any thread.
 *
 * Methods:
 * - robofy_reply_answer: the text to forward to the user
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
 * cancelled without a completion; streams go on. Completions that were not polled are freed, and the descriptor of
 * robofy_client_poll_fd is closed. When the last client and stream of the process are freed, the library's threads
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
 * The service's own code, for example "UNAUTHORIZED".
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


