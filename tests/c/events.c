/* An answer while it is written: its events, and how it may end. */
#include "streaming.h"

static void the_sample_comes_in_its_order(const RobofyClient *client)
{
    static const struct {
        RobofyStreamEventKind kind;
        const char *name, *text;
    } expected[] = {
        {ROBOFY_STREAM_EVENT_KIND_OTHER, "start", NULL},
        {ROBOFY_STREAM_EVENT_KIND_OTHER, "start-step", NULL},
        {ROBOFY_STREAM_EVENT_KIND_TOOL, "book", NULL},
        {ROBOFY_STREAM_EVENT_KIND_TOOL, NULL, NULL},
        {ROBOFY_STREAM_EVENT_KIND_TOOL, NULL, NULL},
        {ROBOFY_STREAM_EVENT_KIND_TOOL, "book", NULL},
        {ROBOFY_STREAM_EVENT_KIND_TOOL, NULL, NULL},
        {ROBOFY_STREAM_EVENT_KIND_OTHER, "text-start", NULL},
        {ROBOFY_STREAM_EVENT_KIND_DELTA, "text-delta", "0 "},
        {ROBOFY_STREAM_EVENT_KIND_DELTA, "text-delta", "1 "},
        {ROBOFY_STREAM_EVENT_KIND_OTHER, "text-end", NULL},
        {ROBOFY_STREAM_EVENT_KIND_OTHER, "finish-step", NULL},
        {ROBOFY_STREAM_EVENT_KIND_FINISH, "finish", "stop"},
        {ROBOFY_STREAM_EVENT_KIND_SESSION, "data-session", SESSION},
        {ROBOFY_STREAM_EVENT_KIND_OTHER, "data-finish-reason", NULL},
    };
    RobofyError *error;
    RobofyStream *stream = open_stream(client, "!deltas=2 tools");
    check_stream(stream, "", NULL);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        RobofyStreamEvent *event = robofy_stream_next(stream, PATIENCE_MS, &error);
        if (!CHECK(event && !error))
            break;
        CHECK_INT(robofy_stream_event_kind(event), expected[i].kind);
        CHECK_TEXT(robofy_stream_event_name(event), expected[i].name);
        CHECK_TEXT(robofy_stream_event_text(event), expected[i].text);
        CHECK_CONTAINS(robofy_stream_event_json(event), "{\"");
        CHECK(!robofy_stream_is_done(stream));
        robofy_stream_event_free(event);
    }
    CHECK_INT(read_to_end(stream, &error), 0);
    CHECK(!error);
    check_stream(stream, "0 1 ", SESSION);
    CHECK(!robofy_stream_cancel(stream));
    robofy_stream_free(stream);
}

static void odd_streams_are_read(const RobofyClient *client)
{
    static const char *const queries[] = {
        "!answer=Hello line-end=crlf",  "!answer=Hello line-end=cr", "!answer=Hello bom comments",
        "!answer=Hello split-data",     "!answer=Hello drip-ms=0",   "!answer=Hello after-done",
        "!answer=Hello unknown-events", "!answer=Hello goaway",
    };
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        RobofyError *error;
        RobofyStream *stream = open_stream(client, queries[i]);
        checks_of = queries[i];
        CHECK_AT_LEAST(read_to_end(stream, &error), 9);
        CHECK(!error);
        check_stream(stream, "Hello", SESSION);
        checks_of = "";
        robofy_stream_free(stream);
    }
}

static void each_end_is_told(const RobofyClient *client)
{
    check_stream_fails(client, "!answer=Hello no-done", ROBOFY_STATUS_INTERRUPTED, "cut short", "Hello");
    check_stream_fails(client, "!deltas=4 reset=midway", ROBOFY_STATUS_INTERRUPTED, "cut short", "0 1 2 ");
    check_stream_fails(client, "!answer=Hello stream-error=No_credit.", ROBOFY_STATUS_SERVER, "No credit", "Hello");
    check_stream_fails(client, "!answer=Hello insert={", ROBOFY_STATUS_PROTOCOL, "not JSON", "Hello");
    check_stream_fails(client, "!huge=10000000", ROBOFY_STATUS_PROTOCOL, "larger than", "");
    check_stream_fails(client, "!status=401", ROBOFY_STATUS_UNAUTHORIZED, "API key", "");
    check_stream_fails(client, "!body=envelope", ROBOFY_STATUS_PROTOCOL, "no stream of events", "");
}

static void the_service_ends_it_in_its_words(const RobofyClient *client)
{
    RobofyError *error;
    RobofyStream *stream = open_stream(client, "!stream-error=No_credit.");
    read_to_end(stream, &error);
    CHECK_TEXT(robofy_error_detail(error), "No credit.");
    CHECK_INT(robofy_error_http_status(error), 200);
    robofy_error_free(error);
    robofy_stream_free(stream);
}

static void each_event_has_its_time(const RobofyClient *client)
{
    static const char *const queries[] = {"!delay-ms=60000", "!endless=silence",
                                          "!endless=comments event-delay-ms=20"};
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        RobofyError *error;
        RobofyStream *stream = open_within(client, queries[i], (uint64_t)rounds(500, 5000));
        read_to_end(stream, &error);
        check_error(error, ROBOFY_STATUS_TIMEOUT);
        robofy_error_free(error);
        robofy_stream_free(stream);
    }
}

static void nothing_in_time_is_no_end(const RobofyClient *client)
{
    RobofyError *error;
    RobofyStream *stream = open_stream(client, "!body-delay-ms=60000");
    CHECK(!robofy_stream_next(stream, 0, &error) && !error);
    CHECK(!robofy_stream_next(stream, 20, &error) && !error);
    CHECK(!robofy_stream_is_done(stream));
    CHECK(robofy_stream_cancel(stream));
    CHECK(!robofy_stream_next(stream, -1, &error));
    check_error(error, ROBOFY_STATUS_CANCELLED);
    robofy_error_free(error);
    CHECK(robofy_stream_is_done(stream));
    robofy_stream_free(stream);
}

static void check_refused(const RobofyClient *client, const char *path, const RobofyMessage *message, const char *name)
{
    RobofyError *error;
    CHECK(!robofy_stream_open(client, path, message, &error));
    check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    CHECK_CONTAINS(robofy_error_message(error), name);
    robofy_error_free(error);
}

static void bad_arguments_are_refused_by_name(const RobofyClient *client)
{
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, "Hello"), *bad = robofy_message_new(NULL, CHATBOT, "Hello");
    static const char *const paths[] = {NULL, "", "v1", "//other.example/", "https://other.example/", "/a/../b",
                                        "/a%2f..%2fb", "/a?b", "/\xff"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        check_refused(client, paths[i], message, "path ");
    check_refused(NULL, STREAM_PATH, message, "client ");
    check_refused(client, STREAM_PATH, NULL, "message ");
    check_refused(client, STREAM_PATH, bad, "pid ");
    robofy_message_free(message);
    robofy_message_free(bad);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("events URL CA_FILE|-");
    RobofyClient *client = client_trusting(argv[1], argv[2]);
    the_sample_comes_in_its_order(client);
    odd_streams_are_read(client);
    each_end_is_told(client);
    the_service_ends_it_in_its_words(client);
    each_event_has_its_time(client);
    nothing_in_time_is_no_end(client);
    bad_arguments_are_refused_by_name(client);
    robofy_client_free(client);
    return checks_result();
}
