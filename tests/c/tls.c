/* Over TLS a service is trusted whose certificate is in order, and no other. */
#include "service.h"

static RobofyClient *client_of_one_attempt(const char *url, const char *ca_file)
{
    RobofyOptions *options = options_trusting(ca_file);
    robofy_options_set_max_retries(options, 0);
    return client_with(options, url);
}

static void is_trusted(const char *url, const char *ca_file)
{
    RobofyClient *client = client_of_one_attempt(url, ca_file);
    check_answered(client, "Hello");
    check_answered(client, "Hello again");
    check_fails(client, "!status=401", ROBOFY_STATUS_UNAUTHORIZED);
    check_fails(client, "!reset=before", ROBOFY_STATUS_INTERRUPTED);
    check_answered(client, "And again");
    robofy_client_free(client);
}

static void is_refused(const char *url, const char *ca_file, const char *because)
{
    RobofyClient *client = client_of_one_attempt(url, ca_file);
    RobofyError *error = failure_of(client, "Hello", ROBOFY_STATUS_TLS);
    CHECK_CONTAINS(robofy_error_message(error), because);
    CHECK_INT(robofy_error_http_status(error), 0);
    CHECK(!robofy_error_is_retryable(error));
    robofy_error_free(error);
    robofy_client_free(client);
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "trusted") == 0)
        is_trusted(argv[2], argv[3]);
    else if (argc == 4 && strcmp(argv[1], "unnamed") == 0)
        is_refused(argv[2], "-", argv[3]);
    else if (argc == 5 && strcmp(argv[1], "refused") == 0)
        is_refused(argv[2], argv[3], argv[4]);
    else
        return usage("tls trusted URL CA_FILE | refused URL CA_FILE REASON | unnamed URL REASON");
    return checks_result();
}
