/* With rate_limit an account's messages leave in a burst and then at their pace; who cannot wait that long is told. */
#include "submitted.h"

#define NEVER_MS 20000

static RobofyClient *client_paced(const char *url, uint32_t per_minute, uint32_t burst, const char *key)
{
    RobofyError *error;
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_base_url(options, url);
    robofy_options_set_rate_limit(options, per_minute, burst);
    RobofyClient *client = robofy_client_new(key, options, &error);
    CHECK(client && !error);
    robofy_options_free(options);
    return client;
}

/* When they arrived, the service's record must show, counted from the message before that keeps no pace. */
static void a_burst_and_then_the_pace(const char *url, const RobofyClient *unpaced)
{
    RobofyClient *client = client_paced(url, 600, 5, KEY);
    check_answered(unpaced, "before submitted at a pace");
    int64_t began = now_ms();
    for (uint64_t tag = 0; tag < 15; tag++)
        submit_query(client, "submitted at a pace", tag);
    for (uint64_t tag = 0; tag < 5; tag++)
        robofy_completion_free(next_completion(client));
    check_complete(client, 10, ROBOFY_STATUS_OK);
    CHECK_BETWEEN(now_ms() - began, 990, NEVER_MS);
    robofy_client_free(client);
}

static void blocking_calls_are_paced_too(const char *url, const RobofyClient *unpaced)
{
    RobofyClient *client = client_paced(url, 600, 0, KEY);
    check_answered(unpaced, "before called at a pace");
    int64_t began = now_ms();
    for (int i = 0; i < 6; i++)
        check_answered(client, "called at a pace");
    CHECK_BETWEEN(now_ms() - began, 490, NEVER_MS);
    robofy_client_free(client);
}

static void check_over_pace(const RobofyError *error)
{
    check_error(error, ROBOFY_STATUS_RATE_LIMITED);
    CHECK_INT(robofy_error_http_status(error), 0);
    CHECK(robofy_error_is_retryable(error));
    CHECK_BETWEEN(robofy_error_retry_after_ms(error), 30000, 60000);
    CHECK(!robofy_error_code(error));
    CHECK_CONTAINS(robofy_error_message(error), "rate_limit");
}

static void who_cannot_wait_that_long_is_told_at_once(const char *url)
{
    RobofyClient *client = client_paced(url, 1, 1, KEY);
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, "never sent: over the pace");
    RobofyError *error;
    check_answered(client, "Hello");
    int64_t began = now_ms();
    robofy_message_set_timeout_ms(message, NEVER_MS);
    CHECK(!robofy_whatsapp_send(client, message, &error));
    check_over_pace(error);
    robofy_error_free(error);
    submit_message(client, message, 1);
    RobofyCompletion *completion = next_completion(client);
    CHECK_INT(robofy_completion_tag(completion), 1);
    check_over_pace(robofy_completion_error(completion));
    robofy_completion_free(completion);
    CHECK_BETWEEN(now_ms() - began, 0, NEVER_MS / 2);
    robofy_message_free(message);
    robofy_client_free(client);
}

/* The second cancels its moment, five seconds from now, and so the third has it: its own would be ten from now. */
static void the_cancelled_use_up_no_pace(const char *url)
{
    RobofyClient *client = client_paced(url, 12, 1, KEY);
    check_answered(client, "Hello");
    submit_query(client, "never sent: cancelled", 2);
    CHECK(robofy_client_cancel(client, 2));
    check_completes(client, 2, ROBOFY_STATUS_CANCELLED);
    sleep_ms(100);
    submit_within(client, 8000, "in the place of the cancelled", 3);
    check_completes(client, 3, ROBOFY_STATUS_OK);
    robofy_client_free(client);
}

static void a_retry_is_a_message_too(const char *url)
{
    RobofyClient *client = client_paced(url, 30, 1, KEY);
    RobofyReply *reply = reply_to(client, "!status=503 fails=1");
    CHECK_INT(robofy_reply_attempts(reply), 2);
    CHECK_AT_LEAST(robofy_reply_elapsed_us(reply), 1900000);
    robofy_reply_free(reply);
    robofy_client_free(client);
}

/* The service's word, not the pace, is why the message was not answered. */
static void a_retry_without_room_is_not_made(const char *url)
{
    RobofyClient *client = client_paced(url, 1, 1, KEY);
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, "!status=503 code=ONCE");
    RobofyError *error;
    robofy_message_set_timeout_ms(message, NEVER_MS);
    CHECK(!robofy_whatsapp_send(client, message, &error));
    check_error(error, ROBOFY_STATUS_SERVER);
    CHECK_INT(robofy_error_http_status(error), 503);
    robofy_error_free(error);
    robofy_message_free(message);
    robofy_client_free(client);
}

static void each_client_has_its_own_pace(const char *url)
{
    RobofyClient *clients[8];
    int64_t began = now_ms();
    for (int i = 0; i < 8; i++) {
        char key[16];
        snprintf(key, sizeof key, "key-%d", i);
        clients[i] = client_paced(url, 1, 1, key);
        check_answered(clients[i], "Hello");
    }
    for (int i = 0; i < 8; i++)
        robofy_client_free(clients[i]);
    CHECK_BETWEEN(now_ms() - began, 0, NEVER_MS);
}

static void any_rate_is_a_rate(const char *url)
{
    static const uint32_t rates[][2] = {{0, 0}, {0, 7}, {1, UINT32_MAX}, {UINT32_MAX, 0}, {UINT32_MAX, UINT32_MAX}};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        RobofyClient *client = client_paced(url, rates[i][0], rates[i][1], KEY);
        int64_t began = now_ms();
        for (uint64_t tag = 0; tag < 10; tag++)
            submit_query(client, "at any rate", tag);
        check_complete(client, 10, ROBOFY_STATUS_OK);
        CHECK_BETWEEN(now_ms() - began, 0, NEVER_MS);
        robofy_client_free(client);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return usage("pace URL");
    /* Shares its connections, so that making one is not part of the pace. */
    RobofyClient *unpaced = client_of(argv[1]);
    submit_query(unpaced, "Hello", 1);
    check_completes(unpaced, 1, ROBOFY_STATUS_OK);
    a_burst_and_then_the_pace(argv[1], unpaced);
    blocking_calls_are_paced_too(argv[1], unpaced);
    who_cannot_wait_that_long_is_told_at_once(argv[1]);
    the_cancelled_use_up_no_pace(argv[1]);
    a_retry_is_a_message_too(argv[1]);
    a_retry_without_room_is_not_made(argv[1]);
    each_client_has_its_own_pace(argv[1]);
    any_rate_is_a_rate(argv[1]);
    robofy_client_free(unpaced);
    return checks_result();
}
