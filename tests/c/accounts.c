/* A gateway of many customers: one client per API key, all in one process, sharing its threads and connections. */
#include "process.h"
#include "submitted.h"

#define MOST_THREADS 4

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("accounts URL CA_FILE");
    int accounts = rounds(1000, 100);
    RobofyClient **clients = calloc((size_t)accounts, sizeof *clients);
    RobofyOptions *options = options_trusting(argv[2]);
    robofy_options_set_base_url(options, argv[1]);
    for (int i = 0; i < accounts; i++) {
        char key[32];
        snprintf(key, sizeof key, "key-%d", i);
        clients[i] = robofy_client_new(key, options, NULL);
    }
    robofy_options_free(options);
    for (int i = 0; i < accounts; i++) {
        char query[48];
        snprintf(query, sizeof query, "!delay-ms=1000 code=%d", i);
        submit_query(clients[i], query, 1);
    }
    CHECK_BETWEEN(threads_now(), 1, MOST_THREADS);
    for (int i = 0; i < accounts; i++)
        check_completes(clients[i], 1, ROBOFY_STATUS_OK);
    CHECK_BETWEEN(threads_now(), 1, MOST_THREADS);
    for (int i = 0; i < accounts; i++)
        robofy_client_free(clients[i]);
    CHECK_INT(threads_left(1), 1);
    free(clients);
    return checks_result();
}
