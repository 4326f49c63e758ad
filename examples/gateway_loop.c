/* Many WhatsApp users, one thread: an event loop, as a gateway has one, in which each user writes one message. */
#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>
#include <robofy.h>

static const char help[] =
    "usage: gateway_loop [USERS]\n"
    "Lets USERS users (1000 if not given, at most 1000000) write to a Robofy agent at once and counts the answers.\n"
    "Set ROBOFY_API_KEY, ROBOFY_PID and ROBOFY_CHATBOT_ID beforehand. Ctrl-C ends it.\n";

struct tally { uint64_t users, answered, failed; double began; };

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static uint64_t submit_all(const RobofyClient *client, uint64_t users, RobofyError **error)
{
    RobofyMessage *message = robofy_message_new(getenv("ROBOFY_PID"), getenv("ROBOFY_CHATBOT_ID"), "Open today?");
    uint64_t user = 0;
    for (char number[32]; user < users; user++) {
        snprintf(number, sizeof number, "9187270%06" PRIu64, user);
        robofy_message_set_session_id(message, number);
        if (!robofy_whatsapp_submit(client, message, user, error))
            break;
    }
    robofy_message_free(message);
    return user;
}

static void collect(const RobofyClient *client, struct tally *tally)
{
    for (RobofyCompletion *done; (done = robofy_client_poll(client, 0)); robofy_completion_free(done)) {
        const RobofyError *error = robofy_completion_error(done);
        if (!error)
            tally->answered++; /* a gateway forwards robofy_reply_answer(robofy_completion_reply(done)) to the user */
        else if (tally->failed++ == 0)
            fprintf(stderr, "user %" PRIu64 ": %s\n", robofy_completion_tag(done), robofy_error_message(error));
    }
}

static void watch(int loop, int fd)
{
    struct epoll_event readable = {.events = EPOLLIN, .data = {.fd = fd}};
    if (epoll_ctl(loop, EPOLL_CTL_ADD, fd, &readable) < 0) { /* one of the two is -1 */
        fputs("the process has no file descriptor left; raise its limit (ulimit -n)\n", stderr);
        exit(EXIT_FAILURE);
    }
}

/* Until every chat is over; true if a signal came first. */
static bool run(const RobofyClient *client, struct tally *tally, int signals)
{
    int loop = epoll_create1(EPOLL_CLOEXEC);
    watch(loop, signals);
    watch(loop, robofy_client_poll_fd(client));
    bool interrupted = false;
    double shown = seconds();
    while (!interrupted && tally->answered + tally->failed < tally->users) {
        struct epoll_event event;
        if (epoll_wait(loop, &event, 1, 500) > 0) {
            interrupted = event.data.fd == signals;
            collect(client, tally);
        }
        if (seconds() - shown >= 0.5) {
            shown = seconds();
            printf("%.1f s: %" PRIu64 " of %" PRIu64 "\n", shown - tally->began, tally->answered, tally->users);
        }
    }
    close(loop);
    return interrupted;
}

int main(int argc, char **argv)
{
    char *end = "";
    struct tally tally = {.users = argc > 1 ? strtoull(argv[1], &end, 10) : 1000, .began = seconds()};
    if (argc > 2 || *end || tally.users == 0 || tally.users > 1000000) {
        bool asked = argc > 1 && strcmp(argv[1], "--help") == 0;
        fputs(help, asked ? stdout : stderr);
        return asked ? EXIT_SUCCESS : 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    sigprocmask(SIG_BLOCK, &interrupt, NULL); /* it comes to the loop instead */

    bool interrupted = false;
    RobofyError *error = NULL;
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_base_url(options, getenv("ROBOFY_BASE_URL"));
    robofy_options_set_ordered_sessions(options, true);
    RobofyClient *client = robofy_client_new(getenv("ROBOFY_API_KEY"), options, &error);
    robofy_options_free(options);
    if (client && submit_all(client, tally.users, &error) == tally.users) {
        interrupted = run(client, &tally, signalfd(-1, &interrupt, SFD_CLOEXEC));
        double took = seconds() - tally.began;
        printf("%s%" PRIu64 " of %" PRIu64 " answered, %" PRIu64 " failed, %.1f s: %.0f answers a second\n",
               interrupted ? "stopped: " : "", tally.answered, tally.users, tally.failed, took, tally.answered / took);
    }
    if (error)
        fprintf(stderr, "%s\n", robofy_error_message(error));
    int status = interrupted ? 128 + SIGINT : error || tally.failed ? EXIT_FAILURE : EXIT_SUCCESS;
    robofy_error_free(error);
    robofy_client_free(client);
    return status;
}
