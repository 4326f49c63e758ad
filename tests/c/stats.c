/* Lives through what stats count and writes them down as JSON, a line for each moment, for the test to read. The test sends
   a line of input when the service has the four messages that it is to have at once. */
#include "submitted.h"

#define SLOW "!delay-ms=60000"

static FILE *out;

static void write_down(const char *moment, const RobofyClient *client)
{
    char *stats = robofy_client_stats(client);
    CHECK(stats && is_one_line(stats));
    fprintf(out, "{\"moment\": \"%s\", \"stats\": %s}\n", moment, stats);
    robofy_free_string(stats);
}

static RobofyClient *client_counted(const char *url, const char *ca_file)
{
    RobofyOptions *options = options_trusting(ca_file);
    robofy_options_set_ordered_sessions(options, true);
    robofy_options_set_max_in_flight(options, 6);
    return client_with(options, url);
}

/* Three wait for answers, two for their turn, one for being collected; one more was refused. */
static void chats_in_every_state(const RobofyClient *client)
{
    submit_in_session(client, "one", SLOW, 0);
    submit_in_session(client, "one", "queued", 1);
    submit_in_session(client, "two", SLOW, 2);
    submit_in_session(client, "two", "queued", 3);
    submit_in_session(client, "three", SLOW, 4);
    submit_in_session(client, "four", SLOW, 5);
    robofy_error_free(refusal_of(client, "Hello", 6, ROBOFY_STATUS_OVERLOADED));
    CHECK_INT(getchar(), '\n');
    wait_for_stats(client, "\"queued\":2");
    CHECK(robofy_client_cancel(client, 5));
    write_down("in flight", client);
    for (uint64_t tag = 5; tag-- > 0;) /* the last first, so that nobody's turn comes */
        CHECK(robofy_client_cancel(client, tag));
    write_down("cancelled", client);
    check_complete(client, 6, ROBOFY_STATUS_CANCELLED);
    write_down("collected", client);
}

static void chats_that_fail(const RobofyClient *client)
{
    check_fails(client, "!status=401", ROBOFY_STATUS_UNAUTHORIZED);
    check_fails(client, "!status=400", ROBOFY_STATUS_BAD_REQUEST);
    check_fails(client, "!status=500", ROBOFY_STATUS_SERVER);
    submit_query(client, "!status=500", 1);
    check_completes(client, 1, ROBOFY_STATUS_SERVER);
    submit_within(client, 3000, SLOW, 1);
    check_completes(client, 1, ROBOFY_STATUS_TIMEOUT);
    write_down("failed", client);
}

static void write_reply_down(const RobofyReply *reply)
{
    fprintf(out, "{\"elapsed_us\": %" PRIu64 ", \"bytes\": %zu}\n", robofy_reply_elapsed_us(reply),
            strlen(robofy_reply_json(reply)));
}

/* Called and submitted, quick and slow, at the first attempt and the second. */
static void chats_that_are_answered(const RobofyClient *client)
{
    static const char *const queries[] = {"Hello", "!emoji", "!delay-ms=100", "!status=503 fails=1", "!delay-ms=400"};
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        RobofyReply *reply = reply_to(client, queries[i]);
        write_reply_down(reply);
        robofy_reply_free(reply);
    }
    for (uint64_t tag = 0; tag < 5; tag++) {
        submit_query(client, "!delay-ms=50", tag);
        RobofyCompletion *completion = next_completion(client);
        check_completion(completion, tag, ROBOFY_STATUS_OK);
        write_reply_down(robofy_completion_reply(completion));
        robofy_completion_free(completion);
    }
    write_down("answered", client);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return usage("stats URL CA_FILE|- OUTPUT");
    out = fopen(argv[3], "w");
    if (!CHECK(out != NULL))
        return checks_result();
    RobofyClient *client = client_counted(argv[1], argv[2]);
    write_down("new", client);
    chats_in_every_state(client);
    chats_that_fail(client);
    RobofyClient *answering = client_trusting(argv[1], argv[2]);
    chats_that_are_answered(answering);
    write_down("the other's", client);
    robofy_client_free(client);
    robofy_client_free(answering);
    fclose(out);
    return checks_result();
}
