/* The descriptor is readable exactly while completions wait, whichever way it is watched. */
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <unistd.h>

#include "process.h"
#include "submitted.h"

/* Cancelled, it completes at that moment and no other. */
#define SLOW "!delay-ms=60000"

/* Readable within that time? */
typedef bool readable(int fd, int timeout_ms);

static bool by_select(int fd, int timeout_ms)
{
    struct timeval timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000};
    fd_set watched;
    FD_ZERO(&watched);
    FD_SET(fd, &watched);
    return select(fd + 1, &watched, NULL, NULL, &timeout) == 1;
}

static bool by_poll(int fd, int timeout_ms)
{
    struct pollfd watched = {.fd = fd, .events = POLLIN};
    return poll(&watched, 1, timeout_ms) == 1 && watched.revents == POLLIN;
}

static int epoll_watching(int fd, uint32_t events)
{
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event watched = {.events = events, .data = {.fd = fd}};
    CHECK_INT(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &watched), 0);
    return epoll;
}

static bool has_event(int epoll, int timeout_ms)
{
    struct epoll_event event;
    return epoll_wait(epoll, &event, 1, timeout_ms) == 1 && event.events == EPOLLIN;
}

static bool by_epoll(int fd, int timeout_ms)
{
    int epoll = epoll_watching(fd, EPOLLIN);
    bool is_readable = has_event(epoll, timeout_ms);
    close(epoll);
    return is_readable;
}

static void it_is_readable_while_completions_wait(const char *url, readable *readable)
{
    RobofyClient *client = client_of(url);
    int fd = robofy_client_poll_fd(client);
    CHECK_AT_LEAST(fd, 0);
    CHECK(!readable(fd, 0));
    submit_query(client, SLOW, 1);
    submit_query(client, SLOW, 2);
    CHECK(!readable(fd, 50));
    CHECK(robofy_client_cancel(client, 1));
    CHECK(readable(fd, 0));
    CHECK(robofy_client_cancel(client, 2));
    CHECK(readable(fd, 0));
    check_completes(client, 1, ROBOFY_STATUS_CANCELLED);
    CHECK(readable(fd, 0));
    check_completes(client, 2, ROBOFY_STATUS_CANCELLED);
    CHECK(!readable(fd, 0));
    check_nothing_waits(client);
    CHECK(!readable(fd, 0));
    CHECK_INT(robofy_client_poll_fd(client), fd);
    submit_query(client, "Hello", 1);
    CHECK(readable(fd, PATIENCE_MS));
    RobofyCompletion *completion = robofy_client_poll(client, 0);
    check_completion(completion, 1, ROBOFY_STATUS_OK);
    robofy_completion_free(completion);
    CHECK(!readable(fd, 0));
    CHECK_INT(robofy_client_poll_fd(client), fd);
    robofy_client_free(client);
}

static void it_may_be_asked_for_late(const char *url)
{
    RobofyClient *client = client_of(url);
    submit_query(client, SLOW, 1);
    CHECK(robofy_client_cancel(client, 1));
    int fd = robofy_client_poll_fd(client);
    CHECK(by_poll(fd, 0));
    check_completes(client, 1, ROBOFY_STATUS_CANCELLED);
    CHECK(!by_poll(fd, 0));
    robofy_client_free(client);
}

static void an_edge_is_seen_once(const char *url)
{
    RobofyClient *client = client_of(url);
    int epoll = epoll_watching(robofy_client_poll_fd(client), EPOLLIN | EPOLLET);
    for (int again = 0; again < 3; again++) {
        submit_query(client, SLOW, 1);
        submit_query(client, SLOW, 2);
        CHECK(!has_event(epoll, 0));
        CHECK(robofy_client_cancel(client, 1));
        CHECK(has_event(epoll, 0));
        CHECK(!has_event(epoll, 0));
        CHECK(robofy_client_cancel(client, 2));
        check_completes(client, 1, ROBOFY_STATUS_CANCELLED);
        check_completes(client, 2, ROBOFY_STATUS_CANCELLED);
    }
    close(epoll);
    robofy_client_free(client);
}

/* Whoever collects until nothing is left misses none, however the completions come. */
static void no_edge_is_missed(const char *url)
{
    int chats = rounds(300, 40);
    RobofyClient *client = client_of(url);
    int epoll = epoll_watching(robofy_client_poll_fd(client), EPOLLIN | EPOLLET);
    int submitted = 0, collected = 0;
    while (submitted < chats && submitted < 20)
        submit_query(client, submitted % 3 ? "Hello" : "!delay-ms=5", (uint64_t)submitted), submitted++;
    while (collected < chats && CHECK(has_event(epoll, PATIENCE_MS))) {
        RobofyCompletion *completion;
        for (; (completion = robofy_client_poll(client, 0)); robofy_completion_free(completion), collected++)
            if (submitted < chats)
                submit_query(client, submitted % 3 ? "Hello" : "!delay-ms=5", (uint64_t)submitted), submitted++;
    }
    CHECK(!has_event(epoll, 0));
    close(epoll);
    robofy_client_free(client);
}

static void it_does_not_pass_to_other_programs(const char *url)
{
    RobofyClient *client = client_of(url);
    CHECK(fcntl(robofy_client_poll_fd(client), F_GETFD) & FD_CLOEXEC);
    robofy_client_free(client);
}

/* Takes what is left, up to a limit that makes the number small. */
static int take_descriptors(int *taken, int most, struct rlimit *before)
{
    int count = 0;
    getrlimit(RLIMIT_NOFILE, before);
    struct rlimit few = {(rlim_t)most, before->rlim_max};
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &few), 0);
    while (count < most && (taken[count] = open("/dev/null", O_RDONLY)) >= 0)
        count++;
    return count;
}

static void give_back(const int *taken, int count, const struct rlimit *before)
{
    for (int i = 0; i < count; i++)
        close(taken[i]);
    CHECK_INT(setrlimit(RLIMIT_NOFILE, before), 0);
}

static void without_descriptors_it_says_so_and_recovers(const char *url)
{
    struct rlimit before;
    int taken[64];
    RobofyClient *client = client_of(url);
    int count = take_descriptors(taken, 64, &before);
    CHECK_INT(robofy_client_poll_fd(client), -1);
    CHECK_INT(robofy_client_poll_fd(client), -1);
    give_back(taken, count, &before);
    int fd = robofy_client_poll_fd(client);
    CHECK_AT_LEAST(fd, 0);
    submit_query(client, "Hello", 1);
    CHECK(by_poll(fd, PATIENCE_MS));
    check_completes(client, 1, ROBOFY_STATUS_OK);
    robofy_client_free(client);
}

/* Begun or not, a client whose chats find no descriptor fails them and works again afterwards. */
static void a_chat_without_descriptors_fails_and_its_client_recovers(const char *url, bool begun)
{
    struct rlimit before;
    int taken[64];
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_max_retries(options, 0);
    RobofyClient *client = client_with(options, url);
    if (begun)
        check_answered(client, "Hello");
    int count = take_descriptors(taken, 64, &before);
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, "Hello");
    if (robofy_whatsapp_submit(client, message, 1, NULL)) {
        RobofyCompletion *completion = next_completion(client);
        CHECK(robofy_completion_error(completion) != NULL);
        robofy_completion_free(completion);
    }
    robofy_message_free(message);
    give_back(taken, count, &before);
    submit_query(client, "Hello", 1);
    check_completes(client, 1, ROBOFY_STATUS_OK);
    robofy_client_free(client);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return usage("descriptor URL");
    readable *const ways[] = {by_select, by_poll, by_epoll};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        it_is_readable_while_completions_wait(argv[1], ways[i]);
    it_may_be_asked_for_late(argv[1]);
    an_edge_is_seen_once(argv[1]);
    no_edge_is_missed(argv[1]);
    it_does_not_pass_to_other_programs(argv[1]);
    without_descriptors_it_says_so_and_recovers(argv[1]);
    a_chat_without_descriptors_fails_and_its_client_recovers(argv[1], true);
    a_chat_without_descriptors_fails_and_its_client_recovers(argv[1], false);
    return checks_result();
}
