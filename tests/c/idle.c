/* When every chat is done the library's threads sleep until there is another, and what bounded the old ones wakes nobody. */
#include <unistd.h>

#include "process.h"
#include "submitted.h"

/* Over before idle connections are let go, which is work again. */
#define REST_MS 1500
#define UNTIL_IDLE_CONNECTIONS_GO_MS 4000
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

static bool are_same(const struct naps *some, const struct naps *others)
{
    size_t size = (size_t)some->count * sizeof *some->threads;
    return some->count == others->count && memcmp(some->threads, others->threads, size) == 0 &&
           memcmp(some->switches, others->switches, size) == 0;
}

/* When all have fallen asleep, or should have. */
static struct naps naps_at_last(void)
{
    int64_t give_up = now_ms() + 3000;
    struct naps before, now = naps_now();
    do {
        before = now;
        sleep_ms(200);
        now = naps_now();
    } while (!are_same(&before, &now) && now_ms() < give_up);
    return now;
}

static void check_rested(const struct naps *before, const struct naps *after)
{
    CHECK_AT_LEAST(before->count, 1);
    CHECK_INT(after->count, before->count);
    for (int i = 0; i < before->count; i++) {
        CHECK_INT(after->threads[i], before->threads[i]);
        CHECK_AT_LEAST(before->switches[i], 0);
        CHECK_INT(after->switches[i], before->switches[i]);
    }
}

/* Their deadlines pass in the rest; on a machine that stalls before, perhaps for some, and that is not the matter here. */
static void chat_in_a_hurry(const RobofyClient *client)
{
    for (uint64_t tag = 0; tag < 50; tag++)
        submit_within(client, REST_MS, "!delay-ms=100", tag);
    for (uint64_t tag = 0; tag < 50; tag++)
        robofy_completion_free(next_completion(client));
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("idle URL CA_FILE|-");
    RobofyOptions *options = options_trusting(argv[2]);
    robofy_options_set_connect_timeout_ms(options, REST_MS);
    RobofyClient *client = client_with(options, argv[1]);
    robofy_client_poll_fd(client);
    struct naps before = {.count = 0}, after = before;
    int64_t took_ms = UNTIL_IDLE_CONNECTIONS_GO_MS;
    for (int tries = 0; tries < 5 && took_ms >= UNTIL_IDLE_CONNECTIONS_GO_MS; tries++) {
        int64_t began = now_ms();
        chat_in_a_hurry(client);
        check_answered(client, "Hello");
        before = naps_at_last();
        sleep_ms(REST_MS);
        after = naps_now();
        took_ms = now_ms() - began;
    }
    check_rested(&before, &after);
    robofy_client_free(client);
    return checks_result();
}
