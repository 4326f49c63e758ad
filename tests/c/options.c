/* Each option does what it says; what only the service can see, the stand-in's record shows. */
#include "clock.h"
#include "service.h"

static char *joined(const char *url, const char *path)
{
    static char whole[256];
    snprintf(whole, sizeof whole, "%s%s", url, path);
    return whole;
}

static void the_product_is_named(const char *url)
{
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_user_agent(options, "my-gateway/2.1");
    RobofyClient *client = client_with(options, url);
    check_answered(client, "user agent");
    robofy_client_free(client);
    options = robofy_options_new();
    robofy_options_set_user_agent(options, "my-gateway/2.1");
    robofy_options_set_user_agent(options, NULL);
    client = client_with(options, url);
    check_answered(client, "user agent by default");
    robofy_client_free(client);
}

static void the_path_of_the_base_url_is_kept(const char *url)
{
    const char *const paths[] = {"/", "/eu", "/eu/west/"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        RobofyClient *client = client_of(joined(url, paths[i]));
        RobofyReply *reply = send_query(client, paths[i], NULL);
        robofy_reply_free(reply);
        robofy_client_free(client);
    }
}

static void retries_are_counted(const char *url)
{
    static const struct {
        uint32_t retries;
        const char *query;
    } rows[] = {{0, "!status=503 code=NONE"}, {1, "!status=503 code=ONE"}, {3, "!status=503 code=THREE"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        RobofyOptions *options = robofy_options_new();
        robofy_options_set_max_retries(options, rows[i].retries);
        RobofyClient *client = client_with(options, url);
        check_fails(client, rows[i].query, ROBOFY_STATUS_SERVER);
        robofy_client_free(client);
    }
    RobofyClient *client = client_of(url);
    check_fails(client, "!status=503 code=DEFAULT", ROBOFY_STATUS_SERVER);
    robofy_client_free(client);
}

static void a_call_is_bounded_by_its_timeout(const char *url)
{
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_timeout_ms(options, 400);
    RobofyClient *client = client_with(options, url);
    int64_t began = now_ms();
    check_fails(client, "!delay-ms=60000", ROBOFY_STATUS_TIMEOUT);
    CHECK_BETWEEN(now_ms() - began, 390, 30000);
    robofy_client_free(client);
}

static void a_message_may_have_its_own_timeout(const char *url)
{
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, "!delay-ms=1000");
    RobofyOptions *options = robofy_options_new();
    RobofyError *error;
    robofy_options_set_timeout_ms(options, 400);
    RobofyClient *client = client_with(options, url);
    robofy_message_set_timeout_ms(message, 60000);
    RobofyReply *reply = robofy_whatsapp_send(client, message, NULL);
    CHECK(reply != NULL);
    robofy_reply_free(reply);
    robofy_message_set_timeout_ms(message, 0);
    CHECK(!robofy_whatsapp_send(client, message, &error));
    check_error(error, ROBOFY_STATUS_TIMEOUT);
    robofy_error_free(error);
    robofy_message_free(message);
    robofy_client_free(client);
}

static void a_response_is_bounded(const char *url)
{
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_max_response_bytes(options, 10000);
    RobofyClient *client = client_with(options, url);
    check_answered(client, "!huge=9000");
    check_fails(client, "!huge=11000", ROBOFY_STATUS_PROTOCOL);
    check_fails(client, "!huge-chunked=11000", ROBOFY_STATUS_PROTOCOL);
    check_fails(client, "!huge-chunked=100000000", ROBOFY_STATUS_PROTOCOL);
    RobofyError *error = failure_of(client, "!huge=100000000", ROBOFY_STATUS_PROTOCOL);
    CHECK_CONTAINS(robofy_error_message(error), "max_response_bytes");
    robofy_error_free(error);
    robofy_client_free(client);
}

static void a_response_is_bounded_by_default(const char *url)
{
    RobofyClient *client = client_of(url);
    check_answered(client, "!huge=8000000");
    check_fails(client, "!huge=8388609", ROBOFY_STATUS_PROTOCOL);
    robofy_client_free(client);
}

static void options_serve_several_clients(const char *url)
{
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_base_url(options, url);
    RobofyClient *one = robofy_client_new("key-one", options, NULL);
    RobofyClient *two = robofy_client_new("key-two", options, NULL);
    robofy_options_free(options);
    check_answered(one, "key one");
    check_answered(two, "key two");
    robofy_client_free(one);
    robofy_client_free(two);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return usage("options URL");
    the_product_is_named(argv[1]);
    the_path_of_the_base_url_is_kept(argv[1]);
    retries_are_counted(argv[1]);
    a_call_is_bounded_by_its_timeout(argv[1]);
    a_message_may_have_its_own_timeout(argv[1]);
    a_response_is_bounded(argv[1]);
    a_response_is_bounded_by_default(argv[1]);
    options_serve_several_clients(argv[1]);
    return checks_result();
}
