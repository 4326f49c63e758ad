/* A daemon: forked twice, in a session of its own, without a terminal and with descriptors 0, 1 and 2 closed. Its client
   was made, and used, before. The verdict comes through a pipe, as nothing else is left. */
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include "children.h"
#include "submitted.h"

static void close_stdio(void)
{
    for (int fd = 0; fd <= 2; fd++)
        close(fd);
}

/* The library's sockets now have the numbers of standard input, output and error. */
static void serve(RobofyClient *client)
{
    for (uint64_t tag = 0; tag < 10; tag++)
        submit_query(client, "daemon, submitted", tag);
    for (int i = 0; i < 10; i++)
        check_answered(client, "daemon, blocking");
    check_complete(client, 10, ROBOFY_STATUS_OK);
    check_fails(client, "!status=401", ROBOFY_STATUS_UNAUTHORIZED);
    robofy_client_free(client);
}

static void become_a_daemon(RobofyClient *client, int verdict)
{
    if (fork() != 0)
        _exit(EXIT_SUCCESS);
    CHECK_AT_LEAST(setsid(), 1);
    if (fork() != 0)
        _exit(EXIT_SUCCESS);
    checks_failed = 0;
    alarm(CHILD_SECONDS);
    signal(SIGHUP, SIG_IGN);
    umask(0);
    CHECK_INT(chdir("/"), 0);
    close_stdio();
    serve(client);
    char result = (char)checks_result();
    _exit(write(verdict, &result, 1) == 1 ? EXIT_SUCCESS : EXIT_FAILURE);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("daemon URL CA_FILE|-");
    int verdict[2];
    char result = EXIT_FAILURE;
    RobofyClient *client = client_trusting(argv[1], argv[2]);
    check_answered(client, "before");
    CHECK_INT(pipe(verdict), 0);
    pid_t child = fork_child();
    if (child == 0)
        become_a_daemon(client, verdict[1]);
    check_child(child);
    close(verdict[1]);
    CHECK_INT(read(verdict[0], &result, 1), 1);
    CHECK_INT(result, EXIT_SUCCESS);
    check_answered(client, "after");
    robofy_client_free(client);
    return checks_result();
}
