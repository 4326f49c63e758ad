/* With ordered_sessions the messages of a session go out one after another, and no other waits for them. */
#include <pthread.h>

#include "submitted.h"

#define SLOW "!delay-ms=60000"
#define FEW_MS 300

static RobofyClient *client_ordered(const char *url, const char *ca_file)
{
    RobofyOptions *options = options_trusting(ca_file);
    robofy_options_set_ordered_sessions(options, true);
    return client_with(options, url);
}

static void submit_conversations(const RobofyClient *client, int sessions, int messages)
{
    for (int message = 0; message < messages; message++)
        for (int session = 0; session < sessions; session++) {
            char name[32], query[64];
            int delay_ms = (50 + (session * 37 + message * 61) % 101) * rounds(1, 4);
            snprintf(name, sizeof name, "conversation-%d", session);
            snprintf(query, sizeof query, "!delay-ms=%d code=%d", delay_ms, message);
            submit_in_session(client, name, query, (uint64_t)(session * messages + message));
        }
}

/* While another session waits for its answer. That they arrive in order at the service, its record must show. */
static void conversations_are_in_order_and_side_by_side(const RobofyClient *client)
{
    enum { SESSIONS = 20, MOST_MESSAGES = 10 };
    int messages = rounds(MOST_MESSAGES, 3), next[SESSIONS] = {0};
    submit_in_session(client, "waiting", SLOW, UINT64_MAX);
    submit_conversations(client, SESSIONS, messages);
    for (int i = 0; i < SESSIONS * messages; i++) {
        RobofyCompletion *completion = next_completion(client);
        int tag = (int)robofy_completion_tag(completion), session = tag / messages;
        check_completion(completion, (uint64_t)tag, ROBOFY_STATUS_OK);
        if (CHECK_BETWEEN(session, 0, SESSIONS - 1))
            CHECK_INT(tag % messages, next[session]++);
        robofy_completion_free(completion);
    }
    CHECK(robofy_client_cancel(client, UINT64_MAX));
    check_completes(client, UINT64_MAX, ROBOFY_STATUS_CANCELLED);
}

static void whatever_becomes_of_one_the_next_goes_on(const RobofyClient *client)
{
    static const RobofyStatus status[] = {ROBOFY_STATUS_BAD_REQUEST, ROBOFY_STATUS_PROTOCOL, ROBOFY_STATUS_INTERRUPTED,
                                          ROBOFY_STATUS_OK};
    submit_in_session(client, "unlucky", "!status=400", 0);
    submit_in_session(client, "unlucky", "!no-answer", 1);
    submit_in_session(client, "unlucky", "!reset=before", 2);
    submit_in_session(client, "unlucky", "Hello", 3);
    for (uint64_t tag = 0; tag < 4; tag++)
        check_completes(client, tag, status[tag]);
}

static RobofyMessage *message_in(const char *session, const char *query, uint64_t timeout_ms)
{
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, query);
    robofy_message_set_session_id(message, session);
    robofy_message_set_timeout_ms(message, timeout_ms);
    return message;
}

static void one_that_times_out_makes_way(const RobofyClient *client)
{
    RobofyMessage *message = message_in("slow", SLOW " code=TIMED_OUT", FEW_MS);
    submit_message(client, message, 0);
    robofy_message_free(message);
    submit_in_session(client, "slow", "Hello", 1);
    check_completes(client, 0, ROBOFY_STATUS_TIMEOUT);
    check_completes(client, 1, ROBOFY_STATUS_OK);
}

static void one_that_is_cancelled_makes_way(const RobofyClient *client)
{
    submit_in_session(client, "hasty", SLOW, 0);
    submit_in_session(client, "hasty", "Hello", 1);
    sleep_ms(FEW_MS);
    check_nothing_waits(client);
    CHECK(robofy_client_cancel(client, 0));
    check_completes(client, 0, ROBOFY_STATUS_CANCELLED);
    check_completes(client, 1, ROBOFY_STATUS_OK);
}

static void one_that_is_cancelled_in_the_line_is_passed_over(const RobofyClient *client)
{
    submit_in_session(client, "line", "!delay-ms=5000", 0);
    submit_in_session(client, "line", "never sent: cancelled", 1);
    submit_in_session(client, "line", "Hello", 2);
    CHECK(robofy_client_cancel(client, 1));
    check_completes(client, 1, ROBOFY_STATUS_CANCELLED);
    check_completes(client, 0, ROBOFY_STATUS_OK);
    check_completes(client, 2, ROBOFY_STATUS_OK);
}

static void one_whose_deadline_passes_in_the_line_is_passed_over(const RobofyClient *client)
{
    submit_in_session(client, "line", "!delay-ms=5000", 0);
    RobofyMessage *message = message_in("line", "never sent: too late", FEW_MS);
    submit_message(client, message, 1);
    robofy_message_free(message);
    submit_in_session(client, "line", "Hello", 2);
    RobofyCompletion *completion = next_completion(client);
    check_completion(completion, 1, ROBOFY_STATUS_TIMEOUT);
    CHECK(robofy_error_is_retryable(robofy_completion_error(completion)));
    CHECK_INT(robofy_error_http_status(robofy_completion_error(completion)), 0);
    robofy_completion_free(completion);
    check_completes(client, 0, ROBOFY_STATUS_OK);
    check_completes(client, 2, ROBOFY_STATUS_OK);
}

static void check_overtakes(const RobofyClient *client, const RobofyMessage *second)
{
    submit_message(client, second, 1);
    check_completes(client, 1, ROBOFY_STATUS_OK);
    CHECK(robofy_client_cancel(client, 0));
    check_completes(client, 0, ROBOFY_STATUS_CANCELLED);
}

static void only_the_same_session_waits(const RobofyClient *client)
{
    RobofyMessage *other = message_in("Other", "Hello", 0), *without = message_in(NULL, "Hello", 0);
    submit_in_session(client, "other", SLOW, 0);
    check_overtakes(client, other);
    submit_in_session(client, "other", SLOW, 0);
    check_overtakes(client, without);
    submit_in_session(client, NULL, SLOW, 0);
    check_overtakes(client, without);
    robofy_message_free(other);
    robofy_message_free(without);
}

/* Written with an escape it is the same session. */
static void a_session_may_be_named_in_the_context(const RobofyClient *client)
{
    static const char *const contexts[] = {"{\"session_id\":\"here\"}",
                                           "{\"name\":\"Ana\",\"session_id\":\"h\\u0065re\"}"};
    for (size_t i = 0; i < sizeof contexts / sizeof *contexts; i++) {
        RobofyMessage *message = message_in(NULL, "Hello", 0);
        robofy_message_set_user_context(message, contexts[i]);
        submit_in_session(client, "here", SLOW, 0);
        submit_message(client, message, 1);
        sleep_ms(FEW_MS);
        check_nothing_waits(client);
        CHECK(robofy_client_cancel(client, 0));
        check_completes(client, 0, ROBOFY_STATUS_CANCELLED);
        check_completes(client, 1, ROBOFY_STATUS_OK);
        robofy_message_free(message);
    }
}

struct caller {
    const RobofyClient *client;
    pthread_t thread;
    int number;
};

static void *call(void *of)
{
    const struct caller *caller = of;
    char query[64];
    snprintf(query, sizeof query, "!delay-ms=50 code=%d", caller->number);
    char *answer = robofy_whatsapp_chat(caller->client, PID, CHATBOT, "called", query, NULL);
    CHECK(answer != NULL);
    robofy_free_string(answer);
    return NULL;
}

/* They call one by one behind one that waits. The order at the service, its record must show. */
static void blocking_calls_keep_their_order(const RobofyClient *client)
{
    struct caller callers[5];
    submit_in_session(client, "called", SLOW, 0);
    wait_for_stats(client, "\"queued\":0");
    for (int i = 0; i < 5; i++) {
        char queued[32];
        callers[i] = (struct caller){.client = client, .number = i};
        CHECK_INT(pthread_create(&callers[i].thread, NULL, call, &callers[i]), 0);
        snprintf(queued, sizeof queued, "\"queued\":%d", i + 1);
        wait_for_stats(client, queued);
    }
    CHECK(robofy_client_cancel(client, 0));
    check_completes(client, 0, ROBOFY_STATUS_CANCELLED);
    for (int i = 0; i < 5; i++)
        pthread_join(callers[i].thread, NULL);
}

static void there_is_no_order_by_default(const char *url, const char *ca_file)
{
    RobofyClient *client = client_trusting(url, ca_file);
    RobofyMessage *message = message_in("same", "Hello", 0);
    submit_in_session(client, "same", SLOW, 0);
    check_overtakes(client, message);
    robofy_message_free(message);
    robofy_client_free(client);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("sessions URL CA_FILE|-");
    RobofyClient *client = client_ordered(argv[1], argv[2]);
    conversations_are_in_order_and_side_by_side(client);
    whatever_becomes_of_one_the_next_goes_on(client);
    one_that_times_out_makes_way(client);
    one_that_is_cancelled_makes_way(client);
    one_that_is_cancelled_in_the_line_is_passed_over(client);
    one_whose_deadline_passes_in_the_line_is_passed_over(client);
    only_the_same_session_waits(client);
    a_session_may_be_named_in_the_context(client);
    blocking_calls_keep_their_order(client);
    robofy_client_free(client);
    there_is_no_order_by_default(argv[1], argv[2]);
    return checks_result();
}
