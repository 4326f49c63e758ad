/* The host's signals stay as they were, and a peer that closes while it is written to raises no SIGPIPE. */
#include <pthread.h>
#include <signal.h>

#include "loopback.h"
#include "service.h"

#define LONG_MESSAGE (4 << 20)

struct peer {
    int listener;
    bool resets;
    pthread_t thread;
};

/* Accepts and closes, until the listener is shut down. */
static void *slam_doors(void *of)
{
    const struct peer *peer = of;
    struct linger at_once = {1, 0};
    for (int fd; (fd = accept(peer->listener, NULL, NULL)) >= 0; close(fd))
        if (peer->resets)
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    return NULL;
}

static const char *start(struct peer *peer, const char *scheme, bool resets)
{
    struct sockaddr_in address;
    peer->listener = bound_socket(&address);
    peer->resets = resets;
    CHECK_INT(listen(peer->listener, 16), 0);
    CHECK_INT(pthread_create(&peer->thread, NULL, slam_doors, peer), 0);
    return url_of(scheme, &address);
}

static void stop(struct peer *peer)
{
    shutdown(peer->listener, SHUT_RDWR);
    pthread_join(peer->thread, NULL);
    close(peer->listener);
}

static void write_to_a_slammed_door(const char *scheme, bool resets, const char *query)
{
    struct peer peer;
    RobofyClient *client = client_without_retries(start(&peer, scheme, resets));
    for (int i = 0; i < rounds(50, 5); i++) {
        RobofyError *error;
        CHECK(!send_query(client, query, &error));
        RobofyStatus status = robofy_error_status(error);
        CHECK(status == ROBOFY_STATUS_CONNECT || status == ROBOFY_STATUS_INTERRUPTED || status == ROBOFY_STATUS_TLS);
        check_error(error, status);
        robofy_error_free(error);
    }
    robofy_client_free(client);
    stop(&peer);
}

/* The service answers a long message before it has read it, and closes. */
static void write_to_the_service(const char *url, char *query)
{
    RobofyClient *client = client_without_retries(url);
    memcpy(query, "!reset=before code=", 19);
    for (int i = 0; i < rounds(10, 2); i++)
        check_fails(client, query, ROBOFY_STATUS_INTERRUPTED);
    robofy_client_free(client);
}

static pthread_t handled_on;

static void note_thread(int number)
{
    (void)number;
    handled_on = pthread_self();
}

/* While the host's only thread blocks a signal, no thread of the library takes it. */
static void handlers_run_on_the_hosts_threads(const char *url)
{
    struct sigaction note = {.sa_handler = note_thread};
    sigset_t usr1, pending;
    RobofyClient *client = client_of(url);
    check_answered(client, "Hello");
    sigaction(SIGUSR1, &note, NULL);
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &usr1, NULL);
    kill(getpid(), SIGUSR1);
    check_answered(client, "Hello again");
    sigpending(&pending);
    CHECK(sigismember(&pending, SIGUSR1));
    pthread_sigmask(SIG_UNBLOCK, &usr1, NULL);
    CHECK(pthread_equal(handled_on, pthread_self()));
    robofy_client_free(client);
}

static void check_signals_untouched(const sigset_t *before)
{
    struct sigaction action;
    sigset_t now, pending;
    sigaction(SIGPIPE, NULL, &action);
    CHECK(action.sa_handler == SIG_DFL);
    pthread_sigmask(SIG_BLOCK, NULL, &now);
    sigpending(&pending);
    for (int number = 1; number < SIGRTMIN; number++)
        CHECK_INT(sigismember(&now, number), sigismember(before, number));
    CHECK(!sigismember(&pending, SIGPIPE));
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return usage("signals URL");
    sigset_t before;
    signal(SIGPIPE, SIG_DFL);
    pthread_sigmask(SIG_BLOCK, NULL, &before);
    char *query = malloc(LONG_MESSAGE + 1);
    memset(query, 'x', LONG_MESSAGE);
    query[LONG_MESSAGE] = '\0';
    write_to_a_slammed_door("http", false, query);
    write_to_a_slammed_door("http", true, query);
    write_to_a_slammed_door("https", false, query);
    write_to_a_slammed_door("https", true, query);
    write_to_the_service(argv[1], query);
    free(query);
    handlers_run_on_the_hosts_threads(argv[1]);
    check_signals_untouched(&before);
    return checks_result();
}
