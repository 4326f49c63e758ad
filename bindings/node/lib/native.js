// The C interface as robofy.h declares it, and the loaded library.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import koffi from 'koffi';

for (const type of ['RobofyOptions', 'RobofyClient', 'RobofyMessage', 'RobofyReply', 'RobofyCompletion', 'RobofyError'])
    koffi.opaque(type);

const library = load();

const freeString = bind('void robofy_free_string(void *string)');
koffi.disposable('RobofyText', 'str', freeString);

export const native = {
    version: bind('const char *robofy_version()'),

    optionsNew: bind('RobofyOptions *robofy_options_new()'),
    optionsFree: bind('void robofy_options_free(RobofyOptions *options)'),
    setBaseUrl: bind('void robofy_options_set_base_url(RobofyOptions *options, const char *url)'),
    setTimeoutMs: bind('void robofy_options_set_timeout_ms(RobofyOptions *options, uint64_t ms)'),
    setConnectTimeoutMs: bind('void robofy_options_set_connect_timeout_ms(RobofyOptions *options, uint64_t ms)'),
    setMaxRetries: bind('void robofy_options_set_max_retries(RobofyOptions *options, uint32_t retries)'),
    setRetryAmbiguous: bind('void robofy_options_set_retry_ambiguous(RobofyOptions *options, bool retry)'),
    setProxy: bind('void robofy_options_set_proxy(RobofyOptions *options, const char *url)'),
    setCaFile: bind('void robofy_options_set_ca_file(RobofyOptions *options, const char *pem_path)'),
    setUserAgent: bind('void robofy_options_set_user_agent(RobofyOptions *options, const char *product)'),
    setMaxResponseBytes: bind('void robofy_options_set_max_response_bytes(RobofyOptions *options, uint64_t bytes)'),
    setMaxInFlight: bind('void robofy_options_set_max_in_flight(RobofyOptions *options, uint32_t chats)'),
    setOrderedSessions: bind('void robofy_options_set_ordered_sessions(RobofyOptions *options, bool ordered)'),
    setRateLimit: bind('void robofy_options_set_rate_limit(RobofyOptions *options, uint32_t per_minute, uint32_t burst)'),

    clientNew: bind('RobofyClient *robofy_client_new(const char *api_key, const RobofyOptions *options, _Out_ RobofyError **error)'),
    clientFree: bind('void robofy_client_free(RobofyClient *client)'),
    send: bind('RobofyReply *robofy_whatsapp_send(const RobofyClient *client, const RobofyMessage *message, _Out_ RobofyError **error)'),
    submit: bind('bool robofy_whatsapp_submit(const RobofyClient *client, const RobofyMessage *message, uint64_t tag, _Out_ RobofyError **error)'),
    poll: bind('RobofyCompletion *robofy_client_poll(const RobofyClient *client, int64_t timeout_ms)'),
    pollFd: bind('int32_t robofy_client_poll_fd(const RobofyClient *client)'),
    cancel: bind('bool robofy_client_cancel(const RobofyClient *client, uint64_t tag)'),
    stats: bind('RobofyText robofy_client_stats(const RobofyClient *client)'),

    messageNew: bind('RobofyMessage *robofy_message_new(const char *pid, const char *chatbot_id, const char *query)'),
    messageFree: bind('void robofy_message_free(RobofyMessage *message)'),
    setSessionId: bind('void robofy_message_set_session_id(RobofyMessage *message, const char *session_id)'),
    setUserContext: bind('void robofy_message_set_user_context(RobofyMessage *message, const char *json)'),
    setMessageTimeoutMs: bind('void robofy_message_set_timeout_ms(RobofyMessage *message, uint64_t ms)'),

    replyAnswer: bind('const char *robofy_reply_answer(const RobofyReply *reply)'),
    replySessionId: bind('const char *robofy_reply_session_id(const RobofyReply *reply)'),
    replyMessage: bind('const char *robofy_reply_message(const RobofyReply *reply)'),
    replyJson: bind('const char *robofy_reply_json(const RobofyReply *reply)'),
    replyAttempts: bind('uint32_t robofy_reply_attempts(const RobofyReply *reply)'),
    replyElapsedUs: bind('uint64_t robofy_reply_elapsed_us(const RobofyReply *reply)'),
    replyFree: bind('void robofy_reply_free(RobofyReply *reply)'),

    completionTag: bind('uint64_t robofy_completion_tag(const RobofyCompletion *completion)'),
    completionReply: bind('const RobofyReply *robofy_completion_reply(const RobofyCompletion *completion)'),
    completionError: bind('const RobofyError *robofy_completion_error(const RobofyCompletion *completion)'),
    completionFree: bind('void robofy_completion_free(RobofyCompletion *completion)'),

    errorStatus: bind('uint32_t robofy_error_status(const RobofyError *error)'),
    errorMessage: bind('const char *robofy_error_message(const RobofyError *error)'),
    errorHttpStatus: bind('int32_t robofy_error_http_status(const RobofyError *error)'),
    errorCode: bind('const char *robofy_error_code(const RobofyError *error)'),
    errorDetail: bind('const char *robofy_error_detail(const RobofyError *error)'),
    errorIsRetryable: bind('bool robofy_error_is_retryable(const RobofyError *error)'),
    errorRetryAfterMs: bind('uint64_t robofy_error_retry_after_ms(const RobofyError *error)'),
    errorFree: bind('void robofy_error_free(RobofyError *error)'),
};

/** The version of the library that is loaded. */
export const version = native.version();

/** The file that ROBOFY_LIBRARY names, or else the one beside the package, or else the system's. */
function load() {
    const mac = process.platform === 'darwin';
    const beside = fileURLToPath(new URL(`../librobofy.${mac ? 'dylib' : 'so'}`, import.meta.url));
    const system = mac ? ['librobofy.dylib'] : ['librobofy.so.0', 'librobofy.so'];
    const chosen = process.env.ROBOFY_LIBRARY;
    const names = chosen ? [chosen] : existsSync(beside) ? [beside] : system;
    const reasons = [];
    for (const name of names) {
        try {
            return { name, handle: koffi.load(name) };
        } catch (error) {
            reasons.push(`${name}: ${error.message}`);
        }
    }
    throw new Error(
        `the robofy library cannot be loaded (${reasons.join('; ')}): ` +
        (chosen ? 'point ROBOFY_LIBRARY to the shared library'
            : 'install it, or set ROBOFY_LIBRARY to the path of the shared library'));
}

function bind(prototype) {
    try {
        return library.handle.func(prototype);
    } catch (error) {
        throw new Error(
            `${library.name} is not a robofy library that this package can use (${error.message}): ` +
            'install one of the package\'s version, or set ROBOFY_LIBRARY to its path', { cause: error });
    }
}
