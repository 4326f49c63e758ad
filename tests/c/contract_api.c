/* The contract of the bindings, kept by C: what is beside chats, with the fields of one case as NAME=VALUE. */
#include "told.h"

/* Whoever runs this gives the stand-in the same path. */
#define STREAM_PATH "/v1/ai-agent/events"

static void check_received(const RobofyResponse *response)
{
    for (int i = 0; told_again("arrives", i); i++)
        CHECK_CONTAINS(robofy_response_data(response), told_again("arrives", i));
}

static void requests(const char *url)
{
    RobofyError *error;
    RobofyClient *client = client_as_told(url);
    RobofyCall *call = robofy_call_new();
    for (int i = 0; told_again("query", i); i += 2)
        robofy_call_add_query(call, told_again("query", i), told_again("query", i + 1));
    RobofyResponse *response = robofy_client_request(client, told("method"), told("path"), NULL, told("body"), call, &error);
    CHECK(!response != !error);
    if (error)
        check_failed_as_told(error);
    else
        check_received(response);
    robofy_response_free(response);
    robofy_error_free(error);

    if (robofy_request_submit(client, told("method"), told("path"), NULL, told("body"), call, 1, &error)) {
        RobofyCompletion *completion = next_completion(client);
        if (robofy_completion_error(completion))
            check_failed_as_told(robofy_completion_error(completion));
        else
            check_received(robofy_completion_response(completion));
        robofy_completion_free(completion);
    } else {
        check_failed_as_told(error);
        robofy_error_free(error);
    }
    robofy_call_free(call);
    robofy_client_free(client);
}

static void check_uploaded(const RobofyUpload *upload, const RobofyResponse *response)
{
    if (!CHECK(response != NULL))
        return;
    check_received(response);
    CHECK_AT_LEAST(robofy_upload_sent(upload), 1);
    CHECK_INT(robofy_upload_sent(upload), robofy_upload_total(upload));
}

static void uploads(const char *url)
{
    RobofyClient *client = client_as_told(url);
    for (int is_file = 0; is_file < 2; is_file++) {
        RobofyError *error;
        RobofyUpload *upload = robofy_upload_new();
        const char *content = told("content");
        if (is_file)
            robofy_upload_add_file(upload, "file", told("file"), NULL, NULL);
        else
            robofy_upload_add_bytes(upload, "file", content, strlen(content), told("file_name"), NULL);
        RobofyResponse *response = robofy_client_upload(client, told("path"), upload, NULL, &error);
        check_uploaded(upload, response);
        robofy_error_free(error);
        robofy_response_free(response);
        if (CHECK(robofy_upload_submit(client, told("path"), upload, NULL, 1, NULL))) {
            RobofyCompletion *completion = next_completion(client);
            check_uploaded(upload, robofy_completion_response(completion));
            robofy_completion_free(completion);
        }
        robofy_upload_free(upload);
    }
    robofy_client_free(client);
}

/* Rows are JSON as it was written. */
static void check_leads(const RobofyClient *client)
{
    RobofyPage *page;
    RobofyError *error;
    int row = 0;
    RobofyLeads *leads = robofy_leads_new(PID, CHATBOT);
    while ((page = robofy_leads_next(leads, client, NULL, &error))) {
        for (uint64_t i = 0; i < robofy_page_count(page); i++, row++)
            if (CHECK(told_again("leads", row) != NULL))
                CHECK_CONTAINS(robofy_page_row(page, i), told_again("leads", row));
        robofy_page_free(page);
    }
    CHECK(!error && row > 0 && !told_again("leads", row));
    robofy_error_free(error);
    robofy_leads_free(leads);
}

static void lists(const char *url)
{
    RobofyError *error;
    RobofyClient *client = client_as_told(url);
    check_leads(client);

    RobofySessions *sessions = robofy_inbox_sessions(client, CHATBOT, NULL, &error);
    CHECK(sessions && !error);
    for (int i = 0; told_again("sessions", i); i++)
        CHECK_TEXT(robofy_sessions_session_id(sessions, (uint64_t)i), told_again("sessions", i));
    CHECK(!told_again("sessions", (int)robofy_sessions_count(sessions)));
    robofy_sessions_free(sessions);

    RobofySettings *settings = robofy_agent_settings(client, PID, CHATBOT, NULL, &error);
    CHECK(settings && !error);
    CHECK_TEXT(robofy_settings_temperature(settings), told("temperature"));
    CHECK_TEXT(robofy_settings_llm_api_key(settings), told("key"));
    robofy_settings_free(settings);
    robofy_client_free(client);
}

static RobofyStream *stream_as_told(const RobofyClient *client)
{
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, told("query"));
    RobofyStream *stream = robofy_stream_open(client, STREAM_PATH, message, NULL);
    CHECK(stream != NULL);
    robofy_message_free(message);
    return stream;
}

static void check_came(const RobofyStream *stream)
{
    char *text = robofy_stream_text(stream), *session = robofy_stream_session_id(stream);
    CHECK_TEXT(text, told("answer"));
    if (told("session"))
        CHECK_INT(session != NULL, is_told("session", "true"));
    robofy_free_string(text);
    robofy_free_string(session);
}

static void streams(const char *url)
{
    RobofyStreamEvent *event;
    RobofyError *error;
    RobofyClient *client = client_as_told(url);
    RobofyStream *stream = stream_as_told(client);
    while ((event = robofy_stream_next(stream, -1, &error)))
        robofy_stream_event_free(event);
    CHECK(robofy_stream_is_done(stream));
    check_came(stream);
    CHECK_INT(error != NULL, told("status") != NULL);
    if (error)
        check_failed_as_told(error);
    robofy_error_free(error);
    robofy_stream_free(stream);
    robofy_client_free(client);
}

static void stream_cancel(const char *url)
{
    RobofyError *error = NULL;
    RobofyStreamEventKind kind;
    RobofyClient *client = client_as_told(url);
    RobofyStream *stream = stream_as_told(client);
    do {
        RobofyStreamEvent *event = robofy_stream_next(stream, -1, &error);
        kind = robofy_stream_event_kind(event);
        if (!CHECK(event != NULL))
            break;
        robofy_stream_event_free(event);
    } while (kind != ROBOFY_STREAM_EVENT_KIND_DELTA);
    int64_t begun = now_ms();
    CHECK(robofy_stream_cancel(stream));
    CHECK(!robofy_stream_next(stream, -1, &error));
    CHECK_BETWEEN(now_ms() - begun, 0, told_number("within_ms"));
    check_failed_as_told(error);
    check_came(stream);
    robofy_error_free(error);
    robofy_stream_free(stream);
    robofy_client_free(client);
}

static const struct promise promises[] = {
    {"requests", requests}, {"uploads", uploads},           {"lists", lists},
    {"streams", streams},   {"stream_cancel", stream_cancel},
};

int main(int argc, char **argv)
{
    return keep_promise(promises, sizeof promises / sizeof *promises, argc, argv);
}
