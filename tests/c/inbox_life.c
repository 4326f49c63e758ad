/* An inbox in an event loop, among threads, after its client, and after a restart. */
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "inboxes.h"
#include "process.h"

#define THREADS 4

static bool is_readable(int fd, int timeout_ms)
{
    struct pollfd watched = {.fd = fd, .events = POLLIN};
    return poll(&watched, 1, timeout_ms) == 1;
}

static void the_descriptor_is_readable_while_outcomes_wait(const RobofyClient *client)
{
    RobofyInbox *inbox = inbox_with(client, bursts_of(1));
    int fd = robofy_inbox_poll_fd(inbox);
    CHECK_AT_LEAST(fd, 0);
    CHECK_INT(robofy_inbox_poll_fd(inbox), fd);
    CHECK(!is_readable(fd, 0));
    queue(inbox, "1", "a", "!answer=x");
    queue(inbox, "2", "b", "!answer=x");
    for (int left = 2; left > 0; left--) {
        /* Level-triggered: it says so as often as it is asked. */
        CHECK(is_readable(fd, PATIENCE_MS) && is_readable(fd, 0));
        check_settles(inbox, ROBOFY_OUTCOME_KIND_ANSWER, "x");
    }
    CHECK(!is_readable(fd, 0));
    check_silent(inbox);
    robofy_inbox_free(inbox);
}

static void polling_waits_as_long_as_told(const RobofyClient *client)
{
    RobofyInbox *inbox = inbox_with(client, bursts_of(2));
    int64_t began = now_ms();
    CHECK(!robofy_inbox_poll(inbox, 120));
    CHECK_AT_LEAST(now_ms() - began, 120);
    robofy_inbox_free(inbox);
}

struct polling {
    RobofyInbox *inbox;
    pthread_t thread;
    atomic_int tid;
    int settled;
};

static void *poll_to_the_end(void *given)
{
    struct polling *own = given;
    atomic_store(&own->tid, (int)syscall(SYS_gettid));
    for (RobofyOutcome *outcome; (outcome = robofy_inbox_poll(own->inbox, -1)); own->settled++) {
        check_sent(own->inbox, outcome);
        robofy_outcome_free(outcome);
    }
    return NULL;
}

/* Or has ended. */
static bool is_asleep(int tid)
{
    char name[64], state = 0;
    snprintf(name, sizeof name, "/proc/self/task/%d/stat", tid);
    FILE *stat = fopen(name, "r");
    if (!stat)
        return true;
    bool is_read = fscanf(stat, "%*d %*[^)]) %c", &state) == 1;
    fclose(stat);
    return is_read && state == 'S';
}

/* A handle may be freed once their call has begun, and not before. */
static void begin_polling(RobofyInbox *inbox, struct polling *polling)
{
    for (int i = 0; i < THREADS; i++) {
        polling[i].inbox = inbox;
        polling[i].settled = 0;
        atomic_init(&polling[i].tid, 0);
        CHECK_INT(pthread_create(&polling[i].thread, NULL, poll_to_the_end, &polling[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        while (!atomic_load(&polling[i].tid) || !is_asleep(atomic_load(&polling[i].tid)))
            sleep_ms(1);
    }
    /* Under Valgrind one that waits for its turn is asleep, too. */
    sleep_ms(30);
}

static int join_all(struct polling *polling)
{
    int settled = 0;
    for (int i = 0; i < THREADS; i++) {
        CHECK_INT(pthread_join(polling[i].thread, NULL), 0);
        settled += polling[i].settled;
    }
    return settled;
}

/* Whoever waits is told. */
static void it_is_freed_while_others_wait(const RobofyClient *client)
{
    struct polling polling[THREADS];
    RobofyInbox *inbox = inbox_with(client, bursts_of(1));
    begin_polling(inbox, polling);
    queue(inbox, "1", "a", "!answer=x");
    for (bool settled = false; !settled; sleep_ms(5)) {
        char *stats = robofy_inbox_stats(inbox);
        settled = strstr(stats, "\"parts_sent\":1,");
        robofy_free_string(stats);
    }
    /* They are on their way to the next call. */
    sleep_ms(300);
    robofy_inbox_free(inbox);
    CHECK_INT(join_all(polling), 1);
}

/* Its path is free once it is, though they are still on their way out. */
static void another_is_made_where_others_have_waited(const RobofyClient *client, const char *path)
{
    RobofyInbox *inbox = inbox_at(client, path, 1);
    for (int round = 0; round < rounds(50, 5); round++) {
        struct polling polling[THREADS];
        begin_polling(inbox, polling);
        robofy_inbox_free(inbox);
        inbox = inbox_at(client, path, 1);
        CHECK_INT(join_all(polling), 0);
    }
    robofy_inbox_free(inbox);
}

struct offering {
    RobofyInbox *inbox;
    int thread;
};

static void *offer_many(void *given)
{
    struct offering *own = given;
    char user[16], id[32];
    for (int i = 0; i < rounds(100, 10); i++) {
        snprintf(user, sizeof user, "%d%d", own->thread, i % 5);
        snprintf(id, sizeof id, "%d.%d", own->thread, i);
        queue(own->inbox, user, id, "!answer=x");
        check_accepted(own->inbox, user, id, "!answer=x", ROBOFY_ACCEPT_DUPLICATE);
    }
    return NULL;
}

static void threads_share_it(const RobofyClient *client, const char *path)
{
    pthread_t offering[THREADS];
    struct offering own[THREADS];
    RobofyInbox *inbox = inbox_at(client, path, 1);
    for (int i = 0; i < THREADS; i++) {
        own[i] = (struct offering){inbox, i + 1};
        CHECK_INT(pthread_create(&offering[i], NULL, offer_many, &own[i]), 0);
    }
    for (int i = 0; i < THREADS * rounds(100, 10); i++)
        check_settles(inbox, ROBOFY_OUTCOME_KIND_ANSWER, "x");
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_join(offering[i], NULL), 0);
    check_stats(inbox, "\"pending\":0,\"turns\":0,");
    robofy_inbox_free(inbox);
}

static void it_outlives_its_client(const char *url)
{
    RobofyClient *client = client_of(url);
    RobofyInbox *inbox = inbox_with(client, bursts_of(1));
    robofy_client_free(client);
    queue(inbox, "1", "a", "!answer=x");
    check_settles(inbox, ROBOFY_OUTCOME_KIND_ANSWER, "x");
    queue(inbox, "1", "b", "!delay-ms=60000");
    robofy_inbox_free(inbox);
}

static void what_is_queued_is_there_after_a_restart(const RobofyClient *client, const char *path)
{
    RobofyInbox *inbox = inbox_at(client, path, 2);
    queue(inbox, "1", "a", "!answer=one");
    queue(inbox, "2", "b", "!answer=left");
    robofy_inbox_free(inbox);
    inbox = inbox_at(client, path, 2);
    check_stats(inbox, "\"pending\":2,");
    check_accepted(inbox, "1", "a", "!answer=one", ROBOFY_ACCEPT_DUPLICATE);
    queue(inbox, "1", "c", "headers=1");
    RobofyOutcome *unsent = next_outcome(inbox, ROBOFY_OUTCOME_KIND_ANSWER);
    robofy_inbox_free(inbox);
    /* It was answered, and nobody knows whether it was sent: it comes again, and the agent is not asked. */
    inbox = inbox_at(client, path, 2);
    RobofyOutcome *again = next_outcome(inbox, ROBOFY_OUTCOME_KIND_ANSWER);
    CHECK_INT(robofy_outcome_message_count(again), 2);
    CHECK_TEXT(robofy_reply_json(robofy_outcome_reply(again)), robofy_reply_json(robofy_outcome_reply(unsent)));
    check_sent(inbox, again);
    check_silent(inbox);
    robofy_outcome_free(unsent);
    robofy_outcome_free(again);
    robofy_inbox_free(inbox);
}

static pthread_mutex_t counted = PTHREAD_MUTEX_INITIALIZER;

static void *until_counted(void *unused)
{
    pthread_mutex_lock(&counted);
    pthread_mutex_unlock(&counted);
    return unused;
}

/* ThreadSanitizer begins a thread of its own with the program's first. */
static int threads_at_rest(void)
{
    pthread_t first;
    pthread_mutex_lock(&counted);
    CHECK_INT(pthread_create(&first, NULL, until_counted, NULL), 0);
    int threads = threads_now() - 1;
    pthread_mutex_unlock(&counted);
    pthread_join(first, NULL);
    return threads;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("inbox_life URL FOLDER");
    char path[1024];
    int threads = threads_at_rest(), descriptors = descriptors_now();
    snprintf(path, sizeof path, "%s/life", argv[2]);
    RobofyClient *client = client_of(argv[1]);
    the_descriptor_is_readable_while_outcomes_wait(client);
    polling_waits_as_long_as_told(client);
    it_is_freed_while_others_wait(client);
    another_is_made_where_others_have_waited(client, path);
    threads_share_it(client, path);
    it_outlives_its_client(argv[1]);
    snprintf(path, sizeof path, "%s/restart", argv[2]);
    what_is_queued_is_there_after_a_restart(client, path);
    robofy_client_free(client);
    CHECK_INT(threads_left(threads), threads);
    CHECK_INT(descriptors_now(), descriptors);
    return checks_result();
}
