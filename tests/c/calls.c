/* Any call of the service: what is sent, what comes back, and what is refused. */
#include "submitted.h"

#define PROJECTS "/v1/projects"

static RobofyResponse *response_to(const RobofyClient *client, const char *method, const char *query, const char *json,
                                   const RobofyCall *call)
{
    RobofyError *error;
    RobofyResponse *response = robofy_client_request(client, method, PROJECTS, query, json, call, &error);
    if (!CHECK(response && !error))
        fprintf(stderr, "    %s %s: %s\n", method, query, robofy_error_message(error));
    robofy_error_free(error);
    return response;
}

static void a_call_arrives_as_it_was_made(const RobofyClient *client)
{
    RobofyCall *call = robofy_call_new();
    robofy_call_add_query(call, "a", "b c&d");
    RobofyResponse *response = response_to(client, "PATCH", "raw=%2F", "{\"n\": 1.10}", call);
    robofy_call_free(call);
    CHECK_INT(robofy_response_status(response), 200);
    CHECK_INT(robofy_response_attempts(response), 1);
    CHECK_AT_LEAST(robofy_response_elapsed_us(response), 1);
    CHECK_TEXT(robofy_response_header(response, "Content-Type"), "application/json");
    CHECK_TEXT(robofy_response_header(response, "x-none"), NULL);
    CHECK_TEXT(robofy_response_header(response, "no name"), NULL);
    CHECK_TEXT(robofy_response_header(response, "bad \xff"), NULL);
    const char *body = robofy_response_body(response), *data = robofy_response_data(response);
    CHECK_INT(strlen(body), robofy_response_body_length(response));
    CHECK(body == robofy_response_body(response) && data == robofy_response_data(response));
    CHECK_CONTAINS(body, "\"message\":\"Success\"");
    CHECK_CONTAINS(data, "\"method\":\"PATCH\"");
    CHECK_CONTAINS(data, "[[\"raw\",\"/\"],[\"a\",\"b c&d\"]]");
    CHECK_CONTAINS(data, "{\\\"n\\\": 1.10}");
    CHECK_LACKS(data, "Success");
    robofy_response_free(response);
}

static void a_body_may_be_anything(const RobofyClient *client)
{
    static const struct {
        const char *method, *query;
        int32_t status;
        const char *data;
        uint64_t length;
    } bodies[] = {
        {"DELETE", "standin=status%3D204", 204, NULL, 0},
        {"GET", "standin=raw%3D%7B%22data%22%3A7%7D", 200, "7", 10},
        {"GET", "standin=raw%3D%7B%22data%22%3A%22a%00b%22%7D", 200, NULL, 14},
        {"GET", "standin=body%3Djson-array", 200, NULL, 14},
        {"GET", "standin=body%3Dempty", 200, NULL, 0},
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        checks_of = bodies[i].query;
        RobofyResponse *response = response_to(client, bodies[i].method, bodies[i].query, NULL, NULL);
        CHECK_INT(robofy_response_status(response), bodies[i].status);
        CHECK_TEXT(robofy_response_data(response), bodies[i].data);
        CHECK_INT(robofy_response_body_length(response), bodies[i].length);
        const char *body = robofy_response_body(response);
        CHECK(body && !body[bodies[i].length]);
        robofy_response_free(response);
    }
    checks_of = "";
}

static void check_refused(const RobofyClient *client, const char *method, const char *path, const char *query,
                          const char *json, const RobofyCall *call, const char *parameter)
{
    RobofyError *error;
    checks_of = parameter;
    CHECK(!robofy_client_request(client, method, path, query, json, call, &error));
    check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    CHECK_CONTAINS(robofy_error_message(error), parameter);
    robofy_error_free(error);
    CHECK(!robofy_request_submit(client, method, path, query, json, call, 1, &error));
    check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    robofy_error_free(error);
    checks_of = "";
}

static void what_cannot_be_sent_is_refused_by_name(const RobofyClient *client)
{
    const char *const paths[] = {
        NULL, "", "v1", "//evil.example/", "https://evil.example/", "/\\evil.example", "/v1/../x", "/v1/%2e%2e/x",
        "/v1/.%2E/x", "/v1/%252e%252e/x", "/v1/..%2fx", "/v1?a=b", "/v1#a", "/v1\r\nx: y", "/v1/%0d%0a", "/v1/%", "/\xff",
    };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        check_refused(client, "GET", paths[i], NULL, NULL, NULL, "path ");
    check_refused(client, NULL, PROJECTS, NULL, NULL, NULL, "method ");
    check_refused(client, "TRACE", PROJECTS, NULL, NULL, NULL, "method ");
    check_refused(client, "GET\r\n", PROJECTS, NULL, NULL, NULL, "method ");
    check_refused(client, "GET", PROJECTS, "a\nb", NULL, NULL, "query ");
    check_refused(client, "POST", PROJECTS, NULL, "{", NULL, "json_body ");
    check_refused(client, "POST", PROJECTS, NULL, "\xff", NULL, "json_body ");
    check_refused(NULL, "GET", PROJECTS, NULL, NULL, NULL, "client ");
    RobofyCall *call = robofy_call_new();
    robofy_call_add_query(call, NULL, "b");
    check_refused(client, "GET", PROJECTS, NULL, NULL, call, "name ");
    robofy_call_free(call);
    call = robofy_call_new();
    robofy_call_add_query(call, "a", "\xff");
    check_refused(client, "GET", PROJECTS, NULL, NULL, call, "value ");
    robofy_call_free(call);
}

static void check_call_fails(const RobofyClient *client, const char *method, const char *query, const RobofyCall *call,
                        RobofyStatus status, const char *says)
{
    RobofyError *error;
    checks_of = query;
    CHECK(!robofy_client_request(client, method, PROJECTS, query, NULL, call, &error));
    check_error(error, status);
    CHECK_CONTAINS(robofy_error_message(error), says);
    robofy_error_free(error);
    checks_of = "";
}

static void the_services_errors_are_the_tables(const RobofyClient *client)
{
    check_call_fails(client, "GET", "standin=status%3D401", NULL, ROBOFY_STATUS_UNAUTHORIZED, "check the API key");
    check_call_fails(client, "GET", "standin=status%3D404", NULL, ROBOFY_STATUS_NOT_FOUND, "check the path");
    check_call_fails(client, "PUT", "standin=status%3D503", NULL, ROBOFY_STATUS_SERVER, "try again later");
    check_call_fails(client, "GET", "standin=status%3D400%20detail%3D" KEY, NULL, ROBOFY_STATUS_BAD_REQUEST, "[API key]");
    check_call_fails(client, "GET", "standin=redirect%3Dhttps%3A%2F%2Fother.example%2Fx%3Ftoken%3Dy", NULL,
                ROBOFY_STATUS_PROTOCOL, "points to https://other.example/x;");
    RobofyCall *call = robofy_call_new();
    robofy_call_set_timeout_ms(call, 300);
    check_call_fails(client, "GET", "standin=delay-ms%3D60000", call, ROBOFY_STATUS_TIMEOUT, "deadline");
    robofy_call_set_timeout_ms(call, 0);
    robofy_call_set_max_response_bytes(call, 100);
    check_call_fails(client, "GET", "standin=huge%3D1000", call, ROBOFY_STATUS_PROTOCOL, "larger than 100 bytes");
    robofy_call_set_max_response_bytes(call, 0);
    robofy_response_free(response_to(client, "GET", "standin=huge%3D1000", NULL, call));
    robofy_call_free(call);
}

static void only_a_read_is_repeated(const RobofyClient *client)
{
    RobofyResponse *response = response_to(client, "GET", "standin=status%3D503%20fails%3D1", NULL, NULL);
    CHECK_INT(robofy_response_attempts(response), 2);
    robofy_response_free(response);
    check_call_fails(client, "POST", "standin=status%3D503%20fails%3D1", NULL, ROBOFY_STATUS_SERVER, "503");
}

static void submitted_calls_complete_once(const RobofyClient *client)
{
    RobofyError *error;
    CHECK(robofy_request_submit(client, "GET", PROJECTS, NULL, NULL, NULL, 1, &error));
    CHECK(!error);
    RobofyCompletion *completion = robofy_client_poll(client, PATIENCE_MS);
    CHECK_INT(robofy_completion_tag(completion), 1);
    CHECK(!robofy_completion_reply(completion) && !robofy_completion_error(completion));
    CHECK_INT(robofy_response_status(robofy_completion_response(completion)), 200);
    robofy_completion_free(completion);
    CHECK(robofy_request_submit(client, "GET", PROJECTS, "standin=delay-ms%3D60000", NULL, NULL, 2, NULL));
    CHECK(!robofy_request_submit(client, "GET", PROJECTS, NULL, NULL, NULL, 2, &error));
    check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    robofy_error_free(error);
    CHECK(robofy_client_cancel(client, 2));
    check_completes(client, 2, ROBOFY_STATUS_CANCELLED);
    submit_query(client, "Hello", 3);
    check_completes(client, 3, ROBOFY_STATUS_OK);
    CHECK(!robofy_client_poll(client, 0));
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("calls URL CA_FILE|-");
    RobofyClient *client = client_trusting(argv[1], argv[2]);
    a_call_arrives_as_it_was_made(client);
    a_body_may_be_anything(client);
    what_cannot_be_sent_is_refused_by_name(client);
    the_services_errors_are_the_tables(client);
    only_a_read_is_repeated(client);
    submitted_calls_complete_once(client);
    /* One that is in flight does not keep the client. */
    CHECK(robofy_request_submit(client, "GET", PROJECTS, "standin=delay-ms%3D60000", NULL, NULL, 4, NULL));
    robofy_client_free(client);
    return checks_result();
}
