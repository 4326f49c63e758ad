/* Messages that are submitted, and what became of each. */
#ifndef SUBMITTED_H
#define SUBMITTED_H

#include "clock.h"
#include "service.h"

/* Far longer than anything here takes: what has not come by then does not come. */
#define PATIENCE_MS 60000

static inline bool submit_message(const RobofyClient *client, const RobofyMessage *message, uint64_t tag)
{
    RobofyError *error;
    bool accepted = robofy_whatsapp_submit(client, message, tag, &error);
    if (!CHECK(accepted && !error))
        fprintf(stderr, "    tag %" PRIu64 ": %s\n", tag, robofy_error_message(error));
    robofy_error_free(error);
    return accepted;
}

static inline void submit_in_session(const RobofyClient *client, const char *session, const char *query, uint64_t tag)
{
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, query);
    robofy_message_set_session_id(message, session);
    submit_message(client, message, tag);
    robofy_message_free(message);
}

static inline void submit_query(const RobofyClient *client, const char *query, uint64_t tag)
{
    submit_in_session(client, NULL, query, tag);
}

static inline void submit_within(const RobofyClient *client, uint64_t timeout_ms, const char *query, uint64_t tag)
{
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, query);
    robofy_message_set_timeout_ms(message, timeout_ms);
    submit_message(client, message, tag);
    robofy_message_free(message);
}

/* The error of a message that must be refused; the caller frees it. */
static inline RobofyError *refusal_of(const RobofyClient *client, const char *query, uint64_t tag, RobofyStatus status)
{
    RobofyError *error;
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, query);
    CHECK(!robofy_whatsapp_submit(client, message, tag, &error));
    check_error(error, status);
    robofy_message_free(message);
    return error;
}

/* The next completion, which must come; the caller frees it. */
static inline RobofyCompletion *next_completion(const RobofyClient *client)
{
    RobofyCompletion *completion = robofy_client_poll(client, PATIENCE_MS);
    if (CHECK(completion != NULL))
        CHECK_INT(!!robofy_completion_reply(completion) + !!robofy_completion_response(completion) +
                  !!robofy_completion_error(completion),
              1);
    return completion;
}

static inline void check_completion(const RobofyCompletion *completion, uint64_t tag, RobofyStatus status)
{
    const RobofyError *error = robofy_completion_error(completion);
    CHECK_INT(robofy_completion_tag(completion), tag);
    if (status != ROBOFY_STATUS_OK)
        check_error(error, status);
    else if (!CHECK(completion && !error))
        fprintf(stderr, "    tag %" PRIu64 ": %s\n", tag, robofy_error_message(error));
}

/* The next completion must be that of `tag`. */
static inline void check_completes(const RobofyClient *client, uint64_t tag, RobofyStatus status)
{
    RobofyCompletion *completion = next_completion(client);
    check_completion(completion, tag, status);
    robofy_completion_free(completion);
}

/* That many must complete, in any order, each with this status. */
static inline void check_complete(const RobofyClient *client, int count, RobofyStatus status)
{
    for (int i = 0; i < count; i++) {
        RobofyCompletion *completion = next_completion(client);
        if (!completion)
            return;
        check_completion(completion, robofy_completion_tag(completion), status);
        robofy_completion_free(completion);
    }
}

/* For what takes a moment of its own, such as standing in a line. */
static inline void wait_for_stats(const RobofyClient *client, const char *part)
{
    bool holds = false;
    for (int64_t give_up = now_ms() + PATIENCE_MS; !holds && now_ms() < give_up; sleep_ms(5)) {
        char *stats = robofy_client_stats(client);
        holds = stats && strstr(stats, part);
        robofy_free_string(stats);
    }
    if (!CHECK(holds))
        fprintf(stderr, "    waited for %s\n", part);
}

static inline void check_nothing_waits(const RobofyClient *client)
{
    RobofyCompletion *completion = robofy_client_poll(client, 0);
    if (!CHECK(!completion))
        fprintf(stderr, "    tag %" PRIu64 " waits\n", robofy_completion_tag(completion));
    robofy_completion_free(completion);
}

#endif
