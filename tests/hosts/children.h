/* Child processes: a hang fails the test instead of outliving it, and their checks are the parent's too. */
#ifndef CHILDREN_H
#define CHILDREN_H

#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

#define CHILD_SECONDS 120

/* In the child, where it returns 0, the checks begin anew. */
static inline pid_t fork_child(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        checks_failed = 0;
        alarm(CHILD_SECONDS);
    }
    return pid;
}

static inline void check_child(pid_t pid)
{
    int status = -1;
    CHECK_INT(waitpid(pid, &status, 0), pid);
    if (!CHECK(WIFEXITED(status)))
        fprintf(stderr, "    ended by signal %d\n", WTERMSIG(status));
    else
        CHECK_INT(WEXITSTATUS(status), EXIT_SUCCESS);
}

#endif
