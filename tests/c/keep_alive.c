/* Calls, the last after a line of input: meanwhile the service may close the connection, and nobody sees it. */
#include "service.h"

int main(int argc, char **argv)
{
    if (argc != 2 && argc != 3)
        return usage("keep_alive URL [CA_FILE]");
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_max_retries(options, 0);
    if (argc == 3)
        robofy_options_set_ca_file(options, argv[2]);
    RobofyClient *client = client_with(options, argv[1]);
    check_answered(client, "first");
    check_answered(client, "before");
    CHECK_INT(getchar(), '\n');
    check_answered(client, "after");
    robofy_client_free(client);
    return checks_result();
}
