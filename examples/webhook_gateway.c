/* A whole WhatsApp bot: webhooks of Meta's Cloud API come in, a Robofy agent's answers go out, each once, also after kill -9.
 *
 *     cc webhook_gateway.c $(pkg-config --cflags --libs robofy libmicrohttpd libcurl) -o webhook_gateway
 */
#define _POSIX_C_SOURCE 200809L
#include <curl/curl.h>
#include <microhttpd.h>
#include <robofy.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char help[] =
    "usage: webhook_gateway PORT FOLDER\n"
    "Takes webhooks at http://127.0.0.1:PORT/, for a TLS proxy to stand in front of, and keeps what came in in FOLDER.\n"
    "Set ROBOFY_API_KEY, ROBOFY_PID, ROBOFY_CHATBOT_ID, WHATSAPP_TOKEN, WHATSAPP_APP_SECRET and WHATSAPP_VERIFY_TOKEN.\n";

struct bot { RobofyWebhook *webhook; RobofyInbox *inbox; };
struct request { char query[512], *body; size_t length; FILE *stream; };

static volatile sig_atomic_t is_stopped;
static void stop(int signal) { is_stopped = signal; }

static int die(const char *what, const RobofyError *error)
{
    fprintf(stderr, "%s: %s\n", what, robofy_error_message(error));
    return EXIT_FAILURE;
}

/* The HTTP status for a webhook: 200 only if all of it is kept. Otherwise Meta sends it again, and what was kept is known. */
static unsigned int take(const struct bot *bot, const char *signature, const struct request *request)
{
    RobofyError *error;
    RobofyIncoming *incoming = robofy_webhook_read(bot->webhook, NULL, signature, request->body, request->length, &error);
    for (uint32_t i = 0; i < robofy_incoming_count(incoming) && !error; i++)
        robofy_inbox_offer(bot->inbox, robofy_incoming_event(incoming, i), &error);
    unsigned int status = !error ? 200 : incoming ? 503 : robofy_error_status(error) == ROBOFY_STATUS_SIGNATURE ? 401 : 400;
    if (error)
        die("webhook", error);
    robofy_error_free(error);
    robofy_incoming_free(incoming);
    return status;
}

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned int status, const char *text)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result sent = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return sent;
}

static void *begin(void *data, const char *uri, struct MHD_Connection *connection)
{
    struct request *request = calloc(1, sizeof *request);
    const char *query = strchr(uri, '?');
    if (request && query)
        snprintf(request->query, sizeof request->query, "%s", query);
    return (void)data, (void)connection, request;
}

/* Called for the head, for each piece of the body, and at its end. */
static enum MHD_Result serve(void *data, struct MHD_Connection *connection, const char *url, const char *method,
                             const char *version, const char *piece, size_t *length, void **state)
{
    (void)url, (void)version;
    const struct bot *bot = data;
    struct request *request = *state;
    if (!request || !request->stream)
        return request && (request->stream = open_memstream(&request->body, &request->length)) ? MHD_YES : MHD_NO;
    if (*length) { /* Meta sends at most 3 MB */
        int is_kept = ftell(request->stream) < 4000000 && fwrite(piece, 1, *length, request->stream) == *length;
        *length = 0;
        return is_kept ? MHD_YES : MHD_NO;
    }
    fflush(request->stream);
    if (strcmp(method, "POST") == 0) {
        const char *signature = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "X-Hub-Signature-256");
        return answer(connection, take(bot, signature, request), "");
    }
    char *challenge = robofy_webhook_challenge(bot->webhook, request->query, getenv("WHATSAPP_VERIFY_TOKEN"));
    enum MHD_Result sent = answer(connection, challenge ? 200 : 403, challenge ? challenge : "");
    robofy_free_string(challenge);
    return sent;
}

static void forget(void *data, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode why)
{
    (void)data, (void)connection, (void)why;
    struct request *request = *state;
    if (request && request->stream)
        fclose(request->stream), free(request->body);
    free(request);
}

/* Posts a body to Meta: 0 and the message's identifier, or the code for robofy_inbox_failed. */
static int32_t post(CURL *curl, const char *channel_id, const char *body, char id[256])
{
    char url[512], *text = NULL, *base = getenv("WHATSAPP_URL");
    size_t length;
    FILE *response = open_memstream(&text, &length);
    snprintf(url, sizeof url, "%s/%s/messages", base ? base : "https://graph.facebook.com/v26.0", channel_id);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, response);
    long status = 0;
    int is_answered = curl_easy_perform(curl) == CURLE_OK;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    fclose(response);
    int32_t code = !is_answered ? -1 : status / 100 == 2 ? 0 : (int32_t)status;
    const char *said = strstr(text, code ? "\"code\":" : "\"messages\"");
    *id = 0;
    if (code > 0 && said)
        sscanf(said, "\"code\":%d", &code);
    else if (!code && said && (said = strstr(said, "\"id\":\"")))
        sscanf(said, "\"id\":\"%255[^\"]", id);
    free(text);
    return code;
}

static void deliver(CURL *curl, RobofyInbox *inbox, const RobofyOutcome *outcome)
{
    char id[256];
    const char *body;
    RobofyError *error = NULL;
    if (robofy_outcome_error(outcome))
        die("agent", robofy_outcome_error(outcome));
    for (uint32_t part = 0; (body = robofy_outcome_request(outcome, part)); part++) {
        int32_t code = post(curl, robofy_outcome_channel_id(outcome), body, id);
        if (robofy_outcome_kind(outcome) == ROBOFY_OUTCOME_KIND_TYPING)
            return;
        if (!(code ? robofy_inbox_failed(inbox, outcome, part, code, &error)
                   : robofy_inbox_sent(inbox, outcome, part, id, &error)))
            die("after a restart it is sent again", error);
        robofy_error_free(error);
        if (code) /* what is left comes again by itself */
            return;
    }
}

static void hand_on(CURL *curl, RobofyInbox *inbox)
{
    RobofyOutcome *outcome = robofy_inbox_poll(inbox, 500);
    deliver(curl, inbox, outcome);
    robofy_outcome_free(outcome);
}

/* Whether the agent has messages, which a restart would end without its answer. */
static int is_busy(RobofyInbox *inbox)
{
    char *stats = robofy_inbox_stats(inbox);
    int is_busy = stats && !strstr(stats, "\"in_flight\":0,\"unpolled\":0,");
    robofy_free_string(stats);
    return is_busy;
}

int main(int argc, char **argv)
{
    if (argc != 3 || atoi(argv[1]) <= 0)
        return fputs(help, stderr), 2;
    RobofyError *error;
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_base_url(options, getenv("ROBOFY_BASE_URL"));
    RobofyClient *client = robofy_client_new(getenv("ROBOFY_API_KEY"), options, &error);
    if (!client)
        return die("client", error);
    RobofyInboxOptions *how = robofy_inbox_options_new();
    robofy_inbox_options_set_path(how, argv[2]);
    robofy_inbox_options_set_fallback(how, ROBOFY_STATUS_OK, "Sorry, I cannot answer just now. Please try again later.");
    robofy_inbox_options_set_media(how, ROBOFY_MEDIA_POLICY_REPLY, "I can read text only. Please write to me.");
    struct bot bot = {NULL, robofy_inbox_new(client, getenv("ROBOFY_PID"), getenv("ROBOFY_CHATBOT_ID"), how, &error)};
    if (!bot.inbox)
        return die("inbox", error);
    const char *secret = getenv("WHATSAPP_APP_SECRET");
    if (!(bot.webhook = robofy_webhook_new(ROBOFY_CHANNEL_META, secret ? secret : "", &error)))
        return die("webhook", error);
    signal(SIGINT, stop), signal(SIGTERM, stop);
    struct MHD_Daemon *server =
        MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, (uint16_t)atoi(argv[1]), NULL, NULL, serve, &bot,
                         MHD_OPTION_THREAD_POOL_SIZE, 4u, MHD_OPTION_URI_LOG_CALLBACK, begin, NULL,
                         MHD_OPTION_NOTIFY_COMPLETED, forget, NULL, MHD_OPTION_END);
    if (!server)
        return fputs("the port is taken\n", stderr), EXIT_FAILURE;
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    CURL *curl = curl_easy_init();
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers), curl_easy_setopt(curl, CURLOPT_TIMEOUT, 30L);
    curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
    curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, getenv("WHATSAPP_TOKEN"));
    while (!is_stopped)
        hand_on(curl, bot.inbox);
    MHD_stop_daemon(server);
    for (time_t end = time(NULL) + 60; is_busy(bot.inbox) && time(NULL) < end;)
        hand_on(curl, bot.inbox);
    curl_easy_cleanup(curl), curl_slist_free_all(headers);
    robofy_webhook_free(bot.webhook), robofy_inbox_free(bot.inbox), robofy_inbox_options_free(how);
    robofy_client_free(client), robofy_options_free(options);
}
