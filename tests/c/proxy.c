/* Sends one message through the proxy that is named (`-`: none is, and the environment counts) and expects a status. */
#include "service.h"

int main(int argc, char **argv)
{
    if (argc != 5)
        return usage("proxy URL CA_FILE|- PROXY|- EXPECTED_STATUS");
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_max_retries(options, 0);
    if (strcmp(argv[2], "-") != 0)
        robofy_options_set_ca_file(options, argv[2]);
    if (strcmp(argv[3], "-") != 0)
        robofy_options_set_proxy(options, argv[3]);
    RobofyClient *client = client_with(options, argv[1]);
    RobofyStatus expected = (RobofyStatus)atoi(argv[4]);
    if (expected == ROBOFY_STATUS_OK) {
        check_answered(client, "Hello");
    } else {
        RobofyError *error = failure_of(client, "Hello", expected);
        CHECK_LACKS(robofy_error_message(error), "proxy-password");
        CHECK_INT(robofy_error_is_retryable(error), expected == ROBOFY_STATUS_CONNECT);
        robofy_error_free(error);
    }
    robofy_client_free(client);
    return checks_result();
}
