/* An inbox in front of the service under test, and what comes of it. */
#ifndef INBOXES_H
#define INBOXES_H

#include "clock.h"
#include "service.h"

/* Far longer than anything here takes: what has not come by then does not come. */
#define PATIENCE_MS 60000
#define CHANNEL "106540352242922"

/* The agent is asked when there are so many messages, and typing is not shown. */
static inline RobofyInboxOptions *bursts_of(uint32_t messages)
{
    RobofyInboxOptions *options = robofy_inbox_options_new();
    robofy_inbox_options_set_max_messages(options, messages);
    robofy_inbox_options_set_quiet_ms(options, 3000000);
    robofy_inbox_options_set_max_wait_ms(options, 3000000);
    robofy_inbox_options_set_typing_ms(options, 0);
    return options;
}

/* Takes the options over. */
static inline RobofyInbox *inbox_with(const RobofyClient *client, RobofyInboxOptions *options)
{
    RobofyError *error;
    RobofyInbox *inbox = robofy_inbox_new(client, PID, CHATBOT, options, &error);
    if (!CHECK(inbox && !error))
        fprintf(stderr, "    %s\n", robofy_error_message(error));
    robofy_error_free(error);
    robofy_inbox_options_free(options);
    return inbox;
}

static inline RobofyInbox *inbox_at(const RobofyClient *client, const char *path, uint32_t messages)
{
    RobofyInboxOptions *options = bursts_of(messages);
    robofy_inbox_options_set_path(options, path);
    return inbox_with(client, options);
}

static inline void check_accepted(RobofyInbox *inbox, const char *user, const char *id, const char *text,
                                  RobofyAccept accept)
{
    RobofyError *error;
    CHECK_INT(robofy_inbox_offer_text(inbox, CHANNEL, user, id, text, &error), accept);
    if (!CHECK(!error))
        fprintf(stderr, "    %s\n", robofy_error_message(error));
    robofy_error_free(error);
}

static inline void queue(RobofyInbox *inbox, const char *user, const char *id, const char *text)
{
    check_accepted(inbox, user, id, text, ROBOFY_ACCEPT_QUEUED);
}

/* The next outcome, which must come; the caller frees it. */
static inline RobofyOutcome *next_outcome(RobofyInbox *inbox, RobofyOutcomeKind kind)
{
    RobofyOutcome *outcome = robofy_inbox_poll(inbox, PATIENCE_MS);
    if (CHECK(outcome != NULL))
        CHECK_INT(robofy_outcome_kind(outcome), kind);
    return outcome;
}

static inline void check_sent(RobofyInbox *inbox, const RobofyOutcome *outcome)
{
    RobofyError *error;
    uint32_t count = robofy_parts_count(robofy_outcome_parts(outcome));
    for (uint32_t part = 0; part < count; part++)
        CHECK(robofy_inbox_sent(inbox, outcome, part, NULL, &error) && !error);
}

/* The next outcome has this text as its one part, which is sent; NULL stands for no part. */
static inline void check_settles(RobofyInbox *inbox, RobofyOutcomeKind kind, const char *text)
{
    RobofyOutcome *outcome = next_outcome(inbox, kind);
    const RobofyParts *parts = robofy_outcome_parts(outcome);
    CHECK_INT(robofy_parts_count(parts), text ? 1 : 0);
    CHECK_TEXT(robofy_parts_text(parts, 0), text);
    check_sent(inbox, outcome);
    robofy_outcome_free(outcome);
}

static inline void check_silent(RobofyInbox *inbox)
{
    RobofyOutcome *outcome = robofy_inbox_poll(inbox, 0);
    if (!CHECK(!outcome))
        fprintf(stderr, "    of kind %d\n", (int)robofy_outcome_kind(outcome));
    robofy_outcome_free(outcome);
}

static inline void check_stats(const RobofyInbox *inbox, const char *part)
{
    char *stats = robofy_inbox_stats(inbox);
    CHECK_CONTAINS(stats, part);
    robofy_free_string(stats);
}

#endif
