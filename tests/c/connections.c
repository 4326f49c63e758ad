/* A connection that is not made, breaks off or carries no HTTP: each is told apart, and the next call is answered. */
#include "loopback.h"
#include "service.h"

static void nobody_listens(void)
{
    const char *const schemes[] = {"http", "https"};
    struct sockaddr_in address;
    int fd = bound_socket(&address);
    for (size_t i = 0; i < 2; i++) {
        RobofyClient *client = client_without_retries(url_of(schemes[i], &address));
        RobofyError *error = failure_of(client, "Hello", ROBOFY_STATUS_CONNECT);
        CHECK_INT(robofy_error_http_status(error), 0);
        CHECK(robofy_error_is_retryable(error));
        robofy_error_free(error);
        robofy_client_free(client);
    }
    close(fd);
}

static void nobody_has_the_name(void)
{
    RobofyClient *client = client_without_retries("https://agents.robofy.invalid");
    RobofyError *error = failure_of(client, "Hello", ROBOFY_STATUS_CONNECT);
    CHECK(robofy_error_is_retryable(error));
    robofy_error_free(error);
    robofy_client_free(client);
}

static const struct {
    const char *query;
    RobofyStatus status;
} broken[] = {
    {"!reset=before", ROBOFY_STATUS_INTERRUPTED},        {"!close=before", ROBOFY_STATUS_INTERRUPTED},
    {"!reset=after-headers", ROBOFY_STATUS_INTERRUPTED}, {"!reset=midway", ROBOFY_STATUS_INTERRUPTED},
    {"!close=midway", ROBOFY_STATUS_PROTOCOL},           {"!truncate", ROBOFY_STATUS_PROTOCOL},
    {"!truncate chunked", ROBOFY_STATUS_PROTOCOL},       {"!content-length=+10", ROBOFY_STATUS_PROTOCOL},
    {"!content-length=-10", ROBOFY_STATUS_PROTOCOL},     {"!garbage", ROBOFY_STATUS_PROTOCOL},
};

/* On a new connection, and on one that has answered before. */
static void the_service_breaks_off(const char *url)
{
    RobofyClient *client = client_without_retries(url);
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        checks_of = broken[i].query;
        for (int again = 0; again < 2; again++) {
            RobofyError *error = failure_of(client, broken[i].query, broken[i].status);
            CHECK(!robofy_error_is_retryable(error));
            CHECK(!robofy_error_code(error));
            robofy_error_free(error);
        }
        check_answered(client, "Hello");
    }
    checks_of = "";
    robofy_client_free(client);
}

static void a_redirect_is_not_followed(const char *url, const char *elsewhere)
{
    char query[256];
    snprintf(query, sizeof query, "!redirect=%s/v1/ai-agent/whatsapp/chat", elsewhere);
    RobofyClient *client = client_of(url);
    RobofyError *error = failure_of(client, query, ROBOFY_STATUS_PROTOCOL);
    CHECK_INT(robofy_error_http_status(error), 302);
    CHECK(!robofy_error_is_retryable(error));
    robofy_error_free(error);
    snprintf(query, sizeof query, "!status=307 redirect=%s/v1/ai-agent/whatsapp/chat", elsewhere);
    check_fails(client, query, ROBOFY_STATUS_PROTOCOL);
    robofy_client_free(client);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("connections URL ELSEWHERE");
    nobody_listens();
    nobody_has_the_name();
    the_service_breaks_off(argv[1]);
    a_redirect_is_not_followed(argv[1], argv[2]);
    return checks_result();
}
