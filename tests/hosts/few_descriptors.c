/* More messages than the process may have connections: those over HTTP/1.1 wait for one, and none fails. */
#include <sys/resource.h>

#include "submitted.h"

#define MESSAGES 400
#define DESCRIPTORS 64

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("few_descriptors URL CA_FILE|-");
    setrlimit(RLIMIT_NOFILE, &(struct rlimit){.rlim_cur = DESCRIPTORS, .rlim_max = DESCRIPTORS});
    RobofyOptions *options = options_trusting(argv[2]);
    robofy_options_set_max_retries(options, 0);
    /* Less than all of them take: the time to reach the service does not run while a message waits. */
    robofy_options_set_connect_timeout_ms(options, 2000);
    RobofyClient *client = client_with(options, argv[1]);
    for (uint64_t tag = 0; tag < MESSAGES; tag++)
        submit_query(client, "!delay-ms=500", tag);
    check_complete(client, MESSAGES, ROBOFY_STATUS_OK);
    robofy_client_free(client);
    return checks_result();
}
