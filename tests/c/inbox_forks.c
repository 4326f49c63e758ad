/* After fork() an inbox is the parent's: in the child every call says so. */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inboxes.h"

/* A child that hangs must fail its test, not outlive it. */
#define CHILD_SECONDS 120
#define THREADS 4

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

static atomic_bool is_over;

static void *poll_again_and_again(void *inbox)
{
    while (!atomic_load(&is_over))
        CHECK(!robofy_inbox_poll(inbox, 0));
    return NULL;
}

/* What a thread of the parent has locked at that moment stays so in the child. */
static void it_is_forked_amid_polls(const RobofyClient *client)
{
    pthread_t polling[THREADS];
    RobofyInbox *inbox = inbox_with(client, bursts_of(2));
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_create(&polling[i], NULL, poll_again_and_again, inbox), 0);
    for (int round = 0; round < rounds(200, 10); round++) {
        int status = -1;
        pid_t pid = fork();
        if (pid == 0) {
            alarm(CHILD_SECONDS);
            RobofyOutcome *outcome = robofy_inbox_poll(inbox, 0);
            robofy_inbox_free(inbox);
            _exit(outcome ? EXIT_FAILURE : EXIT_SUCCESS);
        }
        CHECK_INT(waitpid(pid, &status, 0), pid);
        if (!CHECK(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS))
            break;
    }
    atomic_store(&is_over, true);
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_join(polling[i], NULL), 0);
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
    it_is_forked_amid_polls(client);
    robofy_client_free(client);
    return checks_result();
}
