/* Every accepted tag completes exactly once, whatever becomes of its chat; a refused one never does. */
#include "submitted.h"

#define SLOW "!delay-ms=60000"

static const struct {
    const char *query;
    uint64_t timeout_ms;
    bool is_cancelled;
    RobofyStatus status;
} fates[] = {
    {"Hello", 0, false, ROBOFY_STATUS_OK},
    {"!delay-ms=100", 0, false, ROBOFY_STATUS_OK},
    {"!status=400", 0, false, ROBOFY_STATUS_BAD_REQUEST},
    {"!status=401", 0, false, ROBOFY_STATUS_UNAUTHORIZED},
    {"!status=500", 0, false, ROBOFY_STATUS_SERVER},
    {"!no-answer", 0, false, ROBOFY_STATUS_PROTOCOL},
    {SLOW, 500, false, ROBOFY_STATUS_TIMEOUT},
    {SLOW, 0, true, ROBOFY_STATUS_CANCELLED},
};
#define FATES (sizeof fates / sizeof *fates)

static void every_tag_completes_once(const char *url, const char *ca_file, size_t chats)
{
    RobofyClient *client = client_trusting(url, ca_file);
    bool *completed = calloc(chats, sizeof *completed);
    for (size_t tag = 0; tag < chats; tag++)
        submit_within(client, fates[tag % FATES].timeout_ms, fates[tag % FATES].query, tag);
    for (size_t tag = 0; tag < chats; tag++)
        if (fates[tag % FATES].is_cancelled)
            CHECK(robofy_client_cancel(client, tag));
    for (size_t collected = 0; collected < chats; collected++) {
        RobofyCompletion *completion = next_completion(client);
        uint64_t tag = robofy_completion_tag(completion);
        if (!CHECK(tag < chats) || !completion)
            break;
        CHECK(!completed[tag]);
        completed[tag] = true;
        checks_of = fates[tag % FATES].query;
        check_completion(completion, tag, fates[tag % FATES].status);
        checks_of = "";
        CHECK(!robofy_client_cancel(client, tag));
        robofy_completion_free(completion);
    }
    check_nothing_waits(client);
    free(completed);
    robofy_client_free(client);
}

static void a_tag_is_in_use_until_it_is_collected(const RobofyClient *client)
{
    const uint64_t tags[] = {0, 7, UINT64_MAX};
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        submit_query(client, SLOW, tags[i]);
        RobofyError *error = refusal_of(client, "Hello", tags[i], ROBOFY_STATUS_INVALID_ARGUMENT);
        CHECK_CONTAINS(robofy_error_message(error), "tag");
        robofy_error_free(error);
        CHECK(robofy_client_cancel(client, tags[i]));
        robofy_error_free(refusal_of(client, "Hello", tags[i], ROBOFY_STATUS_INVALID_ARGUMENT));
        check_completes(client, tags[i], ROBOFY_STATUS_CANCELLED);
        submit_query(client, "Hello", tags[i]);
        check_completes(client, tags[i], ROBOFY_STATUS_OK);
        check_nothing_waits(client);
    }
}

static void a_refused_message_does_not_complete(const RobofyClient *client)
{
    RobofyError *error;
    RobofyMessage *message = robofy_message_new(NULL, CHATBOT, "Hello");
    CHECK(!robofy_whatsapp_submit(client, message, 1, &error));
    check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    CHECK_CONTAINS(robofy_error_message(error), "pid");
    robofy_error_free(error);
    CHECK(!robofy_client_cancel(client, 1));
    CHECK(!robofy_client_poll(client, 100));
    robofy_message_free(message);
    submit_query(client, "Hello", 1);
    check_completes(client, 1, ROBOFY_STATUS_OK);
}

static void check_answer_is(const RobofyClient *client, const char *answer)
{
    RobofyCompletion *completion = next_completion(client);
    CHECK_TEXT(robofy_reply_answer(robofy_completion_reply(completion)), answer);
    robofy_completion_free(completion);
}

static void the_message_is_copied(const RobofyClient *client)
{
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, "!answer=first");
    submit_message(client, message, 1);
    robofy_message_set_query(message, "!answer=second delay-ms=300");
    submit_message(client, message, 2);
    robofy_message_set_query(message, "!answer=third");
    robofy_message_set_session_id(message, "");
    robofy_message_free(message);
    check_answer_is(client, "first");
    check_answer_is(client, "second");
}

static void a_completion_outlives_its_client(const char *url, const char *ca_file)
{
    RobofyClient *client = client_trusting(url, ca_file);
    submit_in_session(client, "session", "!answer=Yes.", 9);
    RobofyCompletion *answered = next_completion(client);
    submit_query(client, "!status=404", 10);
    RobofyCompletion *failed = next_completion(client);
    robofy_client_free(client);
    check_completion(answered, 9, ROBOFY_STATUS_OK);
    const RobofyReply *reply = robofy_completion_reply(answered);
    CHECK_TEXT(robofy_reply_answer(reply), "Yes.");
    CHECK_TEXT(robofy_reply_session_id(reply), "session");
    CHECK_TEXT(robofy_reply_message(reply), "Success");
    CHECK_CONTAINS(robofy_reply_json(reply), "\"Yes.\"");
    CHECK_INT(robofy_reply_attempts(reply), 1);
    CHECK_AT_LEAST(robofy_reply_elapsed_us(reply), 1);
    check_completion(failed, 10, ROBOFY_STATUS_NOT_FOUND);
    CHECK_INT(robofy_error_http_status(robofy_completion_error(failed)), 404);
    robofy_completion_free(answered);
    robofy_completion_free(failed);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return usage("submitting URL CA_FILE|- CHATS");
    every_tag_completes_once(argv[1], argv[2], (size_t)rounds(atoi(argv[3]), 80));
    RobofyClient *client = client_trusting(argv[1], argv[2]);
    a_tag_is_in_use_until_it_is_collected(client);
    a_refused_message_does_not_complete(client);
    the_message_is_copied(client);
    robofy_client_free(client);
    a_completion_outlives_its_client(argv[1], argv[2]);
    return checks_result();
}
