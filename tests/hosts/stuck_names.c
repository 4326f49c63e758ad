/* Lookups that hang for some clients do not hold up another's, whose name is found at once. */
#include "process.h"
#include "submitted.h"

#define STUCK 2
#define MESSAGES 3

/* The name server stays silent for longer. */
#define STUCK_MS 6000

static RobofyClient *client_of_a_name(const char *url, uint64_t connect_timeout_ms)
{
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_max_retries(options, 0);
    robofy_options_set_connect_timeout_ms(options, connect_timeout_ms);
    return client_with(options, url);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return usage("stuck_names URL");
    RobofyClient *stuck[STUCK], *healthy = client_of_a_name(argv[1], STUCK_MS / 2);
    for (int i = 0; i < STUCK; i++) {
        char url[64];
        snprintf(url, sizeof url, "https://stuck-%d.robofy.example", i);
        stuck[i] = client_of_a_name(url, STUCK_MS);
        submit_query(stuck[i], "Hello", 1);
    }
    sleep_ms(500);
    for (int i = 0; i < MESSAGES; i++) {
        check_answered(healthy, "Hello");
        submit_query(healthy, "Hello", 1);
        check_completes(healthy, 1, ROBOFY_STATUS_OK);
    }
    /* They wait still: the healthy one was not answered after them. */
    for (int i = 0; i < STUCK; i++)
        check_nothing_waits(stuck[i]);
    for (int i = 0; i < STUCK; i++) {
        check_completes(stuck[i], 1, ROBOFY_STATUS_CONNECT);
        robofy_client_free(stuck[i]);
    }
    robofy_client_free(healthy);
    return checks_result();
}
