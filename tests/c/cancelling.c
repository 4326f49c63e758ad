/* A cancelled chat completes at once and the service is told. The test sends a line of input when the service has seen
   what it has to see. */
#include "submitted.h"

#define SLOW "!delay-ms=60000"

static void wait_for_the_service(void)
{
    CHECK_INT(getchar(), '\n');
}

static void a_waiting_chat_completes_at_once(const RobofyClient *client)
{
    enum { CHATS = 10 };
    for (uint64_t tag = 0; tag < CHATS; tag++)
        submit_query(client, SLOW, tag);
    wait_for_the_service(); /* to have received all */
    for (uint64_t tag = 0; tag < CHATS; tag++) {
        CHECK(robofy_client_cancel(client, tag));
        CHECK(!robofy_client_cancel(client, tag));
        RobofyCompletion *completion = robofy_client_poll(client, 0);
        check_completion(completion, tag, ROBOFY_STATUS_CANCELLED);
        CHECK_INT(robofy_error_http_status(robofy_completion_error(completion)), 0);
        CHECK(!robofy_error_is_retryable(robofy_completion_error(completion)));
        robofy_completion_free(completion);
        CHECK(!robofy_client_cancel(client, tag));
    }
    wait_for_the_service(); /* to have seen that nobody waits any more */
    submit_query(client, "after the cancelled", 1);
    check_completes(client, 1, ROBOFY_STATUS_OK);
}

static void what_is_not_in_flight_cannot_be_cancelled(const RobofyClient *client)
{
    CHECK(!robofy_client_cancel(client, 404));
    submit_query(client, "Hello", 1);
    RobofyCompletion *completion = next_completion(client);
    check_completion(completion, 1, ROBOFY_STATUS_OK);
    CHECK(!robofy_client_cancel(client, 1));
    robofy_completion_free(completion);
    CHECK(!robofy_client_cancel(client, 1));
    check_nothing_waits(client);
}

/* Whether it was answered before or is cancelled, it completes once. */
static void answered_or_cancelled_but_not_both(const RobofyClient *client)
{
    for (int i = 0; i < rounds(100, 10); i++) {
        submit_query(client, "Hello", 1);
        sleep_ms(i % 3);
        bool is_cancelled = robofy_client_cancel(client, 1);
        check_completes(client, 1, is_cancelled ? ROBOFY_STATUS_CANCELLED : ROBOFY_STATUS_OK);
        check_nothing_waits(client);
    }
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("cancelling URL CA_FILE|-");
    RobofyClient *client = client_trusting(argv[1], argv[2]);
    a_waiting_chat_completes_at_once(client);
    what_is_not_in_flight_cannot_be_cancelled(client);
    answered_or_cancelled_but_not_both(client);
    robofy_client_free(client);
    return checks_result();
}
