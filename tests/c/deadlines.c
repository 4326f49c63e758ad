/* A call ends at its deadline, wherever it then stands, and its client lives on. */
#include <fcntl.h>

#include "clock.h"
#include "loopback.h"
#include "submitted.h"

/* Long enough for a message to be sent, under a memory checker too. */
#define SENT_MS 3000

static RobofyClient *client_bounded(const char *url, uint64_t timeout_ms, uint64_t connect_timeout_ms)
{
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_timeout_ms(options, timeout_ms);
    robofy_options_set_connect_timeout_ms(options, connect_timeout_ms);
    robofy_options_set_max_retries(options, 0);
    robofy_options_set_retry_ambiguous(options, true);
    return client_with(options, url);
}

static void check_gives_up(const RobofyClient *client, const char *query, int64_t after_ms, RobofyStatus status,
                           bool retryable)
{
    int64_t began = now_ms();
    checks_of = query;
    RobofyError *error = failure_of(client, query, status);
    CHECK_BETWEEN(now_ms() - began, after_ms - 10, PATIENCE_MS);
    CHECK_INT(robofy_error_is_retryable(error), retryable);
    robofy_error_free(error);
    checks_of = "";
}

static void a_slow_answer_is_given_up(const char *url)
{
    RobofyClient *client = client_bounded(url, SENT_MS, 10000);
    check_gives_up(client, "!delay-ms=60000", SENT_MS, ROBOFY_STATUS_TIMEOUT, false);
    check_gives_up(client, "!body-delay-ms=60000", SENT_MS, ROBOFY_STATUS_TIMEOUT, false);
    check_gives_up(client, "!drip-ms=1000", SENT_MS, ROBOFY_STATUS_TIMEOUT, false);
    robofy_client_free(client);
}

static void the_client_lives_on(const char *url)
{
    RobofyClient *client = client_bounded(url, 60000, 10000);
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, "!delay-ms=60000 code=LATER");
    RobofyError *error;
    robofy_message_set_timeout_ms(message, 300);
    CHECK(!robofy_whatsapp_send(client, message, &error));
    check_error(error, ROBOFY_STATUS_TIMEOUT);
    robofy_error_free(error);
    robofy_message_free(message);
    check_answered(client, "Hello");
    robofy_client_free(client);
}

/* A listener whose queue is full: further connections are neither made nor refused. */
struct silence {
    struct sockaddr_in address;
    int listener, queued[8];
};

static void fill(struct silence *silence)
{
    silence->listener = bound_socket(&silence->address);
    CHECK_INT(listen(silence->listener, 0), 0);
    for (size_t i = 0; i < sizeof silence->queued / sizeof *silence->queued; i++) {
        int fd = silence->queued[i] = socket(AF_INET, SOCK_STREAM, 0);
        fcntl(fd, F_SETFL, O_NONBLOCK);
        connect(fd, (struct sockaddr *)&silence->address, sizeof silence->address);
    }
}

static void empty(struct silence *silence)
{
    for (size_t i = 0; i < sizeof silence->queued / sizeof *silence->queued; i++)
        close(silence->queued[i]);
    close(silence->listener);
}

static void a_service_that_is_not_reached_in_time_is_no_connection(const struct silence *silence)
{
    const char *const schemes[] = {"http", "https"};
    for (size_t i = 0; i < 2; i++) {
        RobofyClient *client = client_bounded(url_of(schemes[i], &silence->address), 2 * PATIENCE_MS, 300);
        check_gives_up(client, "Hello", 300, ROBOFY_STATUS_CONNECT, true);
        robofy_client_free(client);
    }
}

static void a_deadline_may_pass_while_connecting(const struct silence *silence)
{
    RobofyClient *client = client_bounded(url_of("http", &silence->address), 300, 2 * PATIENCE_MS);
    check_gives_up(client, "Hello", 300, ROBOFY_STATUS_TIMEOUT, true);
    robofy_client_free(client);
}

/* The connection is made, but nobody answers the handshake. */
static void a_tls_handshake_without_answer_is_no_connection(void)
{
    struct sockaddr_in address;
    int listener = bound_socket(&address);
    CHECK_INT(listen(listener, 8), 0);
    RobofyClient *client = client_bounded(url_of("https", &address), 2 * PATIENCE_MS, 300);
    check_gives_up(client, "Hello", 300, ROBOFY_STATUS_CONNECT, true);
    robofy_client_free(client);
    close(listener);
}

/* The first of two chats makes the connection for both, and has less time than the other. */
static void one_chats_deadline_is_not_anothers(const struct silence *silence)
{
    RobofyClient *client = client_bounded(url_of("https", &silence->address), 2 * PATIENCE_MS, 2000);
    int64_t began = now_ms();
    submit_within(client, 300, "in a hurry", 1);
    submit_query(client, "has time", 2);
    check_completes(client, 1, ROBOFY_STATUS_TIMEOUT);
    check_completes(client, 2, ROBOFY_STATUS_CONNECT);
    CHECK_BETWEEN(now_ms() - began, 1990, PATIENCE_MS);
    robofy_client_free(client);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return usage("deadlines URL");
    struct silence silence;
    /* Holds the runtime and the connection, so that making them takes no part of a deadline. */
    RobofyClient *patient = client_bounded(argv[1], PATIENCE_MS, 10000);
    check_answered(patient, "Hello");
    fill(&silence);
    a_slow_answer_is_given_up(argv[1]);
    the_client_lives_on(argv[1]);
    a_service_that_is_not_reached_in_time_is_no_connection(&silence);
    a_deadline_may_pass_while_connecting(&silence);
    one_chats_deadline_is_not_anothers(&silence);
    a_tls_handshake_without_answer_is_no_connection();
    empty(&silence);
    robofy_client_free(patient);
    return checks_result();
}
