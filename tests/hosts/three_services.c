/* Few descriptors, and three services: connections that one of them needs no more give way to a message for another one at
 * once, though they are within their share, and though the second one holds all that there are for long. */
#include <sys/resource.h>

#include "submitted.h"

#define DESCRIPTORS 64
/* Fewer than a third of the connections. */
#define BRIEF 4
#define LONG 100

static RobofyClient *client_of_few(const char *url, const char *ca_file)
{
    RobofyOptions *options = options_trusting(ca_file);
    robofy_options_set_max_retries(options, 0);
    return client_with(options, url);
}

int main(int argc, char **argv)
{
    if (argc != 7)
        return usage("three_services URL CA_FILE|- URL CA_FILE|- URL CA_FILE|-");
    setrlimit(RLIMIT_NOFILE, &(struct rlimit){.rlim_cur = DESCRIPTORS, .rlim_max = DESCRIPTORS});
    RobofyClient *brief = client_of_few(argv[1], argv[2]), *greedy = client_of_few(argv[3], argv[4]);
    RobofyClient *third = client_of_few(argv[5], argv[6]);
    for (uint64_t tag = 0; tag < BRIEF; tag++)
        submit_query(brief, "!delay-ms=1000", tag);
    sleep_ms(200);
    for (uint64_t tag = 0; tag < LONG; tag++)
        submit_query(greedy, "!delay-ms=3500", tag);
    sleep_ms(200);
    submit_query(third, "Hello", 1);
    check_completes(third, 1, ROBOFY_STATUS_OK);
    /* It had a connection of the first one's. */
    check_nothing_waits(greedy);
    check_complete(brief, BRIEF, ROBOFY_STATUS_OK);
    check_complete(greedy, LONG, ROBOFY_STATUS_OK);
    robofy_client_free(brief);
    robofy_client_free(greedy);
    robofy_client_free(third);
    return checks_result();
}
