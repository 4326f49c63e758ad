/* The program ends in the middle of everything: blocking calls in threads, submitted chats, and a thread in poll. */
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "submitted.h"

#define SLOW "!delay-ms=60000"
#define CALLERS 8
#define CHATS 50
/* Not a status that anything else ends with. */
#define OWN_STATUS 42

static RobofyClient *client;

static void *call(void *unused)
{
    (void)unused;
    robofy_error_free(failure_of(client, SLOW, ROBOFY_STATUS_OK));
    return NULL;
}

static void *poll_for_ever(void *unused)
{
    (void)unused;
    robofy_completion_free(robofy_client_poll(client, -1));
    return NULL;
}

static void free_at_exit(void)
{
    robofy_client_free(client);
}

static void start_everything(bool with_callers)
{
    pthread_t thread;
    for (uint64_t tag = 0; tag < CHATS; tag++)
        submit_query(client, SLOW, tag);
    for (int i = 0; with_callers && i < CALLERS; i++)
        CHECK_INT(pthread_create(&thread, NULL, call, NULL), 0);
    if (with_callers)
        CHECK_INT(pthread_create(&thread, NULL, poll_for_ever, NULL), 0);
    /* Amid the chats: the service has some. */
    CHECK_INT(getchar(), '\n');
}

/* Sent while main still blocks it, so that another thread has to take it. */
static void kill_when_main_is_gone(void)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    kill(getpid(), SIGTERM);
}

static bool is(const char *ending, const char *name)
{
    return strcmp(ending, name) == 0;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return usage("endings exit|_exit|abort|kill|return|free|pthread_exit|\"pthread_exit, SIGTERM\" URL CA_FILE|-");
    const char *ending = argv[1];
    const struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    client = client_trusting(argv[2], argv[3]);
    if (is(ending, "free"))
        atexit(free_at_exit);
    bool frees = is(ending, "free") || is(ending, "pthread_exit");
    start_everything(!frees);
    if (checks_failed)
        return EXIT_FAILURE;
    if (is(ending, "_exit"))
        _exit(OWN_STATUS);
    if (is(ending, "abort"))
        abort();
    if (is(ending, "kill"))
        kill(getpid(), SIGTERM);
    /* Without clients there is no thread left, and the process ends. */
    if (is(ending, "pthread_exit"))
        free_at_exit();
    /* The callers take the signal: the library's threads block it. */
    if (is(ending, "pthread_exit, SIGTERM"))
        kill_when_main_is_gone();
    if (is(ending, "pthread_exit") || is(ending, "pthread_exit, SIGTERM"))
        pthread_exit(NULL);
    if (is(ending, "exit") || is(ending, "free"))
        exit(OWN_STATUS);
    return OWN_STATUS;
}
