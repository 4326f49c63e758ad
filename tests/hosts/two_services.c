/* Few descriptors, and more messages for each of two services than there are: they wait for a connection, and none fails.
 * The process's bound is one, whichever service and protocol takes from it, and the host keeps some for itself. */
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "process.h"
#include "submitted.h"

#define MESSAGES 100
#define DESCRIPTORS 64
/* For the files and sockets of the host's own. */
#define LEFT 8

static RobofyClient *client_of_few(const char *url, const char *ca_file)
{
    RobofyOptions *options = options_trusting(ca_file);
    robofy_options_set_max_retries(options, 0);
    /* Less than all of them take: the time to reach the service does not run while a message waits. */
    robofy_options_set_connect_timeout_ms(options, 2000);
    return client_with(options, url);
}

static void check_room_for_the_host(void)
{
    int taken[LEFT];
    for (int i = 0; i < LEFT; i++)
        CHECK((taken[i] = open("/dev/null", O_RDONLY)) >= 0);
    for (int i = 0; i < LEFT; i++)
        if (taken[i] >= 0)
            close(taken[i]);
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return usage("two_services URL CA_FILE|- URL CA_FILE|-");
    setrlimit(RLIMIT_NOFILE, &(struct rlimit){.rlim_cur = DESCRIPTORS, .rlim_max = DESCRIPTORS});
    RobofyClient *first = client_of_few(argv[1], argv[2]), *second = client_of_few(argv[3], argv[4]);
    for (uint64_t tag = 0; tag < MESSAGES; tag++) {
        submit_query(first, "!delay-ms=200", tag);
        submit_query(second, "!delay-ms=200", tag);
    }
    sleep_ms(300);
    check_room_for_the_host();
    check_complete(first, MESSAGES, ROBOFY_STATUS_OK);
    check_complete(second, MESSAGES, ROBOFY_STATUS_OK);
    robofy_client_free(first);
    robofy_client_free(second);
    return checks_result();
}
