/* Many chats at once over few connections, and what becomes of the others when one of those is lost. */
#include "submitted.h"

#define SLOW "!delay-ms=60000"

/* All at once, one after another takes far longer than `most_ms`. */
static void parallel(const RobofyClient *client, int chats, int delay_ms, int most_ms)
{
    int64_t began = now_ms();
    for (int tag = 0; tag < chats; tag++) {
        char query[48];
        snprintf(query, sizeof query, "!delay-ms=%d detail=%d", delay_ms, tag);
        submit_query(client, query, (uint64_t)tag);
    }
    check_complete(client, chats, ROBOFY_STATUS_OK);
    CHECK_BETWEEN(now_ms() - began, delay_ms, most_ms);
}

/* The service says again and again that it takes no more on a connection. */
static void goaway(const RobofyClient *client)
{
    int chats = rounds(300, 60);
    check_answered(client, "before");
    for (int tag = 0; tag < chats; tag++) {
        submit_query(client, tag % 20 == 10 ? "!goaway delay-ms=20" : "!delay-ms=300", (uint64_t)tag);
        sleep_ms(2);
    }
    check_complete(client, chats, ROBOFY_STATUS_OK);
    check_nothing_waits(client);
}

static void lost(const RobofyClient *client)
{
    check_answered(client, "before the loss");
    for (uint64_t tag = 0; tag < 49; tag++)
        submit_query(client, SLOW, tag);
    submit_query(client, "!reset=before delay-ms=1000", 49);
    check_complete(client, 50, ROBOFY_STATUS_INTERRUPTED);
    for (uint64_t tag = 0; tag < 50; tag++)
        submit_query(client, "after the loss", tag);
    check_complete(client, 50, ROBOFY_STATUS_OK);
}

static void refused(const RobofyClient *client)
{
    for (uint64_t tag = 0; tag < 20; tag++) {
        char query[48];
        snprintf(query, sizeof query, "!refuse-stream fails=1 code=%" PRIu64, tag);
        submit_query(client, query, tag);
    }
    for (int i = 0; i < 20; i++) {
        RobofyCompletion *completion = next_completion(client);
        check_completion(completion, robofy_completion_tag(completion), ROBOFY_STATUS_OK);
        CHECK_INT(robofy_reply_attempts(robofy_completion_reply(completion)), 2);
        robofy_completion_free(completion);
    }
}

int main(int argc, char **argv)
{
    bool is_parallel = argc == 7 && strcmp(argv[1], "parallel") == 0;
    if (!is_parallel && argc != 4)
        return usage("streams goaway|lost|refused URL CA_FILE|- | parallel URL CA_FILE|- CHATS DELAY_MS MOST_MS");
    RobofyClient *client = client_trusting(argv[2], argv[3]);
    if (is_parallel)
        parallel(client, atoi(argv[4]), atoi(argv[5]), atoi(argv[6]));
    else if (strcmp(argv[1], "goaway") == 0)
        goaway(client);
    else if (strcmp(argv[1], "lost") == 0)
        lost(client);
    else
        refused(client);
    robofy_client_free(client);
    return checks_result();
}
