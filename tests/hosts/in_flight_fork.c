/* A process forks while 50 submitted chats are in flight: they are the parent's, and the child does its own work. */
#include <fcntl.h>

#include "children.h"
#include "process.h"
#include "submitted.h"

#define CHATS 50
#define CHILDREN 3

/* Ends as programs do, by exit(), with the client that it inherited freed. */
static void work_in_the_child(RobofyClient *client)
{
    check_nothing_waits(client);
    check_answered(client, "child, blocking");
    for (uint64_t tag = 0; tag < CHATS; tag++)
        submit_query(client, "child, submitted", tag);
    check_complete(client, CHATS, ROBOFY_STATUS_OK);
    check_nothing_waits(client);
    robofy_client_free(client);
    exit(checks_result());
}

static void free_unused(RobofyClient *client)
{
    robofy_client_free(client);
    exit(checks_result());
}

/* Free numbers are taken again by other files, which the client's end must leave open. */
static void closes_what_it_does_not_know(RobofyClient *client)
{
    int taken[64];
    for (int fd = 3; fd < 1024; fd++)
        close(fd);
    for (int i = 0; i < 64; i++)
        taken[i] = open("/dev/null", O_RDONLY);
    check_answered(client, "child without descriptors, blocking");
    submit_query(client, "child without descriptors, submitted", 1);
    check_completes(client, 1, ROBOFY_STATUS_OK);
    CHECK_AT_LEAST(robofy_client_poll_fd(client), 0);
    robofy_client_free(client);
    for (int i = 0; i < 64; i++)
        CHECK_AT_LEAST(fcntl(taken[i], F_GETFD), 0);
    exit(checks_result());
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("in_flight_fork URL CA_FILE|-");
    void (*const in_child[CHILDREN])(RobofyClient *) = {work_in_the_child, free_unused, closes_what_it_does_not_know};
    pid_t children[CHILDREN];
    RobofyClient *client = client_trusting(argv[1], argv[2]);
    check_answered(client, "parent before");
    CHECK_AT_LEAST(robofy_client_poll_fd(client), 0);
    for (uint64_t tag = 0; tag < CHATS; tag++)
        submit_query(client, "!delay-ms=1500 answer=parent", tag);
    sleep_ms(500);
    for (int i = 0; i < CHILDREN; i++)
        if ((children[i] = fork_child()) == 0)
            in_child[i](client);
    check_complete(client, CHATS, ROBOFY_STATUS_OK);
    for (int i = 0; i < CHILDREN; i++)
        check_child(children[i]);
    check_answered(client, "parent after");
    robofy_client_free(client);
    CHECK_INT(threads_left(1), 1);
    return checks_result();
}
