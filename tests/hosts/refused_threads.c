/* The system gives this user no more threads: a call says so and what to look at, and works once there are some. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <grp.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "process.h"
#include "submitted.h"

/* Nobody's, so that no other process counts. */
#define USER 61234
#define AT_ONCE 4
/* Read on a thread of its own, where there is one. */
#define LARGE_ANSWER "!huge=300000"
/* After so long a name is looked up anew. */
#define ADDRESSES_ARE_OLD_MS 1500
#define STUCK_NAME "stuck.robofy.example"

static void *nothing(void *unused)
{
    return unused;
}

static bool threads_are_refused(void)
{
    pthread_t thread;
    bool refused = pthread_create(&thread, NULL, nothing, NULL) != 0;
    if (!refused)
        pthread_join(thread, NULL);
    return refused;
}

static void allow_threads(rlim_t number)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NPROC, &limit);
    limit.rlim_cur = number < limit.rlim_max ? number : limit.rlim_max;
    CHECK_INT(setrlimit(RLIMIT_NPROC, &limit), 0);
}

static void check_refused(const RobofyError *error)
{
    check_error(error, ROBOFY_STATUS_CONNECT);
    CHECK_CONTAINS(robofy_error_message(error), "threads");
    CHECK(robofy_error_is_retryable(error));
}

static void a_call_says_so(const char *url, const char *ca_file)
{
    RobofyClient *client = client_trusting(url, ca_file);
    sigset_t before, after;
    RobofyError *error;
    pthread_sigmask(SIG_BLOCK, NULL, &before);
    for (int again = 0; again < 3; again++) {
        CHECK(!send_query(client, "Hello", &error));
        check_refused(error);
        robofy_error_free(error);
        robofy_error_free(refusal_of(client, "Hello", 1, ROBOFY_STATUS_CONNECT));
    }
    pthread_sigmask(SIG_BLOCK, NULL, &after);
    for (int number = 1; number < SIGRTMIN; number++)
        CHECK_INT(sigismember(&after, number), sigismember(&before, number));
    CHECK_INT(threads_left(1), 1);

    allow_threads(RLIM_INFINITY);
    check_answered(client, "Hello");
    submit_query(client, "Hello", 1);
    check_completes(client, 1, ROBOFY_STATUS_OK);
    robofy_client_free(client);
}

/* With room for some of the library's threads it is answered, or says that there are too few. */
static void a_call_with_few(const char *url, const char *ca_file, rlim_t few)
{
    RobofyError *error;
    allow_threads(1 + few);
    RobofyClient *client = client_trusting(url, ca_file);
    RobofyReply *reply = send_query(client, "Hello", &error);
    if (!reply)
        check_refused(error);
    robofy_reply_free(reply);
    robofy_error_free(error);
    allow_threads(RLIM_INFINITY);
    check_answered(client, "Hello");
    robofy_client_free(client);
    CHECK_INT(threads_left(1), 1);
}

/* Over HTTP/1.1 each has a connection of its own, made now. */
static void check_answered_at_once(const RobofyClient *client, const char *query)
{
    for (uint64_t tag = 0; tag < AT_ONCE; tag++)
        submit_query(client, query, tag);
    check_complete(client, AT_ONCE, ROBOFY_STATUS_OK);
}

static int stuck[2];
static int stuck_lookups;

/* In front of the system's: one name is stuck for as long as the test likes. */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
    int (*system)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    char byte;
    if (strcmp(node, STUCK_NAME) != 0) {
        *(void **)&system = dlsym(RTLD_NEXT, "getaddrinfo");
        return system(node, service, hints, found);
    }
    __atomic_add_fetch(&stuck_lookups, 1, __ATOMIC_RELEASE);
    CHECK_INT(read(stuck[0], &byte, 1), 1);
    return EAI_NONAME;
}

static RobofyClient *client_with_a_stuck_lookup(void)
{
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_max_retries(options, 0);
    robofy_options_set_connect_timeout_ms(options, PATIENCE_MS);
    RobofyClient *client = client_with(options, "https://" STUCK_NAME);
    CHECK_INT(pipe(stuck), 0);
    submit_within(client, PATIENCE_MS, "Hello", 1);
    while (!__atomic_load_n(&stuck_lookups, __ATOMIC_ACQUIRE))
        sleep_ms(1);
    return client;
}

/* It is not looked up once the stuck lookup is over, if ever, but refused. */
static void check_unknown_name_is_refused(const RobofyClient *named)
{
    for (int again = 0; again < 2; again++) {
        RobofyError *error = failure_of(named, "Hello", ROBOFY_STATUS_CONNECT);
        check_refused(error);
        robofy_error_free(error);
        submit_query(named, "Hello", 1);
        check_completes(named, 1, ROBOFY_STATUS_CONNECT);
    }
}

/* The library's threads run, one of them is stuck in a lookup, and no more are to be had: names that are known and large
 * answers do without, and nothing is left of it once there are threads again. */
static void threads_run_out(const char *url, const char *by_name, const char *ca_file)
{
    RobofyClient *running = client_trusting(url, ca_file), *named = client_trusting(by_name, ca_file);
    check_answered(running, "Hello");
    RobofyClient *hung = client_with_a_stuck_lookup();
    allow_threads(1);
    if (strcmp(url, by_name) != 0)
        check_unknown_name_is_refused(named);
    check_answered_at_once(running, LARGE_ANSWER);
    allow_threads(RLIM_INFINITY);
    check_answered(named, "Hello");
    sleep_ms(ADDRESSES_ARE_OLD_MS);
    allow_threads(1);
    check_answered_at_once(named, "Hello");
    CHECK_INT(write(stuck[1], "", 1), 1);
    check_completes(hung, 1, ROBOFY_STATUS_CONNECT);
    robofy_client_free(hung);
    robofy_client_free(named);
    robofy_client_free(running);
    CHECK_INT(threads_left(1), 1);
    allow_threads(RLIM_INFINITY);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return usage("refused_threads URL URL_BY_NAME CA_FILE|-");
    if (geteuid() == 0) {
        CHECK_INT(setgroups(0, NULL), 0);
        CHECK_INT(setgid(USER), 0);
        CHECK_INT(setuid(USER), 0);
    }
    allow_threads(1);
    if (!CHECK(threads_are_refused()))
        return checks_result();
    allow_threads(RLIM_INFINITY);
    threads_run_out(argv[1], argv[2], argv[3]);
    allow_threads(1);
    a_call_says_so(argv[1], argv[3]);
    for (rlim_t few = 0; few <= 3; few++) {
        a_call_with_few(argv[1], argv[3], few);
        a_call_with_few(argv[2], argv[3], few);
    }
    return checks_result();
}
