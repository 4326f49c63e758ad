/* A burst of cancels hurts nobody else, although servers count the streams that are reset, lest they be flooded. */
#include "submitted.h"

#define SLOW "!delay-ms=60000"

enum { BYSTANDERS = 10, BURST = 75, BURSTS = 8 };

int main(int argc, char **argv)
{
    if (argc != 4)
        return usage("cancel_bursts URL CA_FILE|- soon|late");
    RobofyClient *client = client_trusting(argv[1], argv[2]);
    check_answered(client, "Hello");
    for (uint64_t tag = 0; tag < BYSTANDERS; tag++)
        submit_query(client, "!delay-ms=10000", tag); /* until the last burst is over */
    for (int burst = 0; burst < BURSTS; burst++) {
        for (uint64_t tag = 0; tag < BURST; tag++)
            submit_query(client, SLOW, 1000 + tag);
        /* Soon: on their way at most. Late: the service has them. */
        sleep_ms(strcmp(argv[3], "soon") == 0 ? burst % 4 : 200);
        for (uint64_t tag = 0; tag < BURST; tag++)
            CHECK(robofy_client_cancel(client, 1000 + tag));
        check_complete(client, BURST, ROBOFY_STATUS_CANCELLED);
    }
    submit_query(client, "Hello", BYSTANDERS);
    check_complete(client, BYSTANDERS + 1, ROBOFY_STATUS_OK);
    robofy_client_free(client);
    return checks_result();
}
