/* What the agent cannot have seen is sent again, within the deadline, no sooner than the service asked for. */
#include "clock.h"
#include "service.h"

static void check_attempts(const RobofyClient *client, const char *query, uint32_t attempts, int64_t at_least_ms)
{
    checks_of = query;
    RobofyReply *reply = reply_to(client, query);
    CHECK_INT(robofy_reply_attempts(reply), attempts);
    CHECK_AT_LEAST(robofy_reply_elapsed_us(reply), at_least_ms * 1000);
    robofy_reply_free(reply);
    checks_of = "";
}

static void a_refusal_that_passes_is_not_seen(const char *url)
{
    RobofyClient *client = client_of(url);
    check_attempts(client, "!status=408 fails=1", 2, 0);
    check_attempts(client, "!status=429 fails=2", 3, 0);
    check_attempts(client, "!status=503 fails=2 body=html", 3, 0);
    robofy_client_free(client);
}

static void the_service_says_when(const char *url)
{
    RobofyClient *client = client_of(url);
    check_attempts(client, "!status=429 fails=1 retry-after=1", 2, 1000);
    /* A date has whole seconds: up to one of them has passed when it is written. */
    check_attempts(client, "!status=503 fails=1 retry-after=date+3", 2, 1900);
    check_attempts(client, "!status=503 fails=1 retry-after=date-3600", 2, 0);
    check_attempts(client, "!status=503 fails=1 retry-after=0", 2, 0);
    check_attempts(client, "!status=503 fails=1 retry-after=soon", 2, 0);
    robofy_client_free(client);
}

static void check_retry_after(const RobofyClient *client, const char *query, int64_t low, int64_t high)
{
    checks_of = query;
    RobofyError *error = failure_of(client, query, ROBOFY_STATUS_RATE_LIMITED);
    CHECK_BETWEEN(robofy_error_retry_after_ms(error), low, high);
    robofy_error_free(error);
    checks_of = "";
}

static void the_caller_learns_when(const char *url)
{
    RobofyClient *client = client_without_retries(url);
    check_retry_after(client, "!status=429 retry-after=7", 7000, 7000);
    check_retry_after(client, "!status=429 retry-after=0", 0, 0);
    check_retry_after(client, "!status=429 retry-after=date+100", 60000, 100000);
    check_retry_after(client, "!status=429 retry-after=date-100", 0, 0);
    check_retry_after(client, "!status=429 retry-after=soon", 0, 0);
    check_retry_after(client, "!status=429 retry-after=-1", 0, 0);
    robofy_client_free(client);
}

static void a_wait_past_the_deadline_is_not_begun(const char *url)
{
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_timeout_ms(options, 60000);
    RobofyClient *client = client_with(options, url);
    int64_t began = now_ms();
    check_retry_after(client, "!status=429 retry-after=3600", 3600000, 3600000);
    check_retry_after(client, "!status=429 retry-after=1000000000", 1000000000000, 1000000000000);
    CHECK_BETWEEN(now_ms() - began, 0, 30000);
    robofy_client_free(client);
}

static void retries_end_with_the_last_error(const char *url)
{
    RobofyClient *client = client_of(url);
    RobofyError *error = failure_of(client, "!status=429 fails=9", ROBOFY_STATUS_RATE_LIMITED);
    CHECK_INT(robofy_error_http_status(error), 429);
    CHECK(robofy_error_is_retryable(error));
    robofy_error_free(error);
    robofy_client_free(client);
}

static const char *const once[] = {"!status=500", "!status=502", "!status=504",
                                   "!reset=before", "!close=before", "!reset=midway"};

static void what_the_agent_may_have_seen_is_sent_once(const char *url)
{
    RobofyClient *client = client_of(url);
    for (size_t i = 0; i < sizeof once / sizeof *once; i++) {
        RobofyError *error;
        checks_of = once[i];
        CHECK(!send_query(client, once[i], &error));
        CHECK(error && !robofy_error_is_retryable(error));
        robofy_error_free(error);
    }
    checks_of = "";
    robofy_client_free(client);
}

static const char *const passing[] = {"!status=500 fails=1", "!status=502 fails=1 body=html", "!status=504 fails=1",
                                      "!reset=before fails=1", "!close=before fails=1", "!reset=midway fails=1"};

static void unless_the_caller_takes_the_risk(const char *url)
{
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_retry_ambiguous(options, true);
    RobofyClient *client = client_with(options, url);
    for (size_t i = 0; i < sizeof passing / sizeof *passing; i++)
        check_attempts(client, passing[i], 2, 0);
    RobofyError *error = failure_of(client, "!status=500 code=ALWAYS", ROBOFY_STATUS_SERVER);
    CHECK(!robofy_error_is_retryable(error));
    robofy_error_free(error);
    robofy_client_free(client);
}

static void what_cannot_help_is_never_sent_again(const char *url)
{
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_retry_ambiguous(options, true);
    RobofyClient *client = client_with(options, url);
    check_fails(client, "!status=400 fails=1", ROBOFY_STATUS_BAD_REQUEST);
    check_fails(client, "!status=401 fails=1", ROBOFY_STATUS_UNAUTHORIZED);
    check_fails(client, "!status=403 fails=1", ROBOFY_STATUS_FORBIDDEN);
    check_fails(client, "!status=404 fails=1", ROBOFY_STATUS_NOT_FOUND);
    check_fails(client, "!status=302 fails=1", ROBOFY_STATUS_PROTOCOL);
    check_fails(client, "!not-json fails=1", ROBOFY_STATUS_PROTOCOL);
    robofy_client_free(client);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return usage("retries URL");
    a_refusal_that_passes_is_not_seen(argv[1]);
    the_service_says_when(argv[1]);
    the_caller_learns_when(argv[1]);
    a_wait_past_the_deadline_is_not_begun(argv[1]);
    retries_end_with_the_last_error(argv[1]);
    what_the_agent_may_have_seen_is_sent_once(argv[1]);
    unless_the_caller_takes_the_risk(argv[1]);
    what_cannot_help_is_never_sent_again(argv[1]);
    return checks_result();
}
