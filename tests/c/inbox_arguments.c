/* Options and arguments that an inbox refuses, by name. */
#include "inboxes.h"

static void check_new_refuses(const RobofyClient *client, RobofyInboxOptions *options, RobofyStatus status,
                              const char *words)
{
    RobofyError *error;
    checks_of = words;
    CHECK(!robofy_inbox_new(client, PID, CHATBOT, options, &error));
    check_error(error, status);
    CHECK_CONTAINS(robofy_error_message(error), words);
    robofy_error_free(error);
    robofy_inbox_options_free(options);
    checks_of = "";
}

static void bad_options_are_named(const RobofyClient *client)
{
    static const char *const named[] = {
        "path",       "path",   "max_messages", "max_characters", "dedup_ms",    "window_ms", "max_pending", "status",
        "fallback", "media", "media",        "media",          "stop_words", "start_words", "join", "dialect",
    };
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        RobofyInboxOptions *options = robofy_inbox_options_new();
        switch (i) {
        case 0: robofy_inbox_options_set_path(options, ""); break;
        case 1: robofy_inbox_options_set_path(options, "\xff"); break;
        case 2: robofy_inbox_options_set_max_messages(options, 0); break;
        case 3: robofy_inbox_options_set_max_characters(options, 0); break;
        case 4: robofy_inbox_options_set_dedup_ms(options, 0); break;
        case 5: robofy_inbox_options_set_window_ms(options, 0); break;
        case 6: robofy_inbox_options_set_max_pending(options, 0); break;
        case 7: robofy_inbox_options_set_fallback(options, 4711, "Sorry."); break;
        case 8: robofy_inbox_options_set_fallback(options, ROBOFY_STATUS_OK, "\xff"); break;
        case 9: robofy_inbox_options_set_media(options, 3, "Sorry."); break;
        case 10: robofy_inbox_options_set_media(options, ROBOFY_MEDIA_POLICY_TELL, NULL); break;
        case 11: robofy_inbox_options_set_media(options, ROBOFY_MEDIA_POLICY_REPLY, " "); break;
        case 12: robofy_inbox_options_set_stop_words(options, "\xff", NULL); break;
        case 13: robofy_inbox_options_set_start_words(options, NULL, "\xff"); break;
        case 14: robofy_inbox_options_set_join(options, "\xff"); break;
        case 15: robofy_inbox_options_set_dialect(options, 3); break;
        }
        check_new_refuses(client, options, ROBOFY_STATUS_INVALID_ARGUMENT, named[i]);
    }
}

static void a_later_good_value_mends_a_bad_one(const RobofyClient *client)
{
    RobofyInboxOptions *options = bursts_of(1);
    robofy_inbox_options_set_dialect(options, 3);
    robofy_inbox_options_set_dialect(options, ROBOFY_DIALECT_WHATSAPP);
    robofy_inbox_options_set_path(options, "");
    robofy_inbox_options_set_path(options, NULL);
    robofy_inbox_options_set_media(options, 9, NULL);
    robofy_inbox_options_set_media(options, ROBOFY_MEDIA_POLICY_IGNORE, NULL);
    robofy_inbox_options_set_fallback(options, ROBOFY_STATUS_SERVER, "x");
    robofy_inbox_options_set_fallback(options, ROBOFY_STATUS_SERVER, NULL);
    robofy_inbox_options_set_join(options, NULL);
    robofy_inbox_options_set_max_pending(options, 1);
    robofy_inbox_options_set_groups(options, true);
    robofy_inbox_options_set_takeover_ms(options, UINT64_MAX);
    robofy_inbox_options_set_retry_ambiguous(options, true);
    RobofyInbox *inbox = inbox_with(client, options);
    queue(inbox, "1", "a", "!answer=**raw**");
    check_settles(inbox, ROBOFY_OUTCOME_KIND_ANSWER, "**raw**");
    robofy_inbox_free(inbox);
}

static void there_is_room_for_so_many(const RobofyClient *client)
{
    RobofyError *error;
    RobofyInboxOptions *options = bursts_of(9);
    robofy_inbox_options_set_max_pending(options, 1);
    RobofyInbox *inbox = inbox_with(client, options);
    queue(inbox, "1", "a", "Hello");
    CHECK_INT(robofy_inbox_offer_text(inbox, CHANNEL, "1", "b", "again", &error), ROBOFY_ACCEPT_REFUSED);
    check_error(error, ROBOFY_STATUS_OVERLOADED);
    CHECK_CONTAINS(robofy_error_message(error), "max_pending");
    robofy_error_free(error);
    check_accepted(inbox, "1", "a", "Hello", ROBOFY_ACCEPT_DUPLICATE);
    check_stats(inbox, "\"refused\":1,");
    robofy_inbox_free(inbox);
}

static void bad_arguments_are_named(const RobofyClient *client)
{
    static const char *const texts[][4] = {
        {"\xff", "1", "a", "Hello"},       {CHANNEL, NULL, "a", "Hello"}, {CHANNEL, "", "a", "Hello"},
        {CHANNEL, "1", NULL, "Hello"}, {CHANNEL, "1", "", "Hello"},   {CHANNEL, "1", "a", NULL},
        {CHANNEL, "1", "a", "\xff"},
    };
    static const char *const named[] = {"channel_id", "user", "user", "message_id", "message_id", "text", "text"};
    RobofyError *error;
    RobofyInbox *inbox = inbox_with(client, NULL);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *const *given = texts[i];
        RobofyAccept accept = robofy_inbox_offer_text(inbox, given[0], given[1], given[2], given[3], &error);
        CHECK_INT(accept, ROBOFY_ACCEPT_REFUSED);
        check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
        CHECK_CONTAINS(robofy_error_message(error), named[i]);
        robofy_error_free(error);
    }
    CHECK_INT(robofy_inbox_offer(inbox, NULL, &error), ROBOFY_ACCEPT_REFUSED);
    check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    CHECK_CONTAINS(robofy_error_message(error), "event");
    robofy_error_free(error);
    CHECK(!robofy_inbox_sent(inbox, NULL, 0, NULL, &error));
    CHECK_CONTAINS(robofy_error_message(error), "outcome");
    robofy_error_free(error);
    CHECK(!robofy_inbox_failed(inbox, NULL, 0, 0, NULL));
    CHECK(!robofy_inbox_pause(inbox, NULL, 0, &error));
    CHECK_CONTAINS(robofy_error_message(error), "session_id");
    robofy_error_free(error);
    CHECK(!robofy_inbox_resume(inbox, "\xff", NULL));
    robofy_inbox_free(inbox);
}

static void an_agent_is_needed(const RobofyClient *client)
{
    static const char *const agents[][2] = {{NULL, CHATBOT}, {"", CHATBOT}, {PID, NULL}, {PID, ""}, {PID, "\xff"}};
    for (size_t i = 0; i < sizeof agents / sizeof *agents; i++) {
        RobofyError *error;
        CHECK(!robofy_inbox_new(client, agents[i][0], agents[i][1], NULL, &error));
        check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
        CHECK_CONTAINS(robofy_error_message(error), i < 2 ? "pid" : "chatbot_id");
        robofy_error_free(error);
    }
}

/* In a folder that is there: each error names the path. */
static void a_path_that_cannot_be_used(const RobofyClient *client, const char *folder)
{
    char path[1024];
    RobofyInboxOptions *options = robofy_inbox_options_new();
    robofy_inbox_options_set_path(options, "/dev/null");
    check_new_refuses(client, options, ROBOFY_STATUS_STORAGE, "/dev/null");
    options = robofy_inbox_options_new();
    snprintf(path, sizeof path, "%s/none/here", folder);
    robofy_inbox_options_set_path(options, path);
    check_new_refuses(client, options, ROBOFY_STATUS_STORAGE, path);
    snprintf(path, sizeof path, "%s/store", folder);
    RobofyInbox *inbox = inbox_at(client, path, 1);
    options = robofy_inbox_options_new();
    robofy_inbox_options_set_path(options, path);
    check_new_refuses(client, options, ROBOFY_STATUS_STORAGE, path);
    robofy_inbox_free(inbox);
    robofy_inbox_free(inbox_at(client, path, 1));
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("inbox_arguments URL FOLDER");
    RobofyClient *client = client_of(argv[1]);
    bad_options_are_named(client);
    a_later_good_value_mends_a_bad_one(client);
    there_is_room_for_so_many(client);
    bad_arguments_are_named(client);
    an_agent_is_needed(client);
    a_path_that_cannot_be_used(client, argv[2]);
    robofy_client_free(client);
    return checks_result();
}
