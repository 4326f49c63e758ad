/* Answers that come in events. */
#ifndef STREAMING_H
#define STREAMING_H

#include "clock.h"
#include "service.h"

/* Where the stand-in of these tests answers in events. */
#define STREAM_PATH "/v1/ai-agent/a-stream"
#define SESSION "918727000001"
/* Far longer than anything here takes: what has not come by then does not come. */
#define PATIENCE_MS 60000

static inline RobofyStream *open_within(const RobofyClient *client, const char *query, uint64_t timeout_ms)
{
    RobofyError *error;
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, query);
    robofy_message_set_session_id(message, SESSION);
    robofy_message_set_timeout_ms(message, timeout_ms);
    RobofyStream *stream = robofy_stream_open(client, STREAM_PATH, message, &error);
    if (!CHECK(stream && !error))
        fprintf(stderr, "    %.80s: %s\n", query, robofy_error_message(error));
    robofy_error_free(error);
    robofy_message_free(message);
    return stream;
}

static inline RobofyStream *open_stream(const RobofyClient *client, const char *query)
{
    return open_within(client, query, 0);
}

static inline void check_stream(const RobofyStream *stream, const char *text, const char *session_id)
{
    char *actual_text = robofy_stream_text(stream), *actual_session = robofy_stream_session_id(stream);
    CHECK_TEXT(actual_text, text);
    CHECK_TEXT(actual_session, session_id);
    robofy_free_string(actual_text);
    robofy_free_string(actual_session);
}

/* Takes every event; the error at the end, if there is one, is the caller's. */
static inline int read_to_end(const RobofyStream *stream, RobofyError **error)
{
    int events = 0;
    for (RobofyStreamEvent *event; (event = robofy_stream_next(stream, PATIENCE_MS, error)); events++) {
        CHECK(robofy_stream_event_json(event) != NULL);
        robofy_stream_event_free(event);
    }
    CHECK(robofy_stream_is_done(stream));
    RobofyError *again;
    CHECK(!robofy_stream_next(stream, -1, &again) && !again);
    return events;
}

/* Reads a stream that must fail so. */
static inline void check_stream_fails(const RobofyClient *client, const char *query, RobofyStatus status,
                                      const char *part, const char *text)
{
    RobofyError *error;
    RobofyStream *stream = open_stream(client, query);
    read_to_end(stream, &error);
    checks_of = query;
    check_error(error, status);
    CHECK_CONTAINS(robofy_error_message(error), part);
    CHECK(!robofy_error_is_retryable(error));
    char *actual = robofy_stream_text(stream);
    CHECK_TEXT(actual, text);
    robofy_free_string(actual);
    checks_of = "";
    robofy_error_free(error);
    robofy_stream_free(stream);
}

#endif
