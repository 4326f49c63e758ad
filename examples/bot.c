#include <civetweb.h>
#include <robofy.h>
#include <stdlib.h>
static struct { RobofyWebhook *webhook; RobofyInbox *inbox; RobofyError *error; } bot;

static int take(struct mg_connection *http, void *verify_token) {
    char *body = malloc(3 << 20);
    const char *signature = mg_get_header(http, "X-Hub-Signature-256");
    RobofyError *error;
    RobofyIncoming *in = robofy_webhook_read(bot.webhook, NULL, signature, body, mg_read(http, body, 3 << 20), &error);
    for (uint32_t i = 0; i < robofy_incoming_count(in) && !error; i++)
        robofy_inbox_offer(bot.inbox, robofy_incoming_event(in, i), &error);
    char *echo = robofy_webhook_challenge(bot.webhook, mg_get_request_info(http)->query_string, verify_token);
    mg_printf(http, "HTTP/1.0 %d\r\n\r\n%s", echo || !error ? 200 : in ? 503 : signature ? 401 : 403, echo ? echo : "");
    return robofy_free_string(echo), robofy_error_free(error), robofy_incoming_free(in), free(body), 1;
}

int main(void) {
    RobofyOptions *to_meta = robofy_options_new();
    robofy_options_set_base_url(to_meta, getenv("WHATSAPP_URL") ? getenv("WHATSAPP_URL") : "no WHATSAPP_URL");
    RobofyClient *meta = robofy_client_new(getenv("WHATSAPP_TOKEN"), to_meta, &bot.error);
    RobofyClient *robofy = robofy_client_new(getenv("ROBOFY_API_KEY"), NULL, NULL);
    RobofyInboxOptions *kept = robofy_inbox_options_new();
    robofy_inbox_options_set_path(kept, "inbox");
    robofy_inbox_options_set_fallback(kept, ROBOFY_STATUS_OK, "Sorry, I cannot answer just now.");
    if (meta) bot.inbox = robofy_inbox_new(robofy, getenv("ROBOFY_PID"), getenv("ROBOFY_CHATBOT_ID"), kept, &bot.error);
    bot.webhook = robofy_webhook_new(ROBOFY_CHANNEL_META, NULL, NULL);
    robofy_webhook_add_secret(bot.webhook, getenv("WHATSAPP_APP_SECRET"));
    mg_set_request_handler(mg_start(NULL, NULL, NULL), "/", take, getenv("WHATSAPP_VERIFY_TOKEN"));
    for (RobofyOutcome *outcome; (outcome = robofy_inbox_poll(bot.inbox, -1)); robofy_outcome_free(outcome))
        for (uint32_t part = 0; robofy_outcome_request(outcome, part); part++) {
            const char *message = robofy_outcome_request(outcome, part);
            RobofyResponse *sent = robofy_client_request(meta, "POST", "/messages", NULL, message, NULL, &bot.error);
            int32_t code = robofy_error_code(bot.error) ? atoi(robofy_error_code(bot.error)) : -1;
            robofy_response_free(sent), robofy_error_free(bot.error);
            if (!sent) { robofy_inbox_failed(bot.inbox, outcome, part, code, NULL); break; }
            robofy_inbox_sent(bot.inbox, outcome, part, NULL, NULL);
        }
    return puts(robofy_error_message(bot.error)), 1;
}
