/* Every argument that cannot be used is refused by its name, before anything is sent. */
#include "service.h"

#define BAD_UTF8 "bad \xff text"

static void check_refused(RobofyError *error, const char *parameter)
{
    check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    CHECK_CONTAINS(robofy_error_message(error), parameter);
    CHECK_INT(robofy_error_http_status(error), 0);
    CHECK(!robofy_error_is_retryable(error));
    CHECK(!robofy_error_code(error));
    robofy_error_free(error);
}

static void keys(const char *url)
{
    const char *const bad[] = {NULL, "", "key\n", "k\tey", "\x7fkey", "key\r\nx-injected: 1", BAD_UTF8};
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_base_url(options, url);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        RobofyError *error;
        checks_of = bad[i] ? bad[i] : "NULL";
        CHECK(!robofy_client_new(bad[i], options, &error));
        check_refused(error, "api_key");
    }
    robofy_options_free(options);
}

typedef void set_text(RobofyOptions *options, const char *value);
typedef void set_number(RobofyOptions *options, uint64_t value);

static void check_options_refused(RobofyOptions *options, const char *parameter)
{
    RobofyError *error;
    CHECK(!robofy_client_new(KEY, options, &error));
    check_refused(error, parameter);
    robofy_options_free(options);
}

static void texts_of_options(const char *url)
{
    static const struct {
        set_text *set;
        const char *parameter, *value;
    } bad[] = {
        {robofy_options_set_base_url, "base_url", ""},
        {robofy_options_set_base_url, "base_url", BAD_UTF8},
        {robofy_options_set_base_url, "base_url", "agents.robofy.ai"},
        {robofy_options_set_base_url, "base_url", "/v1"},
        {robofy_options_set_base_url, "base_url", "https://"},
        {robofy_options_set_base_url, "base_url", "ftp://agents.robofy.ai"},
        {robofy_options_set_base_url, "base_url", "http://agents.robofy.ai"},
        {robofy_options_set_base_url, "base_url", "http://192.0.2.1:80"},
        {robofy_options_set_base_url, "base_url", "http://127.0.0.1.example"},
        {robofy_options_set_base_url, "base_url", "http://localhost@example.com"},
        {robofy_options_set_ca_file, "ca_file", ""},
        {robofy_options_set_ca_file, "ca_file", BAD_UTF8},
        {robofy_options_set_ca_file, "ca_file", "/nonexistent/ca.pem"},
        {robofy_options_set_ca_file, "ca_file", "/"},
        {robofy_options_set_ca_file, "ca_file", "/dev/null"},
        {robofy_options_set_ca_file, "ca_file", "/etc/passwd"},
        {robofy_options_set_proxy, "proxy", BAD_UTF8},
        {robofy_options_set_proxy, "proxy", "no url"},
        {robofy_options_set_proxy, "proxy", "gopher://127.0.0.1:70"},
        {robofy_options_set_user_agent, "user_agent", BAD_UTF8},
        {robofy_options_set_user_agent, "user_agent", "two\r\nlines: 1"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        RobofyOptions *options = robofy_options_new();
        checks_of = bad[i].value;
        robofy_options_set_base_url(options, url);
        bad[i].set(options, bad[i].value);
        check_options_refused(options, bad[i].parameter);
    }
}

static void numbers_of_options(const char *url)
{
    static const struct {
        set_number *set;
        const char *parameter;
    } bad[] = {
        {robofy_options_set_timeout_ms, "timeout_ms"},
        {robofy_options_set_connect_timeout_ms, "connect_timeout_ms"},
        {robofy_options_set_max_response_bytes, "max_response_bytes"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        RobofyOptions *options = robofy_options_new();
        checks_of = bad[i].parameter;
        robofy_options_set_base_url(options, url);
        bad[i].set(options, 0);
        check_options_refused(options, bad[i].parameter);
    }
}

/* NULL, the default, takes a bad value back. */
static void a_good_value_replaces_a_bad_one(const char *url)
{
    RobofyOptions *options = robofy_options_new();
    checks_of = "replaced";
    robofy_options_set_base_url(options, BAD_UTF8);
    robofy_options_set_ca_file(options, "/nonexistent/ca.pem");
    robofy_options_set_ca_file(options, NULL);
    robofy_options_set_proxy(options, "no url");
    robofy_options_set_proxy(options, NULL);
    robofy_options_set_user_agent(options, BAD_UTF8);
    robofy_options_set_user_agent(options, NULL);
    robofy_options_set_timeout_ms(options, 0);
    robofy_options_set_timeout_ms(options, 1000);
    robofy_client_free(client_with(options, url));
}

/* Neither sent nor submitted. */
static void check_not_taken(const RobofyClient *client, const RobofyMessage *message, const char *parameter)
{
    RobofyError *error;
    CHECK(!robofy_whatsapp_send(client, message, &error));
    check_refused(error, parameter);
    CHECK(!robofy_whatsapp_submit(client, message, 1, &error));
    check_refused(error, parameter);
    CHECK(!robofy_client_poll(client, 0));
}

static void texts_of_messages(const RobofyClient *client)
{
    static const struct {
        const char *parameter, *pid, *chatbot_id, *query;
    } bad[] = {
        {"pid", NULL, CHATBOT, "Hello"},
        {"pid", "", CHATBOT, "Hello"},
        {"pid", BAD_UTF8, CHATBOT, "Hello"},
        {"chatbot_id", PID, NULL, "Hello"},
        {"chatbot_id", PID, "", "Hello"},
        {"chatbot_id", PID, BAD_UTF8, "Hello"},
        {"query", PID, CHATBOT, NULL},
        {"query", PID, CHATBOT, ""},
        {"query", PID, CHATBOT, BAD_UTF8},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        RobofyError *error;
        checks_of = bad[i].parameter;
        RobofyMessage *message = robofy_message_new(bad[i].pid, bad[i].chatbot_id, bad[i].query);
        check_not_taken(client, message, bad[i].parameter);
        robofy_message_free(message);
        CHECK(!robofy_whatsapp_chat(client, bad[i].pid, bad[i].chatbot_id, NULL, bad[i].query, &error));
        check_refused(error, bad[i].parameter);
    }
}

static void sessions(const RobofyClient *client)
{
    const char *const bad[] = {"", BAD_UTF8};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        RobofyError *error;
        checks_of = "session_id";
        RobofyMessage *message = robofy_message_new(PID, CHATBOT, "Hello");
        robofy_message_set_session_id(message, bad[i]);
        check_not_taken(client, message, "session_id");
        robofy_message_free(message);
        CHECK(!robofy_whatsapp_chat(client, PID, CHATBOT, bad[i], "Hello", &error));
        check_refused(error, "session_id");
    }
}

static void user_contexts(const RobofyClient *client)
{
    const char *const bad[] = {
        "",
        BAD_UTF8,
        "null",
        "7",
        "\"text\"",
        "[]",
        "{",
        "{} {}",
        "{name:1}",
        "{\"platform\":\"web\"}",
        "{\"platform\":\"whatsapp\"}",
        "{\"plat\\u0066orm\":\"web\"}",
        "{\"a\":1,\"platform\":null}",
        "{\"session_id\":7}",
        "{\"session_id\":null}",
        "{\"session_id\":\"another\"}",
    };
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, "Hello");
    robofy_message_set_session_id(message, "session");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        checks_of = bad[i];
        robofy_message_set_user_context(message, bad[i]);
        check_not_taken(client, message, "user_context");
    }
    robofy_message_free(message);
}

static void the_message_itself(const RobofyClient *client)
{
    checks_of = "message";
    check_not_taken(client, NULL, "message");
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return usage("arguments URL");
    keys(argv[1]);
    texts_of_options(argv[1]);
    numbers_of_options(argv[1]);
    a_good_value_replaces_a_bad_one(argv[1]);
    RobofyClient *client = client_of(argv[1]);
    texts_of_messages(client);
    sessions(client);
    user_contexts(client);
    the_message_itself(client);
    robofy_client_free(client);
    return checks_result();
}
