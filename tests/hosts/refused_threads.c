/* The system gives this user no more threads: a call says so and what to look at, and works once there are some. */
#define _GNU_SOURCE
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "process.h"
#include "submitted.h"

/* Nobody's, so that no other process counts. */
#define USER 61234

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
    a_call_says_so(argv[1], argv[3]);
    for (rlim_t few = 0; few <= 3; few++) {
        a_call_with_few(argv[1], argv[3], few);
        a_call_with_few(argv[2], argv[3], few);
    }
    return checks_result();
}
