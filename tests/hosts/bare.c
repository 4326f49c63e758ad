/* A container with nothing in it: no /etc, so neither resolver settings nor authorities. Each failure says what to do,
   and what needs neither works. Needs root, for chroot. */
#define _GNU_SOURCE
#include <unistd.h>

#include "submitted.h"

static void nothing_to_trust(const char *https)
{
    RobofyError *error;
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_base_url(options, https);
    CHECK(!robofy_client_new(KEY, options, &error));
    check_error(error, ROBOFY_STATUS_TLS);
    CHECK_CONTAINS(robofy_error_message(error), "ca-certificates");
    CHECK_CONTAINS(robofy_error_message(error), "ca_file");
    CHECK_CONTAINS(robofy_error_message(error), "SSL_CERT_FILE");
    robofy_error_free(error);
    robofy_options_free(options);
}

static void nobody_resolves_names(const char *ca_file)
{
    RobofyError *error;
    RobofyOptions *options = options_trusting(ca_file);
    robofy_options_set_max_retries(options, 0);
    RobofyClient *client = client_with(options, "https://agents.robofy.invalid");
    CHECK(!send_query(client, "Hello", &error));
    check_error(error, ROBOFY_STATUS_CONNECT);
    CHECK_CONTAINS(robofy_error_message(error), "base_url");
    CHECK_CONTAINS(robofy_error_message(error), "the name");
    CHECK(robofy_error_is_retryable(error));
    robofy_error_free(error);
    robofy_client_free(client);
}

static void an_address_and_an_authority_are_enough(const char *url, const char *ca_file)
{
    RobofyClient *client = client_trusting(url, ca_file);
    check_answered(client, "Hello");
    submit_query(client, "Hello", 1);
    check_completes(client, 1, ROBOFY_STATUS_OK);
    robofy_client_free(client);
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return usage("bare ROOT|- HTTP_URL HTTPS_URL CA_FILE");
    if (strcmp(argv[1], "-") != 0) {
        CHECK_INT(chroot(argv[1]), 0);
        CHECK_INT(chdir("/"), 0);
        CHECK(access("/etc", F_OK) != 0);
        nobody_resolves_names(argv[4]);
    }
    nothing_to_trust(argv[3]);
    an_address_and_an_authority_are_enough(argv[2], "-");
    an_address_and_an_authority_are_enough(argv[3], argv[4]);
    return checks_result();
}
