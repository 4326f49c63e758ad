/* An agent's answer as WhatsApp text, in parts that fit. */
#include "service.h"

static void check_format(const char *text, uint32_t dialect, const char *expected)
{
    RobofyError *error;
    char *formatted = robofy_whatsapp_format(text, dialect, &error);
    checks_of = text;
    CHECK(!error);
    CHECK_TEXT(formatted, expected);
    char *again = robofy_whatsapp_format(formatted, dialect, NULL);
    CHECK_TEXT(again, expected);
    robofy_free_string(again);
    robofy_free_string(formatted);
    checks_of = "";
}

static void answers_are_formatted_in_each_dialect(void)
{
    check_format("", ROBOFY_DIALECT_AUTO, "");
    check_format("**Order 12** is ready", ROBOFY_DIALECT_AUTO, "*Order 12* is ready");
    check_format("*Order 12* is ready", ROBOFY_DIALECT_AUTO, "*Order 12* is ready");
    check_format("[our guide](https://e.com/a_b)", ROBOFY_DIALECT_AUTO, "our guide: https://e.com/a_b");
    check_format("AT&amp;T", ROBOFY_DIALECT_WHATSAPP, "AT&T");
    check_format("`2**3**2` is 512", ROBOFY_DIALECT_WHATSAPP, "`2**3**2` is 512");
    char *italic = robofy_whatsapp_format("*x* and **y**", ROBOFY_DIALECT_MARKDOWN, NULL);
    CHECK_TEXT(italic, "_x_ and *y*");
    robofy_free_string(italic);
}

static void bad_texts_are_refused(void)
{
    RobofyError *error;
    CHECK(!robofy_whatsapp_format("caf\xe9", ROBOFY_DIALECT_AUTO, &error));
    check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    CHECK_CONTAINS(robofy_error_message(error), "text is not valid UTF-8");
    robofy_error_free(error);
    CHECK(!robofy_whatsapp_split("\xed\xa0\x80", 0, &error));
    check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    robofy_error_free(error);
    static const uint32_t dialects[] = {3, 255, UINT32_MAX};
    for (size_t i = 0; i < sizeof dialects / sizeof *dialects; i++) {
        CHECK(!robofy_whatsapp_format("x", dialects[i], &error));
        check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
        CHECK_CONTAINS(robofy_error_message(error), "dialect");
        robofy_error_free(error);
    }
}

static void a_text_is_split_where_it_can_be(void)
{
    RobofyError *error;
    RobofyParts *parts = robofy_whatsapp_split("One. Two.\n\nThree. Four.", 14, &error);
    CHECK(!error);
    CHECK_INT(robofy_parts_count(parts), 2);
    CHECK_TEXT(robofy_parts_text(parts, 0), "One. Two.\n\n");
    CHECK_TEXT(robofy_parts_text(parts, 1), "Three. Four.");
    CHECK(!robofy_parts_text(parts, 2));
    CHECK(!robofy_parts_text(parts, UINT32_MAX));
    robofy_parts_free(parts);
    static const char *const blank[] = {"", " ", "\n\n\t"};
    for (size_t i = 0; i < sizeof blank / sizeof *blank; i++) {
        parts = robofy_whatsapp_split(blank[i], 0, &error);
        CHECK(parts && !error);
        CHECK_INT(robofy_parts_count(parts), 0);
        CHECK(!robofy_parts_text(parts, 0));
        robofy_parts_free(parts);
    }
}

/* One after another, the parts of a text without marks are the text; none is longer than the limit. */
static void nothing_is_lost_at_any_limit(void)
{
    static const uint32_t limits[] = {0, 1, 2, 7, 1024, 4096, UINT32_MAX};
    char text[6001];
    for (size_t i = 0; i < sizeof text - 1; i++)
        text[i] = (char)(i % 11 == 10 ? ' ' : 'a' + i % 26);
    text[sizeof text - 1] = '\0';
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        RobofyParts *parts = robofy_whatsapp_split(text, limits[i], NULL);
        uint32_t limit = limits[i] == 0 ? 4096 : limits[i] < 2 ? 2 : limits[i];
        size_t done = 0;
        for (uint32_t at = 0; at < robofy_parts_count(parts); at++) {
            const char *part = robofy_parts_text(parts, at);
            size_t length = strlen(part);
            CHECK_BETWEEN(length, 1, limit);
            /* White space that fits no part is left out. */
            while (limit == 2 && text[done] == ' ' && *part != ' ')
                done++;
            if (!CHECK(strncmp(text + done, part, length) == 0))
                break;
            done += length;
        }
        CHECK_BETWEEN(done, sizeof text - 2, sizeof text - 1);
        robofy_parts_free(parts);
    }
}

static void a_large_text_is_no_matter(void)
{
    size_t size = (size_t)rounds(1000000, 20000);
    char *text = malloc(size + 1);
    RobofyError *error;
    if (!text)
        exit(1);
    for (size_t i = 0; i < size; i++)
        text[i] = "*_~`>[("[i % 7];
    text[size] = '\0';
    char *formatted = robofy_whatsapp_format(text, ROBOFY_DIALECT_MARKDOWN, &error);
    CHECK(formatted && *formatted && !error);
    RobofyParts *parts = robofy_whatsapp_split(formatted, 0, &error);
    CHECK(parts && !error);
    CHECK_AT_LEAST(robofy_parts_count(parts), (int64_t)strlen(formatted) / 3 / 4096);
    robofy_parts_free(parts);
    robofy_free_string(formatted);
    free(text);
}

static void a_reply_is_sent_in_parts(const RobofyClient *client)
{
    RobofyReply *reply = reply_to(client, "!answer=**bold**");
    CHECK_TEXT(robofy_reply_answer(reply), "**bold**");
    RobofyParts *parts = robofy_reply_parts(reply, 0);
    robofy_reply_free(reply);
    /* They are the caller's own. */
    CHECK_INT(robofy_parts_count(parts), 1);
    CHECK_TEXT(robofy_parts_text(parts, 0), "*bold*");
    robofy_parts_free(parts);
    reply = reply_to(client, "!answer=**bold**-or-not");
    parts = robofy_reply_parts(reply, 8);
    robofy_reply_free(reply);
    CHECK_INT(robofy_parts_count(parts), 2);
    CHECK_TEXT(robofy_parts_text(parts, 0), "*bold*-o");
    CHECK_TEXT(robofy_parts_text(parts, 1), "r-not");
    robofy_parts_free(parts);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return usage("text URL");
    answers_are_formatted_in_each_dialect();
    bad_texts_are_refused();
    a_text_is_split_where_it_can_be();
    nothing_is_lost_at_any_limit();
    a_large_text_is_no_matter();
    RobofyClient *client = client_of(argv[1]);
    a_reply_is_sent_in_parts(client);
    robofy_client_free(client);
    return checks_result();
}
