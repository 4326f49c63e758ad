/* Webhooks are verified and read; a wrong signature, secret or body is told apart. */
#include "service.h"

/* As Meta writes it: ASCII alone, and a slash escaped. One message has nobody who sent it. */
static const char body[] =
    "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"1\",\"changes\":[{\"field\":\"messages\",\"value\":{"
    "\"metadata\":{\"phone_number_id\":\"106\"},\"contacts\":[{\"profile\":{\"name\":\"Ren\\u00e9\"},"
    "\"wa_id\":\"16505551234\"}],\"messages\":[{\"from\":\"16505551234\",\"id\":\"wamid.1\","
    "\"timestamp\":\"1749416383\",\"type\":\"text\",\"context\":{\"id\":\"wamid.0\"},"
    "\"text\":{\"body\":\"caf\\u00e9 \\/\"}},{\"type\":\"text\",\"text\":{\"body\":\"nobody\"}}],"
    "\"statuses\":[{\"id\":\"wamid.2\",\"status\":\"failed\",\"recipient_id\":\"16505551234\","
    "\"errors\":[{\"code\":131026}]}]}}]}]}";
static const char by_app_secret[] = "sha256=563a4df67f688e93ea728524bedcdbde2d27095c41feefe2288dc5c57b55cbc2";
static const char by_new_secret[] = "sha256=37514c8245f64ac3d1d3643ffc2aa726f8de8c6a86573975742c1befcf473a47";

static RobofyWebhook *webhook_with(const char *secret)
{
    RobofyError *error;
    RobofyWebhook *webhook = robofy_webhook_new(ROBOFY_CHANNEL_META, secret, &error);
    CHECK(webhook && !error);
    return webhook;
}

static RobofyIncoming *reading(const RobofyWebhook *webhook, const char *signature)
{
    RobofyError *error;
    RobofyIncoming *incoming = robofy_webhook_read(webhook, NULL, signature, body, sizeof body - 1, &error);
    if (!CHECK(incoming && !error))
        fprintf(stderr, "    %s\n", robofy_error_message(error));
    robofy_error_free(error);
    return incoming;
}

static void check_refused(const RobofyWebhook *webhook, const char *signature, const char *sent, uint64_t length,
                          RobofyStatus status, const char *words)
{
    RobofyError *error;
    checks_of = words;
    CHECK(!robofy_webhook_read(webhook, NULL, signature, sent, length, &error));
    check_error(error, status);
    CHECK_CONTAINS(robofy_error_message(error), words);
    CHECK_LACKS(robofy_error_message(error), "app-secret");
    robofy_error_free(error);
    checks_of = "";
}

static void what_came_in_is_told(void)
{
    RobofyWebhook *webhook = webhook_with("app-secret");
    RobofyIncoming *incoming = reading(webhook, by_app_secret);
    robofy_webhook_free(webhook);
    CHECK_INT(robofy_incoming_count(incoming), 2);
    CHECK_INT(robofy_incoming_skipped(incoming), 1);
    CHECK(!robofy_incoming_event(incoming, 2));
    CHECK(!robofy_incoming_event(incoming, UINT32_MAX));
    const RobofyEvent *event = robofy_incoming_event(incoming, 0);
    CHECK(event && event == robofy_incoming_event(incoming, 0));
    CHECK_INT(robofy_event_kind(event), ROBOFY_EVENT_KIND_TEXT);
    CHECK_TEXT(robofy_event_id(event), "wamid.1");
    CHECK_TEXT(robofy_event_session_id(event), "16505551234");
    CHECK_TEXT(robofy_event_channel_id(event), "106");
    CHECK_TEXT(robofy_event_phone(event), "16505551234");
    CHECK_TEXT(robofy_event_name(event), "Ren\xc3\xa9");
    CHECK_TEXT(robofy_event_type(event), "text");
    CHECK_TEXT(robofy_event_text(event), "caf\xc3\xa9 /");
    CHECK_TEXT(robofy_event_reply_to(event), "wamid.0");
    CHECK_INT(robofy_event_timestamp_ms(event), 1749416383000);
    CHECK_INT(robofy_event_error_code(event), 0);
    CHECK_CONTAINS(robofy_event_json(event), "{\"from\":\"16505551234\"");
    CHECK(!robofy_event_user_id(event) && !robofy_event_parent_user_id(event) && !robofy_event_username(event));
    CHECK(!robofy_event_group_id(event) && !robofy_event_original_id(event) && !robofy_event_status(event));
    CHECK(!robofy_event_media_id(event) && !robofy_event_media_url(event) && !robofy_event_media_type(event));
    CHECK(!robofy_event_file_name(event) && !robofy_event_previous_user_id(event));
    CHECK(!robofy_event_previous_phone(event));
    event = robofy_incoming_event(incoming, 1);
    CHECK_INT(robofy_event_kind(event), ROBOFY_EVENT_KIND_STATUS);
    CHECK_TEXT(robofy_event_id(event), "wamid.2");
    CHECK_TEXT(robofy_event_status(event), "failed");
    CHECK_INT(robofy_event_error_code(event), 131026);
    CHECK(!robofy_event_text(event));
    robofy_incoming_free(incoming);
}

static void a_body_is_read_only_with_its_signature(void)
{
    RobofyWebhook *webhook = webhook_with("app-secret");
    const uint64_t length = sizeof body - 1;
    const RobofyStatus wrong = ROBOFY_STATUS_SIGNATURE;
    check_refused(webhook, NULL, body, length, wrong, "has no signature");
    check_refused(webhook, "", body, length, wrong, "has no signature");
    check_refused(webhook, by_new_secret, body, length, wrong, "signature is wrong");
    check_refused(webhook, by_app_secret + 7, body, length, wrong, "signature is wrong");
    check_refused(webhook, by_app_secret, body, length - 1, wrong, "signature is wrong");
    check_refused(webhook, by_app_secret, NULL, 0, wrong, "signature is wrong");
    check_refused(webhook, "sha256=\xff\xfe", body, length, wrong, "signature is wrong");
    CHECK(!robofy_webhook_read(webhook, NULL, by_new_secret, body, length, NULL));
    robofy_incoming_free(reading(webhook, by_app_secret));
    robofy_webhook_free(webhook);
}

static void either_secret_is_right_while_one_is_replaced(void)
{
    RobofyWebhook *webhook = webhook_with("new-secret");
    robofy_webhook_add_secret(webhook, "app-secret");
    robofy_incoming_free(reading(webhook, by_app_secret));
    robofy_incoming_free(reading(webhook, by_new_secret));
    robofy_webhook_free(webhook);
    /* With one more there is one: what is not signed is refused from then on. */
    webhook = webhook_with(NULL);
    robofy_incoming_free(reading(webhook, NULL));
    robofy_webhook_add_secret(webhook, "app-secret");
    check_refused(webhook, NULL, body, sizeof body - 1, ROBOFY_STATUS_SIGNATURE, "has no signature");
    robofy_webhook_free(webhook);
}

static void a_bad_secret_is_refused(void)
{
    static const char *const secrets[] = {"", "\xff", NULL};
    RobofyError *error;
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        if (secrets[i]) {
            CHECK(!robofy_webhook_new(ROBOFY_CHANNEL_META, secrets[i], &error));
            check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
            CHECK_CONTAINS(robofy_error_message(error), "secret");
            robofy_error_free(error);
        }
        RobofyWebhook *webhook = webhook_with("app-secret");
        check_refused(webhook, NULL, NULL, 0, ROBOFY_STATUS_SIGNATURE, "has no signature");
        robofy_webhook_add_secret(webhook, secrets[i]);
        check_refused(webhook, NULL, NULL, 0, ROBOFY_STATUS_INVALID_ARGUMENT, "secret");
        robofy_webhook_add_secret(webhook, "new-secret");
        check_refused(webhook, by_app_secret, body, sizeof body - 1, ROBOFY_STATUS_INVALID_ARGUMENT, "secret");
        robofy_webhook_free(webhook);
    }
    CHECK(!robofy_webhook_new(4, NULL, &error));
    check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    CHECK_CONTAINS(robofy_error_message(error), "channel");
    robofy_error_free(error);
}

static void a_url_is_needed_where_it_is_signed(void)
{
    static const char form[] = "MessageSid=SM1&From=whatsapp%3A%2B1650&To=whatsapp%3A%2B1415&Body=Hi";
    static const char url[] = "https://bot.example.com/twilio";
    RobofyError *error;
    RobofyWebhook *webhook = robofy_webhook_new(ROBOFY_CHANNEL_TWILIO, "token", &error);
    CHECK(!error);
    RobofyIncoming *incoming =
        robofy_webhook_read(webhook, url, "Hr2/Fukewo1vCqfBjij+O4xWMdU=", form, sizeof form - 1, &error);
    CHECK(!error);
    CHECK_TEXT(robofy_event_text(robofy_incoming_event(incoming, 0)), "Hi");
    CHECK_TEXT(robofy_event_channel_id(robofy_incoming_event(incoming, 0)), "+1415");
    robofy_incoming_free(incoming);
    check_refused(webhook, "Hr2/Fukewo1vCqfBjij+O4xWMdU=", form, sizeof form - 1, ROBOFY_STATUS_SIGNATURE, "is wrong");
    CHECK(!robofy_webhook_read(webhook, "\xff", "x", form, sizeof form - 1, &error));
    check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    CHECK_CONTAINS(robofy_error_message(error), "url");
    robofy_error_free(error);
    robofy_webhook_free(webhook);
}

static void the_handshake_is_answered(void)
{
    static const char query[] = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=my-token";
    RobofyWebhook *webhook = webhook_with("app-secret");
    char *answer = robofy_webhook_challenge(webhook, query, "my-token");
    CHECK_TEXT(answer, "1158201444");
    robofy_free_string(answer);
    CHECK(!robofy_webhook_challenge(webhook, query, "another"));
    CHECK(!robofy_webhook_challenge(webhook, query, ""));
    CHECK(!robofy_webhook_challenge(webhook, query, NULL));
    CHECK(!robofy_webhook_challenge(webhook, NULL, "my-token"));
    CHECK(!robofy_webhook_challenge(webhook, "\xff", "my-token"));
    robofy_webhook_free(webhook);
}

int main(void)
{
    what_came_in_is_told();
    a_body_is_read_only_with_its_signature();
    either_secret_is_right_while_one_is_replaced();
    a_bad_secret_is_refused();
    a_url_is_needed_where_it_is_signed();
    the_handshake_is_answered();
    return checks_result();
}
