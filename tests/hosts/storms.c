/* Signals by the thousand, with handlers that restart nothing: no call fails, none ends early, and the handlers run on
   the host's threads. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "submitted.h"

#define CALLERS 4
#define DELAY_MS 300

static const int STORM[] = {SIGALRM, SIGPIPE, SIGCHLD, SIGUSR1};
#define KINDS (sizeof STORM / sizeof *STORM)

static __thread bool is_the_hosts;
static volatile sig_atomic_t handled[NSIG];
static volatile sig_atomic_t handled_elsewhere;
static volatile bool is_over;

static void note(int number)
{
    handled[number] = 1;
    if (!is_the_hosts)
        handled_elsewhere = 1;
}

static sigset_t storm_set(void)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < KINDS; i++)
        sigaddset(&set, STORM[i]);
    return set;
}

/* Takes signals only from when it is marked. */
static void become_the_hosts(void)
{
    sigset_t storm = storm_set();
    is_the_hosts = true;
    pthread_sigmask(SIG_UNBLOCK, &storm, NULL);
}

static void start(pthread_t *thread, void *(*work)(void *), void *argument)
{
    sigset_t storm = storm_set(), before;
    pthread_sigmask(SIG_BLOCK, &storm, &before);
    CHECK_INT(pthread_create(thread, NULL, work, argument), 0);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void without_restart(int number)
{
    struct sigaction action = {.sa_handler = note};
    CHECK_INT(sigaction(number, &action, NULL), 0);
}

static void *rain(void *unused)
{
    (void)unused;
    become_the_hosts();
    while (!is_over) {
        kill(getpid(), SIGPIPE);
        kill(getpid(), SIGUSR1);
        pid_t child = fork();
        if (child == 0)
            _exit(0);
        while (waitpid(child, NULL, 0) < 0 && !is_over)
            continue;
    }
    return NULL;
}

static void check_answered_after(const RobofyClient *client, int64_t ms)
{
    char query[64];
    int64_t began = now_ms();
    snprintf(query, sizeof query, "!delay-ms=%d answer=late", (int)ms);
    check_answered(client, query);
    CHECK_AT_LEAST(now_ms() - began, ms);
}

static void check_times_out_after(const RobofyClient *client, uint64_t ms)
{
    int64_t began = now_ms();
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, "!delay-ms=60000");
    RobofyError *error;
    robofy_message_set_timeout_ms(message, ms);
    CHECK(!robofy_whatsapp_send(client, message, &error));
    check_error(error, ROBOFY_STATUS_TIMEOUT);
    CHECK_AT_LEAST(now_ms() - began, (int64_t)ms);
    robofy_error_free(error);
    robofy_message_free(message);
}

static void *call(void *client)
{
    become_the_hosts();
    for (int i = 0; i < rounds(20, 3); i++)
        check_answered(client, "Hello");
    for (int i = 0; i < 3; i++)
        check_answered_after(client, DELAY_MS);
    check_times_out_after(client, DELAY_MS);
    return NULL;
}

static void poll_in_time(const RobofyClient *client)
{
    int64_t began = now_ms();
    check_nothing_waits(client);
    CHECK(!robofy_client_poll(client, DELAY_MS));
    CHECK_AT_LEAST(now_ms() - began, DELAY_MS);
    for (uint64_t tag = 0; tag < 50; tag++)
        submit_query(client, "!delay-ms=300 answer=late", tag);
    check_complete(client, 50, ROBOFY_STATUS_OK);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("storms URL CA_FILE|-");
    const struct itimerval each_ms = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
    pthread_t raining, callers[CALLERS];
    is_the_hosts = true;
    for (size_t i = 0; i < KINDS; i++)
        without_restart(STORM[i]);
    CHECK_INT(setitimer(ITIMER_REAL, &each_ms, NULL), 0);
    start(&raining, rain, NULL);

    RobofyClient *client = client_trusting(argv[1], argv[2]);
    for (int i = 0; i < CALLERS; i++)
        start(&callers[i], call, client);
    poll_in_time(client);
    for (int i = 0; i < CALLERS; i++)
        pthread_join(callers[i], NULL);
    robofy_client_free(client);

    CHECK_INT(setitimer(ITIMER_REAL, &never, NULL), 0);
    is_over = true;
    pthread_join(raining, NULL);
    for (size_t i = 0; i < KINDS; i++)
        CHECK(handled[STORM[i]]);
    CHECK(!handled_elsewhere);
    return checks_result();
}
