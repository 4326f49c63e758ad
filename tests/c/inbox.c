/* From a webhook to an answer that is sent: bursts, duplicates, a person who takes over, and what else may come of a message. */
#include "inboxes.h"

#define MESSAGE(id, text)                                                                                              \
    "{\"from\":\"16505551234\",\"id\":\"" id "\",\"timestamp\":\"4102444800\",\"type\":\"text\",\"text\":{\"body\":\"" \
    text "\"}}"
#define VALUE(field, value)                                                                                    \
    "{\"entry\":[{\"changes\":[{\"field\":\"" field "\",\"value\":{\"metadata\":{\"phone_number_id\":\"" CHANNEL \
    "\"}," value "}}]}]}"

static RobofyAccept offer_body(RobofyInbox *inbox, const char *body)
{
    RobofyError *error;
    RobofyWebhook *webhook = robofy_webhook_new(ROBOFY_CHANNEL_META, NULL, NULL);
    RobofyIncoming *incoming = robofy_webhook_read(webhook, NULL, NULL, body, strlen(body), NULL);
    RobofyAccept accept = ROBOFY_ACCEPT_REFUSED;
    CHECK_AT_LEAST(robofy_incoming_count(incoming), 1);
    for (uint32_t i = 0; i < robofy_incoming_count(incoming); i++) {
        accept = robofy_inbox_offer(inbox, robofy_incoming_event(incoming, i), &error);
        CHECK(!error);
    }
    robofy_incoming_free(incoming);
    robofy_webhook_free(webhook);
    return accept;
}

static void a_burst_is_answered_once(const RobofyClient *client)
{
    static const char first[] = VALUE("messages", "\"messages\":[" MESSAGE("m1", "!answer=**one**") "]");
    static const char more[] = VALUE("messages", "\"messages\":[" MESSAGE("m2", "headers=1") "]");
    RobofyInboxOptions *options = bursts_of(2);
    robofy_inbox_options_set_join(options, " ");
    RobofyInbox *inbox = inbox_with(client, options);
    CHECK_INT(offer_body(inbox, first), ROBOFY_ACCEPT_QUEUED);
    CHECK_INT(offer_body(inbox, first), ROBOFY_ACCEPT_DUPLICATE);
    check_silent(inbox);
    CHECK_INT(offer_body(inbox, more), ROBOFY_ACCEPT_QUEUED);
    RobofyOutcome *answer = next_outcome(inbox, ROBOFY_OUTCOME_KIND_ANSWER);
    CHECK_INT(offer_body(inbox, first), ROBOFY_ACCEPT_DUPLICATE);
    CHECK_TEXT(robofy_outcome_session_id(answer), "16505551234");
    CHECK_TEXT(robofy_outcome_channel_id(answer), CHANNEL);
    CHECK_TEXT(robofy_outcome_to(answer), "16505551234");
    CHECK(!robofy_outcome_recipient(answer) && !robofy_outcome_error(answer));
    CHECK_INT(robofy_outcome_message_count(answer), 2);
    CHECK_TEXT(robofy_outcome_message_id(answer, 0), "m1");
    CHECK_TEXT(robofy_outcome_message_id(answer, 1), "m2");
    CHECK(!robofy_outcome_message_id(answer, 2));
    CHECK_TEXT(robofy_outcome_reply_to(answer), "m2");
    CHECK_TEXT(robofy_reply_answer(robofy_outcome_reply(answer)), "**one**");
    CHECK_INT(robofy_parts_count(robofy_outcome_parts(answer)), 1);
    CHECK_TEXT(robofy_parts_text(robofy_outcome_parts(answer), 0), "*one*");
    CHECK_CONTAINS(robofy_outcome_request(answer, 0), "\"to\":\"16505551234\",\"context\":{\"message_id\":\"m2\"}");
    CHECK(robofy_outcome_request(answer, 0) == robofy_outcome_request(answer, 0));
    CHECK(!robofy_outcome_request(answer, 1));
    CHECK(robofy_inbox_sent(inbox, answer, 0, "ours", NULL));
    CHECK(robofy_inbox_sent(inbox, answer, 0, "ours", NULL));
    check_accepted(inbox, "16505551234", "ours", "our own message", ROBOFY_ACCEPT_DUPLICATE);
    check_stats(inbox, "\"queued\":2,\"duplicates\":3,");
    check_stats(inbox, "\"pending\":0,");
    robofy_inbox_free(inbox);
    CHECK_TEXT(robofy_outcome_reply_to(answer), "m2");
    robofy_outcome_free(answer);
}

static void a_person_takes_over_and_gives_back(const RobofyClient *client)
{
    static const char echo[] = VALUE("smb_message_echoes", "\"message_echoes\":[{\"from\":\"15550783881\",\"to\":\"1555\",\"id\":"
                                     "\"e1\",\"timestamp\":\"4102444800\",\"type\":\"text\",\"text\":{\"body\":\"Hello, I am Ana\"}}]");
    RobofyError *error;
    RobofyInbox *inbox = inbox_with(client, bursts_of(1));
    queue(inbox, "1555", "a", "!delay-ms=60000");
    CHECK_INT(offer_body(inbox, echo), ROBOFY_ACCEPT_TOOK_OVER);
    check_accepted(inbox, "1555", "b", "!answer=x", ROBOFY_ACCEPT_PAUSED);
    check_settles(inbox, ROBOFY_OUTCOME_KIND_EXPIRED, NULL);
    CHECK(robofy_inbox_resume(inbox, "1555", &error) && !error);
    queue(inbox, "1555", "c", "!answer=x");
    check_settles(inbox, ROBOFY_OUTCOME_KIND_ANSWER, "x");
    CHECK(robofy_inbox_pause(inbox, "1557", 3600000, &error) && !error);
    check_accepted(inbox, "1557", "d", "before the first word", ROBOFY_ACCEPT_PAUSED);
    check_stats(inbox, "\"took_over\":1,");
    robofy_inbox_free(inbox);
}

static void a_pause_needs_a_channel(const RobofyClient *client)
{
    RobofyError *error;
    RobofyInbox *inbox = inbox_with(client, NULL);
    CHECK(!robofy_inbox_pause(inbox, "1555", 1000, &error));
    check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    CHECK_CONTAINS(robofy_error_message(error), "session_id");
    robofy_error_free(error);
    CHECK_INT(robofy_inbox_offer_text(inbox, NULL, "1555", "a", "", NULL), ROBOFY_ACCEPT_IGNORED);
    CHECK(robofy_inbox_pause(inbox, "1555", UINT64_MAX, &error) && !error);
    CHECK_INT(robofy_inbox_offer_text(inbox, NULL, "1555", "b", "Hello", NULL), ROBOFY_ACCEPT_PAUSED);
    robofy_inbox_free(inbox);
}

static void typing_is_shown_while_the_agent_thinks(const RobofyClient *client)
{
    RobofyInboxOptions *options = bursts_of(1);
    robofy_inbox_options_set_typing_ms(options, 100);
    RobofyInbox *inbox = inbox_with(client, options);
    queue(inbox, "1", "f", "!delay-ms=60000");
    for (int i = 0; i < 2; i++) {
        RobofyOutcome *outcome = next_outcome(inbox, ROBOFY_OUTCOME_KIND_TYPING);
        CHECK_INT(robofy_parts_count(robofy_outcome_parts(outcome)), 0);
        CHECK_CONTAINS(robofy_outcome_request(outcome, 0), "\"message_id\":\"f\",\"typing_indicator\"");
        CHECK(!robofy_outcome_request(outcome, 1));
        CHECK(!robofy_inbox_sent(inbox, outcome, 0, NULL, NULL));
        robofy_outcome_free(outcome);
    }
    robofy_inbox_free(inbox);
}

static void every_kind_of_outcome(const RobofyClient *client)
{
    static const char image[] = VALUE("messages", "\"messages\":[{\"from\":\"1\",\"id\":\"i\",\"timestamp\":\"4102444800\","
                                                  "\"type\":\"image\",\"image\":{\"id\":\"7\",\"mime_type\":\"image/png\"}}]");
    static const char old[] = VALUE("messages", "\"messages\":[{\"from\":\"1\",\"id\":\"o\",\"timestamp\":\"1\","
                                                "\"type\":\"text\",\"text\":{\"body\":\"!answer=late\"}}]");
    RobofyInboxOptions *options = bursts_of(1);
    robofy_inbox_options_set_fallback(options, ROBOFY_STATUS_OK, "Later, please.");
    robofy_inbox_options_set_fallback(options, ROBOFY_STATUS_UNAUTHORIZED, "");
    robofy_inbox_options_set_media(options, ROBOFY_MEDIA_POLICY_REPLY, "Text only.");
    robofy_inbox_options_set_stop_words(options, "stop\n\n unsubscribe \n", "Bye.");
    robofy_inbox_options_set_start_words(options, "start", NULL);
    RobofyInbox *inbox = inbox_with(client, options);
    queue(inbox, "1", "f", "!status=400 code=OOPS");
    RobofyOutcome *outcome = next_outcome(inbox, ROBOFY_OUTCOME_KIND_FALLBACK);
    CHECK(!robofy_outcome_reply(outcome));
    CHECK_INT(robofy_error_status(robofy_outcome_error(outcome)), ROBOFY_STATUS_BAD_REQUEST);
    CHECK_TEXT(robofy_error_code(robofy_outcome_error(outcome)), "OOPS");
    CHECK_TEXT(robofy_parts_text(robofy_outcome_parts(outcome), 0), "Later, please.");
    check_sent(inbox, outcome);
    robofy_outcome_free(outcome);
    queue(inbox, "1", "u", "!status=401");
    check_settles(inbox, ROBOFY_OUTCOME_KIND_FALLBACK, NULL);
    CHECK_INT(offer_body(inbox, image), ROBOFY_ACCEPT_QUEUED);
    check_settles(inbox, ROBOFY_OUTCOME_KIND_MEDIA, "Text only.");
    CHECK_INT(offer_body(inbox, old), ROBOFY_ACCEPT_QUEUED);
    check_settles(inbox, ROBOFY_OUTCOME_KIND_EXPIRED, NULL);
    queue(inbox, "1", "s", "Unsubscribe");
    check_settles(inbox, ROBOFY_OUTCOME_KIND_NOTICE, "Bye.");
    check_accepted(inbox, "1", "t", "!answer=x", ROBOFY_ACCEPT_PAUSED);
    queue(inbox, "1", "r", "START");
    check_settles(inbox, ROBOFY_OUTCOME_KIND_NOTICE, NULL);
    check_silent(inbox);
    robofy_inbox_free(inbox);
}

static void a_part_that_fails_comes_again_with_the_rest(const RobofyClient *client)
{
    RobofyError *error;
    RobofyInboxOptions *options = bursts_of(1);
    robofy_inbox_options_set_limit(options, 100);
    RobofyInbox *inbox = inbox_with(client, options);
    queue(inbox, "1", "a", "!huge=250");
    RobofyOutcome *answer = next_outcome(inbox, ROBOFY_OUTCOME_KIND_ANSWER);
    CHECK_INT(robofy_parts_count(robofy_outcome_parts(answer)), 3);
    CHECK(!robofy_inbox_failed(inbox, answer, 3, 100, &error));
    check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    CHECK_CONTAINS(robofy_error_message(error), "part");
    robofy_error_free(error);
    /* Too many messages: all of it, later. */
    CHECK(robofy_inbox_failed(inbox, answer, 0, 130429, &error) && !error);
    robofy_outcome_free(answer);
    answer = next_outcome(inbox, ROBOFY_OUTCOME_KIND_ANSWER);
    CHECK_INT(robofy_parts_count(robofy_outcome_parts(answer)), 3);
    /* A bad parameter: the rest, now. */
    CHECK(robofy_inbox_failed(inbox, answer, 0, 100, &error) && !error);
    robofy_outcome_free(answer);
    answer = next_outcome(inbox, ROBOFY_OUTCOME_KIND_ANSWER);
    CHECK_INT(robofy_parts_count(robofy_outcome_parts(answer)), 2);
    /* Nothing can be sent to this user: no more of it. */
    CHECK(robofy_inbox_failed(inbox, answer, 0, 131026, &error) && !error);
    robofy_outcome_free(answer);
    queue(inbox, "1", "b", "!answer=next");
    check_settles(inbox, ROBOFY_OUTCOME_KIND_ANSWER, "next");
    robofy_inbox_free(inbox);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return usage("inbox URL");
    RobofyClient *client = client_of(argv[1]);
    a_burst_is_answered_once(client);
    a_person_takes_over_and_gives_back(client);
    a_pause_needs_a_channel(client);
    typing_is_shown_while_the_agent_thinks(client);
    every_kind_of_outcome(client);
    a_part_that_fails_comes_again_with_the_rest(client);
    robofy_client_free(client);
    return checks_result();
}
