/* When every chat is done the library's threads sleep until there is another, and what bounded the old ones wakes nobody. */
#include <unistd.h>

#include "process.h"
#include "submitted.h"

/* Shorter than it takes until idle connections are let go, which is work again. */
#define REST_MS 3000
#define MOST_THREADS 16

struct naps {
    long threads[MOST_THREADS], switches[MOST_THREADS];
    int count;
};

static long number_after(FILE *status, const char *name)
{
    char line[128];
    while (fgets(line, sizeof line, status))
        if (strncmp(line, name, strlen(name)) == 0)
            return atol(line + strlen(name));
    return -1;
}

/* How often each thread but the main one has gone to sleep: a thread that does nothing does not fall asleep again. */
static struct naps naps_now(void)
{
    struct naps naps = {.count = 0};
    DIR *tasks = opendir("/proc/self/task");
    for (struct dirent *entry; (entry = readdir(tasks)) && naps.count < MOST_THREADS;) {
        long thread = atol(entry->d_name);
        char path[64];
        snprintf(path, sizeof path, "/proc/self/task/%ld/status", thread);
        FILE *status = thread > 0 && thread != getpid() ? fopen(path, "r") : NULL;
        if (!status)
            continue;
        naps.threads[naps.count] = thread;
        naps.switches[naps.count++] = number_after(status, "voluntary_ctxt_switches:");
        fclose(status);
    }
    closedir(tasks);
    return naps;
}

static void check_rests(void)
{
    sleep_ms(200);
    struct naps before = naps_now();
    sleep_ms(REST_MS);
    struct naps after = naps_now();
    CHECK_AT_LEAST(before.count, 1);
    CHECK_INT(after.count, before.count);
    for (int i = 0; i < before.count; i++) {
        CHECK_INT(after.threads[i], before.threads[i]);
        CHECK_AT_LEAST(before.switches[i], 0);
        CHECK_INT(after.switches[i], before.switches[i]);
    }
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("idle URL CA_FILE|-");
    RobofyOptions *options = options_trusting(argv[2]);
    robofy_options_set_connect_timeout_ms(options, REST_MS / 2);
    robofy_options_set_timeout_ms(options, REST_MS);
    RobofyClient *client = client_with(options, argv[1]);
    robofy_client_poll_fd(client);
    for (uint64_t tag = 0; tag < 50; tag++)
        submit_query(client, "!delay-ms=100", tag);
    check_complete(client, 50, ROBOFY_STATUS_OK);
    check_answered(client, "Hello");
    check_rests();
    robofy_client_free(client);
    return checks_result();
}
