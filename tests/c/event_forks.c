/* A stream is its parent's; a child has streams of its own. */
#include <sys/wait.h>
#include <unistd.h>

#include "streaming.h"

static void a_child_has_no_part_in_it(const RobofyClient *client)
{
    RobofyError *error;
    RobofyStream *stream = open_stream(client, "!answer=Hello event-delay-ms=20");
    pid_t child = fork();
    if (child == 0) {
        CHECK(!robofy_stream_next(stream, -1, &error));
        check_error(error, ROBOFY_STATUS_CANCELLED);
        robofy_error_free(error);
        CHECK(robofy_stream_is_done(stream));
        CHECK_INT(robofy_stream_poll_fd(stream), -1);
        robofy_stream_free(stream);
        RobofyStream *own = open_stream(client, "!answer=Hello");
        CHECK_INT(read_to_end(own, &error), 9);
        CHECK(!error);
        robofy_stream_free(own);
        _exit(checks_result());
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK_INT(read_to_end(stream, &error), 9);
    CHECK(!error);
    robofy_stream_free(stream);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("event_forks URL CA_FILE|-");
    RobofyClient *client = client_trusting(argv[1], argv[2]);
    a_child_has_no_part_in_it(client);
    robofy_client_free(client);
    return checks_result();
}
