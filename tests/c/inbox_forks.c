/* After fork() an inbox is the parent's: in the child every call says so. */
#include <sys/wait.h>
#include <unistd.h>

#include "inboxes.h"

/* A child that hangs must fail its test, not outlive it. */
#define CHILD_SECONDS 120

static void check_storage(RobofyError *error)
{
    check_error(error, ROBOFY_STATUS_STORAGE);
    CHECK_CONTAINS(robofy_error_message(error), "fork()");
    robofy_error_free(error);
}

static int in_the_child(RobofyInbox *inbox, const RobofyOutcome *outcome)
{
    RobofyError *error;
    CHECK_INT(robofy_inbox_offer_text(inbox, CHANNEL, "9", "z", "Hello", &error), ROBOFY_ACCEPT_REFUSED);
    check_storage(error);
    CHECK(!robofy_inbox_sent(inbox, outcome, 0, NULL, &error));
    check_storage(error);
    CHECK(!robofy_inbox_failed(inbox, outcome, 0, 0, &error));
    check_storage(error);
    CHECK(!robofy_inbox_pause(inbox, "1", 1, &error));
    check_storage(error);
    CHECK(!robofy_inbox_poll(inbox, -1));
    CHECK_INT(robofy_inbox_poll_fd(inbox), -1);
    CHECK(!robofy_inbox_stats(inbox));
    robofy_inbox_free(inbox);
    return checks_result();
}

static void after_fork_it_is_the_parents(const RobofyClient *client, const char *path)
{
    int status = -1;
    RobofyInbox *inbox = inbox_at(client, path, 1);
    queue(inbox, "1", "f", "!answer=x");
    RobofyOutcome *outcome = next_outcome(inbox, ROBOFY_OUTCOME_KIND_ANSWER);
    pid_t pid = fork();
    if (pid == 0) {
        checks_failed = 0;
        alarm(CHILD_SECONDS);
        _exit(in_the_child(inbox, outcome));
    }
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS);
    check_sent(inbox, outcome);
    robofy_outcome_free(outcome);
    queue(inbox, "1", "g", "!answer=y");
    check_settles(inbox, ROBOFY_OUTCOME_KIND_ANSWER, "y");
    robofy_inbox_free(inbox);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("inbox_forks URL FOLDER");
    char path[1024];
    snprintf(path, sizeof path, "%s/fork", argv[2]);
    RobofyClient *client = client_of(argv[1]);
    after_fork_it_is_the_parents(client, path);
    robofy_client_free(client);
    return checks_result();
}
