/* Over HTTP/2 a stream may be refused, reset or the last one; each is told apart, and the next call is answered. */
#include "service.h"

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("http2 URL CA_FILE");
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_ca_file(options, argv[2]);
    RobofyClient *client = client_with(options, argv[1]);
    check_answered(client, "Hello");

    RobofyReply *reply = reply_to(client, "!refuse-stream fails=1");
    CHECK_INT(robofy_reply_attempts(reply), 2);
    robofy_reply_free(reply);

    RobofyError *error = failure_of(client, "!refuse-stream", ROBOFY_STATUS_CONNECT);
    CHECK(robofy_error_is_retryable(error));
    robofy_error_free(error);

    error = failure_of(client, "!reset-stream=before", ROBOFY_STATUS_INTERRUPTED);
    CHECK(!robofy_error_is_retryable(error));
    robofy_error_free(error);
    check_fails(client, "!reset-stream=midway", ROBOFY_STATUS_INTERRUPTED);
    check_fails(client, "!truncate", ROBOFY_STATUS_PROTOCOL);

    check_answered(client, "!goaway");
    check_answered(client, "after goaway");
    check_fails(client, "!reset=midway", ROBOFY_STATUS_INTERRUPTED);
    check_answered(client, "after a reset");
    robofy_client_free(client);
    return checks_result();
}
