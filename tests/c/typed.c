/* The calls whose answers have types: chats of any platform, leads, sessions, settings. */
#include "submitted.h"

static void a_chat_of_any_platform(const RobofyClient *client)
{
    RobofyError *error;
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, "any platform");
    RobofyReply *reply = robofy_chat_send(client, message, &error);
    CHECK(reply && !error);
    CHECK_CONTAINS(robofy_reply_answer(reply), "any platform");
    CHECK(robofy_reply_session_id(reply) != NULL);
    robofy_message_set_session_id(message, robofy_reply_session_id(reply));
    robofy_reply_free(reply);
    robofy_message_set_platform(message, "telegram");
    CHECK(robofy_chat_submit(client, message, 1, &error));
    check_completes(client, 1, ROBOFY_STATUS_OK);
    CHECK(!robofy_whatsapp_send(client, message, &error));
    check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    CHECK_CONTAINS(robofy_error_message(error), "platform ");
    robofy_error_free(error);
    robofy_message_set_platform(message, "\xff");
    CHECK(!robofy_chat_send(client, message, &error));
    CHECK_CONTAINS(robofy_error_message(error), "platform ");
    robofy_error_free(error);
    robofy_message_free(message);
}

static void leads_come_page_by_page(const RobofyClient *client)
{
    RobofyError *error;
    RobofyLeads *leads = robofy_leads_new(PID, CHATBOT);
    robofy_leads_set_session_id(leads, "s 1");
    RobofyPage *page;
    uint64_t pages = 0, rows = 0;
    while ((page = robofy_leads_next(leads, client, NULL, &error))) {
        pages++;
        CHECK_TEXT(robofy_page_columns(page), "[\"name\"]");
        CHECK(!robofy_page_row(page, robofy_page_count(page)));
        for (uint64_t i = 0; i < robofy_page_count(page); i++, rows++)
            CHECK_CONTAINS(robofy_page_row(page, i), "{\"name\":\"Lead ");
        CHECK((robofy_page_next_token(page) == NULL) == (pages == 3));
        robofy_page_free(page);
    }
    CHECK(!error);
    CHECK_INT(pages, 3);
    CHECK_INT(rows, 6);
    CHECK(!robofy_leads_next(leads, client, NULL, &error) && !error);
    robofy_leads_free(leads);

    leads = robofy_leads_new("loop", CHATBOT);
    page = robofy_leads_next(leads, client, NULL, &error);
    CHECK(page && !error);
    robofy_page_free(page);
    CHECK(!robofy_leads_next(leads, client, NULL, &error));
    check_error(error, ROBOFY_STATUS_PROTOCOL);
    robofy_error_free(error);
    CHECK(!robofy_leads_next(leads, client, NULL, &error) && !error);
    robofy_leads_free(leads);
}

static void sessions_are_listed(const RobofyClient *client, const char *chatbot)
{
    RobofyError *error;
    RobofySessions *sessions = robofy_inbox_sessions(client, chatbot, NULL, &error);
    CHECK(sessions && !error);
    CHECK_INT(robofy_sessions_count(sessions), 2);
    CHECK_TEXT(robofy_sessions_session_id(sessions, 0), "918727000000");
    CHECK_TEXT(robofy_sessions_last_message_time(sessions, 0), "2026-01-01T00:00:00Z");
    CHECK_TEXT(robofy_sessions_last_message(sessions, 0), "Hello");
    CHECK_TEXT(robofy_sessions_user_profile_name(sessions, 0), "Asha");
    CHECK_TEXT(robofy_sessions_last_message_direction(sessions, 0), "in");
    CHECK_TEXT(robofy_sessions_website_url(sessions, 0), NULL);
    CHECK_TEXT(robofy_sessions_last_message_time(sessions, 1), "1767225600");
    CHECK_TEXT(robofy_sessions_session_id(sessions, 2), NULL);
    robofy_sessions_free(sessions);
}

static void settings_are_read(const RobofyClient *client)
{
    RobofyError *error;
    RobofySettings *settings = robofy_agent_settings(client, PID, CHATBOT, NULL, &error);
    CHECK(settings && !error);
    CHECK_CONTAINS(robofy_settings_json(settings), "\"unheard_of\"");
    CHECK_TEXT(robofy_settings_llm_api_key(settings), "sk-agent-secret");
    CHECK_TEXT(robofy_settings_temperature(settings), "0.7");
    CHECK_TEXT(robofy_settings_thinking_mode(settings), "low");
    robofy_settings_free(settings);
}

static void ids_are_checked(const RobofyClient *client)
{
    const char *const bad[] = {NULL, "", "..", "a/b", "\xff"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        RobofyError *error;
        CHECK(!robofy_agent_settings(client, PID, bad[i], NULL, &error));
        CHECK_CONTAINS(robofy_error_message(error), "chatbot_id ");
        robofy_error_free(error);
        CHECK(!robofy_inbox_sessions(client, bad[i], NULL, &error));
        CHECK_CONTAINS(robofy_error_message(error), "chatbot_id ");
        robofy_error_free(error);
        RobofyLeads *leads = robofy_leads_new(bad[i], CHATBOT);
        CHECK(!robofy_leads_next(leads, client, NULL, &error));
        CHECK_CONTAINS(robofy_error_message(error), "project_id ");
        robofy_error_free(error);
        robofy_leads_free(leads);
    }
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("typed URL CA_FILE|-");
    RobofyClient *client = client_trusting(argv[1], argv[2]);
    a_chat_of_any_platform(client);
    leads_come_page_by_page(client);
    sessions_are_listed(client, CHATBOT);
    sessions_are_listed(client, "array");
    settings_are_read(client);
    ids_are_checked(client);
    robofy_client_free(client);
    return checks_result();
}
