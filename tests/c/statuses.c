/* Every way in which the service refuses or misspeaks has its own status, and its words reach the caller. */
#include "service.h"

struct row {
    const char *query;
    RobofyStatus status;
    int http_status;
    bool retryable;
    const char *code;
    const char *detail;
};

static const struct row refusals[] = {
    {"!status=400", ROBOFY_STATUS_BAD_REQUEST, 400, false, "BAD_REQUEST",
     "Invalid request body or missing required fields."},
    {"!status=401", ROBOFY_STATUS_UNAUTHORIZED, 401, false, "UNAUTHORIZED",
     "Authentication token is missing or invalid."},
    {"!status=402 code=PAY detail=Pay_first", ROBOFY_STATUS_BAD_REQUEST, 402, false, "PAY", "Pay first"},
    {"!status=403 detail=Not_yours", ROBOFY_STATUS_FORBIDDEN, 403, false, "FORBIDDEN", "Not yours"},
    {"!status=404 detail=None_such", ROBOFY_STATUS_NOT_FOUND, 404, false, "PROJECT_NOT_FOUND", "None such"},
    {"!status=408 code=SLOW detail=Slow", ROBOFY_STATUS_BAD_REQUEST, 408, true, "SLOW", "Slow"},
    {"!status=409 code=TWICE detail=Twice", ROBOFY_STATUS_BAD_REQUEST, 409, false, "TWICE", "Twice"},
    {"!status=413 code=LONG detail=Long", ROBOFY_STATUS_BAD_REQUEST, 413, false, "LONG", "Long"},
    {"!status=422 code=ODD detail=Odd", ROBOFY_STATUS_BAD_REQUEST, 422, false, "ODD", "Odd"},
    {"!status=429 code=BUSY detail=Busy", ROBOFY_STATUS_RATE_LIMITED, 429, true, "BUSY", "Busy"},
    {"!status=500 detail=Broken", ROBOFY_STATUS_SERVER, 500, false, "INTERNAL_SERVER_ERROR", "Broken"},
    {"!status=501 code=NONE detail=None", ROBOFY_STATUS_SERVER, 501, false, "NONE", "None"},
    {"!status=502 code=GATE detail=Gate", ROBOFY_STATUS_SERVER, 502, false, "GATE", "Gate"},
    {"!status=503 code=DOWN detail=Down", ROBOFY_STATUS_SERVER, 503, true, "DOWN", "Down"},
    {"!status=504 code=LATE detail=Late", ROBOFY_STATUS_SERVER, 504, false, "LATE", "Late"},
    {"!status=599 code=OWN detail=Own", ROBOFY_STATUS_SERVER, 599, false, "OWN", "Own"},
};

static const struct row refusals_without_envelope[] = {
    {"!status=401 body=empty", ROBOFY_STATUS_UNAUTHORIZED, 401, false, NULL, NULL},
    {"!status=403 body=html", ROBOFY_STATUS_FORBIDDEN, 403, false, NULL, NULL},
    {"!status=404 body=text", ROBOFY_STATUS_NOT_FOUND, 404, false, NULL, NULL},
    {"!status=429 body=json-array", ROBOFY_STATUS_RATE_LIMITED, 429, true, NULL, NULL},
    {"!status=500 body=empty", ROBOFY_STATUS_SERVER, 500, false, NULL, NULL},
    {"!status=502 body=html", ROBOFY_STATUS_SERVER, 502, false, NULL, NULL},
    {"!status=503 body=html", ROBOFY_STATUS_SERVER, 503, true, NULL, NULL},
    {"!status=504 body=empty", ROBOFY_STATUS_SERVER, 504, false, NULL, NULL},
    {"!status=500 raw={\"error\":\"a string\",\"message\":7}", ROBOFY_STATUS_SERVER, 500, false, NULL, NULL},
    {"!status=500 raw=\"\\ud800", ROBOFY_STATUS_SERVER, 500, false, NULL, NULL},
};

static const struct row undocumented[] = {
    {"!status=201", ROBOFY_STATUS_PROTOCOL, 201, false, NULL, NULL},
    {"!status=204", ROBOFY_STATUS_PROTOCOL, 204, false, NULL, NULL},
    {"!status=206", ROBOFY_STATUS_PROTOCOL, 206, false, NULL, NULL},
    {"!status=304", ROBOFY_STATUS_PROTOCOL, 304, false, NULL, NULL},
    {"!empty-answer", ROBOFY_STATUS_PROTOCOL, 200, false, NULL, NULL},
    {"!no-answer", ROBOFY_STATUS_PROTOCOL, 200, false, NULL, NULL},
    {"!null-answer", ROBOFY_STATUS_PROTOCOL, 200, false, NULL, NULL},
    {"!number-answer", ROBOFY_STATUS_PROTOCOL, 200, false, NULL, NULL},
    {"!not-json", ROBOFY_STATUS_PROTOCOL, 200, false, NULL, NULL},
    {"!bad-utf8", ROBOFY_STATUS_PROTOCOL, 200, false, NULL, NULL},
    {"!body=empty", ROBOFY_STATUS_PROTOCOL, 200, false, NULL, NULL},
    {"!body=html", ROBOFY_STATUS_PROTOCOL, 200, false, NULL, NULL},
    {"!body=json-array", ROBOFY_STATUS_PROTOCOL, 200, false, NULL, NULL},
    {"!raw=null", ROBOFY_STATUS_PROTOCOL, 200, false, NULL, NULL},
    {"!raw={\"data\":[\"answer\"]}", ROBOFY_STATUS_PROTOCOL, 200, false, NULL, NULL},
    {"!raw={\"data\":{\"answer\":\"cut", ROBOFY_STATUS_PROTOCOL, 200, false, NULL, NULL},
    {"!raw={\"data\":{\"answer\":\"one\"}} {\"data\":{\"answer\":\"two\"}}",
     ROBOFY_STATUS_PROTOCOL, 200, false, NULL, NULL},
};

static void check_row(const RobofyClient *client, const struct row *row)
{
    checks_of = row->query;
    RobofyError *error = failure_of(client, row->query, row->status);
    CHECK_INT(robofy_error_http_status(error), row->http_status);
    CHECK_TEXT(robofy_error_code(error), row->code);
    CHECK_TEXT(robofy_error_detail(error), row->detail);
    CHECK_INT(robofy_error_is_retryable(error), row->retryable);
    CHECK_INT(robofy_error_retry_after_ms(error), 0);
    robofy_error_free(error);
    checks_of = "";
}

#define CHECK_ROWS(client, rows)                                                                                       \
    for (size_t i = 0; i < sizeof(rows) / sizeof *(rows); i++)                                                         \
        check_row(client, &(rows)[i])

static void messages_name_the_status_and_the_services_words(const RobofyClient *client)
{
    RobofyError *error = failure_of(client, "!status=401", ROBOFY_STATUS_UNAUTHORIZED);
    CHECK_CONTAINS(robofy_error_message(error), "401");
    CHECK_CONTAINS(robofy_error_message(error), "UNAUTHORIZED");
    CHECK_CONTAINS(robofy_error_message(error), "Authentication token is missing or invalid");
    robofy_error_free(error);
}

static void bodies_without_envelope_leave_an_excerpt(const RobofyClient *client)
{
    RobofyError *error = failure_of(client, "!status=503 body=text", ROBOFY_STATUS_SERVER);
    CHECK_CONTAINS(robofy_error_message(error), "503");
    CHECK_CONTAINS(robofy_error_message(error), "upstream is not well");
    robofy_error_free(error);
}

static void excerpts_are_bounded(const RobofyClient *client)
{
    RobofyError *error = failure_of(client, "!status=500 body=envelope code=A detail=B deep=100000",
                                    ROBOFY_STATUS_SERVER);
    CHECK(strlen(robofy_error_message(error)) < 2000);
    robofy_error_free(error);
}

static void words_on_several_lines_make_a_message_of_one(const RobofyClient *client)
{
    check_fails(client, "!status=400 detail=\"one\\ntwo\\tthree\\u0000four\"", ROBOFY_STATUS_BAD_REQUEST);
    check_fails(client, "!status=400 code=\"A\\r\\nB\"", ROBOFY_STATUS_BAD_REQUEST);
}

static void an_echoed_key_is_taken_out(const RobofyClient *client)
{
    check_fails(client, "!status=401 detail=The_key_" KEY "_is_unknown", ROBOFY_STATUS_UNAUTHORIZED);
    check_fails(client, "!status=403 code=NO_" KEY, ROBOFY_STATUS_FORBIDDEN);
    check_fails(client, "!status=404 raw={\"message\":\"" KEY "\"}", ROBOFY_STATUS_NOT_FOUND);
    check_fails(client, "!status=500 raw=the key " KEY " broke it", ROBOFY_STATUS_SERVER);
    check_fails(client, "!raw=the key " KEY " is odd", ROBOFY_STATUS_PROTOCOL);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return usage("statuses URL");
    RobofyClient *client = client_without_retries(argv[1]);
    CHECK_ROWS(client, refusals);
    CHECK_ROWS(client, refusals_without_envelope);
    CHECK_ROWS(client, undocumented);
    messages_name_the_status_and_the_services_words(client);
    bodies_without_envelope_leave_an_excerpt(client);
    excerpts_are_bounded(client);
    words_on_several_lines_make_a_message_of_one(client);
    an_echoed_key_is_taken_out(client);
    check_answered(client, "Hello");
    robofy_client_free(client);
    return checks_result();
}
