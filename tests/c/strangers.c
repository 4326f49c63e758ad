/* Bodies that no channel sends: any bytes, any depth and any length are an error or an event, and nothing breaks. */
#include "service.h"

static RobofyIncoming *read_by(uint32_t channel, const char *bytes, uint64_t length, RobofyError **error)
{
    RobofyWebhook *webhook = robofy_webhook_new(channel, NULL, NULL);
    RobofyIncoming *incoming = robofy_webhook_read(webhook, "", NULL, bytes, length, error);
    robofy_webhook_free(webhook);
    return incoming;
}

/* Whatever comes, there is one of the two, and each event can be read. */
static uint32_t check_read(uint32_t channel, const char *bytes, uint64_t length)
{
    RobofyError *error;
    RobofyIncoming *incoming = read_by(channel, bytes, length, &error);
    CHECK(!incoming != !error);
    if (error)
        check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    robofy_error_free(error);
    uint32_t count = robofy_incoming_count(incoming);
    for (uint32_t i = 0; i < count; i++) {
        const RobofyEvent *event = robofy_incoming_event(incoming, i);
        if (!CHECK(robofy_event_json(event)))
            break;
        CHECK_BETWEEN(robofy_event_kind(event), ROBOFY_EVENT_KIND_TEXT, ROBOFY_EVENT_KIND_OTHER);
    }
    robofy_incoming_free(incoming);
    return count;
}

static void check_problem(const char *bytes, uint64_t length, const char *words)
{
    RobofyError *error;
    checks_of = words;
    CHECK(!read_by(ROBOFY_CHANNEL_META, bytes, length, &error));
    check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    CHECK_CONTAINS(robofy_error_message(error), "body");
    CHECK_CONTAINS(robofy_error_message(error), words);
    robofy_error_free(error);
    checks_of = "";
}

static void a_body_that_cannot_be_read_says_why(void)
{
    check_problem(NULL, 0, "is not JSON");
    check_problem("", 0, "is not JSON");
    check_problem("{", 1, "is not JSON");
    check_problem("{\"a\":\"\xff\"}", 9, "is not UTF-8");
    check_problem("{}\0", 3, "is not JSON");
    check_problem(NULL, 1, "must not be NULL");
}

/* The length is looked at before the body is. */
static void a_length_beyond_the_limit_reads_nothing(void)
{
    static const uint64_t lengths[] = {3 * 1024 * 1024 + 1, UINT32_MAX, INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        check_problem("{}", lengths[i], "is larger than");
    check_problem(NULL, UINT64_MAX, "must not be NULL");
}

static void depth_is_bounded(void)
{
    enum { DEPTH = 100000 };
    char *bytes = malloc(2 * DEPTH);
    if (!bytes)
        exit(1);
    memset(bytes, '[', DEPTH);
    memset(bytes + DEPTH, ']', DEPTH);
    for (uint32_t channel = 0; channel < 4; channel++)
        check_read(channel, bytes, 2 * DEPTH);
    check_problem(bytes, 2 * DEPTH, "nests deeper than");
    free(bytes);
}

static void any_bytes_are_read_or_refused(void)
{
    char bytes[64];
    uint32_t random = 1;
    for (int round = 0; round < rounds(20000, 500); round++) {
        for (size_t i = 0; i < sizeof bytes; i++) {
            random = random * 1664525 + 1013904223;
            bytes[i] = round % 2 ? (char)(random >> 24) : "{}[]\",:\\u0aidfrom=&%+"[(random >> 24) % 21];
        }
        check_read((uint32_t)round % 4, bytes, (uint64_t)(random >> 26));
    }
}

/* NUL, which C's strings end with, is in no text. */
static void what_c_cannot_hold_is_replaced(void)
{
    static const char body[] =
        "{\"entry\":[{\"changes\":[{\"field\":\"messages\",\"value\":{\"messages\":[{\"id\":\"1\",\"from\":\"2\","
        "\"type\":\"text\",\"text\":{\"body\":\"a\\u0000b\\ud83d\"}}]}}]}]}";
    RobofyIncoming *incoming = read_by(ROBOFY_CHANNEL_META, body, sizeof body - 1, NULL);
    CHECK_TEXT(robofy_event_text(robofy_incoming_event(incoming, 0)), "a\xef\xbf\xbd" "b\xef\xbf\xbd");
    robofy_incoming_free(incoming);
}

/* Each of them, in its order, and no more than they are. */
static void many_events_are_each_found(void)
{
    static const char begin[] = "{\"entry\":[{\"changes\":[{\"field\":\"messages\",\"value\":{\"messages\":[";
    const uint32_t count = (uint32_t)rounds(60000, 3000);
    char *bytes = malloc(count * 40 + sizeof begin + 16);
    if (!bytes)
        exit(1);
    char *at = bytes + sprintf(bytes, "%s", begin);
    for (uint32_t i = 0; i < count; i++)
        at += sprintf(at, "%s{\"id\":\"%" PRIu32 "\",\"from\":\"2\"}", i ? "," : "", i);
    at += sprintf(at, "]}}]}]}");
    RobofyError *error;
    RobofyIncoming *incoming = read_by(ROBOFY_CHANNEL_META, bytes, (uint64_t)(at - bytes), &error);
    CHECK(!error);
    free(bytes);
    CHECK_INT(robofy_incoming_count(incoming), count);
    for (uint32_t i = 0; i < count; i++) {
        char expected[16];
        sprintf(expected, "%" PRIu32, i);
        if (!CHECK_TEXT(robofy_event_id(robofy_incoming_event(incoming, i)), expected))
            break;
    }
    CHECK(!robofy_incoming_event(incoming, count));
    robofy_incoming_free(incoming);
}

int main(void)
{
    a_body_that_cannot_be_read_says_why();
    a_length_beyond_the_limit_reads_nothing();
    depth_is_bounded();
    any_bytes_are_read_or_refused();
    what_c_cannot_hold_is_replaced();
    many_events_are_each_found();
    return checks_result();
}
