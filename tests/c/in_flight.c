/* A client with max_in_flight takes so many messages and no more until one is collected. */
#include "submitted.h"

#define SLOW "!delay-ms=60000"
#define MOST 10

static RobofyClient *client_limited(const char *url)
{
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_max_in_flight(options, MOST);
    return client_with(options, url);
}

static void check_overloaded(const RobofyClient *client, uint64_t tag)
{
    RobofyError *error = refusal_of(client, "Hello", tag, ROBOFY_STATUS_OVERLOADED);
    CHECK_CONTAINS(robofy_error_message(error), "max_in_flight");
    CHECK_INT(robofy_error_http_status(error), 0);
    robofy_error_free(error);
}

static void the_limit_is_exact_and_ends_with_the_collecting(const RobofyClient *client)
{
    for (uint64_t tag = 0; tag < MOST; tag++)
        submit_query(client, SLOW, tag);
    check_overloaded(client, MOST);
    CHECK(!robofy_client_cancel(client, MOST));
    CHECK(robofy_client_cancel(client, 3));
    check_overloaded(client, MOST);
    check_completes(client, 3, ROBOFY_STATUS_CANCELLED);
    submit_query(client, "Hello", MOST);
    check_overloaded(client, MOST + 1);
    check_completes(client, MOST, ROBOFY_STATUS_OK);
    check_nothing_waits(client);
}

static void blocking_calls_do_not_count(const RobofyClient *client)
{
    submit_query(client, SLOW, MOST);
    check_overloaded(client, MOST + 1);
    check_answered(client, "called at the limit");
    check_overloaded(client, MOST + 1);
}

static void another_client_has_its_own(const char *url)
{
    RobofyClient *other = client_limited(url);
    for (uint64_t tag = 0; tag < MOST; tag++)
        submit_query(other, "Hello", tag);
    check_complete(other, MOST, ROBOFY_STATUS_OK);
    robofy_client_free(other);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return usage("in_flight URL");
    RobofyClient *client = client_limited(argv[1]);
    the_limit_is_exact_and_ends_with_the_collecting(client);
    blocking_calls_do_not_count(client);
    another_client_has_its_own(argv[1]);
    robofy_client_free(client);
    return checks_result();
}
