/* Polling waits as long as it is told to, and several threads that poll share out the completions. */
#include <pthread.h>

#include "submitted.h"

#define SLOW "!delay-ms=60000"
#define THREADS 4

static void check_polls_in_vain(const RobofyClient *client, int64_t timeout_ms)
{
    int64_t began = now_ms();
    CHECK(!robofy_client_poll(client, timeout_ms));
    CHECK_BETWEEN(now_ms() - began, timeout_ms, timeout_ms + 5000);
}

static void it_waits_no_longer_than_told(const RobofyClient *client)
{
    check_polls_in_vain(client, 0);
    check_polls_in_vain(client, 100);
    submit_query(client, SLOW, 1);
    check_polls_in_vain(client, 0);
    check_polls_in_vain(client, 1);
    check_polls_in_vain(client, 100);
    CHECK(robofy_client_cancel(client, 1));
    check_completes(client, 1, ROBOFY_STATUS_CANCELLED);
    check_polls_in_vain(client, 0);
}

static void it_waits_for_ever(const RobofyClient *client)
{
    const int64_t for_ever[] = {-1, INT64_MIN, INT64_MAX, INT64_MAX / 1000};
    for (size_t i = 0; i < sizeof for_ever / sizeof *for_ever; i++) {
        int64_t began = now_ms();
        submit_query(client, "!delay-ms=300", i);
        RobofyCompletion *completion = robofy_client_poll(client, for_ever[i]);
        CHECK_AT_LEAST(now_ms() - began, 290);
        check_completion(completion, i, ROBOFY_STATUS_OK);
        robofy_completion_free(completion);
    }
}

/* A tag of this size tells the thread that collects it to end. */
#define THE_END 1000000

struct crowd {
    const RobofyClient *client;
    int chats_each;
    int submitters;
    int collected[THREADS * 200];
};

static void *collect_until_the_end(void *of)
{
    struct crowd *crowd = of;
    for (bool ended = false; !ended;) {
        RobofyCompletion *completion = robofy_client_poll(crowd->client, -1);
        uint64_t tag = robofy_completion_tag(completion);
        ended = tag >= THE_END;
        if (!ended && CHECK(completion && tag < (uint64_t)(THREADS * crowd->chats_each)))
            __atomic_fetch_add(&crowd->collected[tag], 1, __ATOMIC_RELAXED);
        check_completion(completion, tag, ROBOFY_STATUS_OK);
        robofy_completion_free(completion);
    }
    return NULL;
}

static void *submit_some(void *of)
{
    struct crowd *crowd = of;
    int first = __atomic_fetch_add(&crowd->submitters, 1, __ATOMIC_RELAXED) * crowd->chats_each;
    for (int tag = first; tag < first + crowd->chats_each; tag++)
        submit_query(crowd->client, tag % 5 ? "Hello" : "!delay-ms=20", (uint64_t)tag);
    return NULL;
}

/* The collecting threads wait before there is anything to collect. */
static void threads_share_the_work(const RobofyClient *client)
{
    struct crowd crowd = {.client = client, .chats_each = rounds(100, 10)};
    pthread_t collecting[THREADS], submitting[THREADS];
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_create(&collecting[i], NULL, collect_until_the_end, &crowd), 0);
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_create(&submitting[i], NULL, submit_some, &crowd), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(submitting[i], NULL);
    /* One for each thread, which ends with it. Others may still be on their way. */
    for (uint64_t i = 0; i < THREADS; i++)
        submit_query(client, "!delay-ms=1000", THE_END + i);
    for (int i = 0; i < THREADS; i++)
        pthread_join(collecting[i], NULL);
    for (RobofyCompletion *late; (late = robofy_client_poll(client, 1000)); robofy_completion_free(late))
        crowd.collected[robofy_completion_tag(late)]++;
    for (int tag = 0; tag < THREADS * crowd.chats_each; tag++)
        CHECK_INT(crowd.collected[tag], 1);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("polling URL CA_FILE|-");
    RobofyClient *client = client_trusting(argv[1], argv[2]);
    it_waits_no_longer_than_told(client);
    it_waits_for_ever(client);
    threads_share_the_work(client);
    robofy_client_free(client);
    return checks_result();
}
