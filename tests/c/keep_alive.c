/* Two calls, the second after a line of input: meanwhile the service may close the connection, and nobody sees it. */
#include "service.h"

int main(int argc, char **argv)
{
    if (argc != 2)
        return usage("keep_alive URL");
    RobofyClient *client = client_of(argv[1]);
    check_answered(client, "before");
    CHECK_INT(getchar(), '\n');
    check_answered(client, "after");
    robofy_client_free(client);
    return checks_result();
}
