/* What a reply carries, and that odd answers arrive as text a C string can hold. */
#include "service.h"

static void a_reply_tells_everything(const RobofyClient *client)
{
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, "Hello");
    RobofyError *error;
    robofy_message_set_session_id(message, "918727000001");
    RobofyReply *reply = robofy_whatsapp_send(client, message, &error);
    CHECK(!error);
    CHECK_TEXT(robofy_reply_answer(reply), "Hello! You wrote: \"Hello\".");
    CHECK_TEXT(robofy_reply_session_id(reply), "918727000001");
    CHECK_TEXT(robofy_reply_message(reply), "Success");
    CHECK_TEXT(robofy_reply_json(reply),
               "{\"message\":\"Success\",\"data\":{\"answer\":\"Hello! You wrote: \\\"Hello\\\".\","
               "\"session_id\":\"918727000001\"}}");
    CHECK_INT(robofy_reply_attempts(reply), 1);
    CHECK_BETWEEN(robofy_reply_elapsed_us(reply), 1, 60 * 1000 * 1000);
    robofy_reply_free(reply);
    robofy_message_free(message);
}

static void the_whole_library_in_one_call(const RobofyClient *client)
{
    RobofyError *error;
    char *answer = robofy_whatsapp_chat(client, PID, CHATBOT, "one-call", "Hi", &error);
    CHECK(!error);
    CHECK_TEXT(answer, "Hello! You wrote: \"Hi\".");
    robofy_free_string(answer);
    answer = robofy_whatsapp_chat(client, PID, CHATBOT, "one-call", "Again", NULL);
    CHECK_TEXT(answer, "You wrote: \"Again\". Before that you wrote: \"Hi\".");
    robofy_free_string(answer);
}

static void a_message_is_used_again(const RobofyClient *client)
{
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, "One");
    robofy_message_set_session_id(message, "reused");
    RobofyReply *first = robofy_whatsapp_send(client, message, NULL);
    RobofyReply *same = robofy_whatsapp_send(client, message, NULL);
    robofy_message_set_query(message, "Two");
    RobofyReply *second = robofy_whatsapp_send(client, message, NULL);
    robofy_message_set_session_id(message, NULL);
    RobofyReply *elsewhere = robofy_whatsapp_send(client, message, NULL);
    robofy_message_free(message);
    CHECK_TEXT(robofy_reply_answer(first), "Hello! You wrote: \"One\".");
    CHECK_TEXT(robofy_reply_answer(same), "You wrote: \"One\". Before that you wrote: \"One\".");
    CHECK_TEXT(robofy_reply_answer(second), "You wrote: \"Two\". Before that you wrote: \"One\", \"One\".");
    CHECK_TEXT(robofy_reply_answer(elsewhere), "Hello! You wrote: \"Two\".");
    CHECK(robofy_reply_session_id(elsewhere) && strcmp(robofy_reply_session_id(elsewhere), "reused") != 0);
    robofy_reply_free(first);
    robofy_reply_free(same);
    robofy_reply_free(second);
    robofy_reply_free(elsewhere);
}

static void check_answer(const RobofyClient *client, const char *query, const char *expected)
{
    checks_of = query;
    RobofyReply *reply = reply_to(client, query);
    CHECK_TEXT(robofy_reply_answer(reply), expected);
    robofy_reply_free(reply);
    checks_of = "";
}

static void answers_are_text_that_c_can_hold(const RobofyClient *client)
{
    check_answer(client, "!nul", "before\xef\xbf\xbd" "after");
    check_answer(client, "!emoji",
                 "Hello \xf0\x9f\x91\x8b\xf0\x9f\x8f\xbd from the \xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9"
                 "\xe2\x80\x8d\xf0\x9f\x91\xa7\xe2\x80\x8d\xf0\x9f\x91\xa6");
    check_answer(client, "!answer=\\ud83d\\udc4b", "\xf0\x9f\x91\x8b");
    check_answer(client, "!answer=cut\\ud83d", "cut\xef\xbf\xbd");
    check_answer(client, "!answer=\\udc4b\\ud83d", "\xef\xbf\xbd\xef\xbf\xbd");
    check_answer(client, "!answer=\"tab\\there\\nnew line\"", "tab\there\nnew line");
    check_answer(client, "!answer=\\u0000", "\xef\xbf\xbd");
}

static void what_the_service_may_add_is_tolerated(const RobofyClient *client)
{
    check_answered(client, "!extra-keys");
    check_answered(client, "!duplicate-keys");
    check_answered(client, "!bom");
    check_answered(client, "!deep=100");
    check_answered(client, "!headers=60");
    check_answered(client, "!chunked");
    check_answered(client, "!drip-ms=1");
}

static void a_reply_without_session_has_none(const RobofyClient *client)
{
    RobofyReply *reply = reply_to(client, "!no-session");
    CHECK(robofy_reply_answer(reply));
    CHECK(!robofy_reply_session_id(reply));
    robofy_reply_free(reply);
    reply = reply_to(client, "!raw={\"data\":{\"answer\":\"Only this\"}}");
    CHECK_TEXT(robofy_reply_answer(reply), "Only this");
    CHECK(!robofy_reply_session_id(reply));
    CHECK(!robofy_reply_message(reply));
    CHECK_TEXT(robofy_reply_json(reply), "{\"data\":{\"answer\":\"Only this\"}}");
    robofy_reply_free(reply);
}

static void a_long_answer_arrives_whole(const RobofyClient *client)
{
    RobofyReply *reply = reply_to(client, "!huge=5000000");
    CHECK(robofy_reply_answer(reply) && strlen(robofy_reply_answer(reply)) == 5000000);
    robofy_reply_free(reply);
    reply = reply_to(client, "!huge-chunked=5000000");
    CHECK(robofy_reply_answer(reply) && strlen(robofy_reply_answer(reply)) == 5000000);
    robofy_reply_free(reply);
}

static void a_reply_outlives_its_client(const char *url)
{
    RobofyClient *client = client_of(url);
    RobofyReply *reply = reply_to(client, "Hello");
    robofy_client_free(client);
    CHECK_TEXT(robofy_reply_answer(reply), "Hello! You wrote: \"Hello\".");
    robofy_reply_free(reply);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return usage("replies URL");
    RobofyClient *client = client_of(argv[1]);
    a_reply_tells_everything(client);
    the_whole_library_in_one_call(client);
    a_message_is_used_again(client);
    answers_are_text_that_c_can_hold(client);
    what_the_service_may_add_is_tolerated(client);
    a_reply_without_session_has_none(client);
    a_long_answer_arrives_whole(client);
    robofy_client_free(client);
    a_reply_outlives_its_client(argv[1]);
    return checks_result();
}
