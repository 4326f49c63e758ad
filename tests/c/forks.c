/* A client made before fork() works in the child, and in the parent as if nothing had happened. */
#include <poll.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "submitted.h"

/* A child that hangs must fail its test, not outlive it. */
#define CHILD_SECONDS 120

typedef void work(RobofyClient *client);

static pid_t child_at(work *work, RobofyClient *client)
{
    pid_t pid = fork();
    if (pid == 0) {
        checks_failed = 0;
        alarm(CHILD_SECONDS);
        work(client);
        _exit(checks_result());
    }
    return pid;
}

static void check_child(pid_t pid)
{
    int status = -1;
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), EXIT_SUCCESS);
}

static void chat_twice(RobofyClient *client)
{
    check_answered(client, "child");
    check_answered(client, "child again");
}

static void chat_and_free(RobofyClient *client)
{
    chat_twice(client);
    robofy_client_free(client);
}

static void free_unused(RobofyClient *client)
{
    robofy_client_free(client);
}

static void fork_again(RobofyClient *client)
{
    check_answered(client, "child");
    check_child(child_at(chat_and_free, client));
    check_answered(client, "child after its own child");
}

static void exit_as_usual(RobofyClient *client)
{
    check_answered(client, "child");
    exit(checks_result());
}

static void used_before_and_after(RobofyClient *client)
{
    work *const in_child[] = {chat_twice, chat_and_free, free_unused, fork_again, exit_as_usual};
    for (size_t i = 0; i < sizeof in_child / sizeof *in_child; i++) {
        check_answered(client, "parent before");
        check_child(child_at(in_child[i], client));
        check_answered(client, "parent after");
    }
}

/* As servers do that load everything and then fork their workers. */
static void made_but_not_used_before(RobofyClient *client)
{
    pid_t workers[4];
    for (int i = 0; i < 4; i++)
        workers[i] = child_at(chat_and_free, client);
    for (int i = 0; i < 4; i++)
        check_child(workers[i]);
    check_answered(client, "parent");
}

static void *wait_for_answer(void *client)
{
    check_answered(client, "!delay-ms=1500");
    return NULL;
}

static void a_chat_in_flight_is_the_parents(RobofyClient *client)
{
    pthread_t waiting[4];
    for (int i = 0; i < 4; i++)
        CHECK_INT(pthread_create(&waiting[i], NULL, wait_for_answer, client), 0);
    sleep_ms(500);
    pid_t with_client = child_at(chat_and_free, client);
    pid_t without_client = child_at(free_unused, client);
    check_child(with_client);
    check_child(without_client);
    for (int i = 0; i < 4; i++)
        pthread_join(waiting[i], NULL);
    check_answered(client, "parent after");
}

static bool is_readable(int fd, int timeout_ms)
{
    struct pollfd watched = {.fd = fd, .events = POLLIN};
    return poll(&watched, 1, timeout_ms) == 1;
}

enum { IN_FLIGHT = 50, COLLECTABLE = 1000 };

/* Nothing of the parent's is there; what the child submits, under the same tags, is its own. */
static void submit_and_collect(RobofyClient *client)
{
    check_nothing_waits(client);
    CHECK(!robofy_client_cancel(client, 0));
    int fd = robofy_client_poll_fd(client);
    CHECK_AT_LEAST(fd, 0);
    CHECK(!is_readable(fd, 0));
    submit_query(client, "child submits", 0);
    submit_query(client, "child submits again", COLLECTABLE);
    CHECK(is_readable(fd, PATIENCE_MS));
    check_complete(client, 2, ROBOFY_STATUS_OK);
    CHECK(!is_readable(fd, 0));
    check_nothing_waits(client);
}

static void submit_collect_and_free(RobofyClient *client)
{
    submit_and_collect(client);
    robofy_client_free(client);
}

/* Collected in the parent, they must be all there and the descriptor as it was. */
static void submitted_chats_are_the_parents(RobofyClient *client)
{
    work *const in_child[] = {submit_and_collect, submit_collect_and_free, free_unused};
    pid_t children[3];
    int fd = robofy_client_poll_fd(client);
    for (uint64_t tag = 0; tag < IN_FLIGHT; tag++)
        submit_query(client, "!delay-ms=1500", tag);
    submit_query(client, "!delay-ms=60000", COLLECTABLE);
    CHECK(robofy_client_cancel(client, COLLECTABLE));
    for (int i = 0; i < 3; i++)
        children[i] = child_at(in_child[i], client);
    for (int i = 0; i < 3; i++)
        check_child(children[i]);
    CHECK(is_readable(fd, 0));
    CHECK_INT(robofy_client_poll_fd(client), fd);
    check_completes(client, COLLECTABLE, ROBOFY_STATUS_CANCELLED);
    check_complete(client, IN_FLIGHT, ROBOFY_STATUS_OK);
    CHECK(!is_readable(fd, 0));
    check_answered(client, "parent after");
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("forks URL CA_FILE|-");
    work *const tests[] = {used_before_and_after, made_but_not_used_before, a_chat_in_flight_is_the_parents,
                           submitted_chats_are_the_parents};
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        RobofyClient *client = client_trusting(argv[1], argv[2]);
        tests[i](client);
        robofy_client_free(client);
    }
    return checks_result();
}
