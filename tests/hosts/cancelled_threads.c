/* Threads are cancelled inside of the library: each call goes on to its end, and the thread ends after it. */
#define _GNU_SOURCE
#include <pthread.h>

#include "submitted.h"

#define DELAYED "!delay-ms=300 answer=late"

static const char *url, *ca_file;
static RobofyClient *client;

/* Set by the thread behind its last call. */
static bool came_through;

static void *end(void)
{
    came_through = true;
    pthread_testcancel();
    CHECK(!"the request is not pending any more");
    return NULL;
}

static void check_joins_cancelled(pthread_t thread)
{
    void *result = NULL;
    CHECK_INT(pthread_join(thread, &result), 0);
    CHECK(result == PTHREAD_CANCELED);
    CHECK(came_through);
    came_through = false;
}

/* With the request pending, the first cancellation point within a call would be the thread's end. */
static void *call_everything(void *unused)
{
    (void)unused;
    CHECK_INT(pthread_cancel(pthread_self()), 0);
    RobofyClient *own = client_trusting(url, ca_file);
    submit_query(own, "submitted", 1);
    CHECK(robofy_client_poll_fd(own) >= 0);
    check_completes(own, 1, ROBOFY_STATUS_OK);
    submit_query(own, "!delay-ms=60000", 2);
    robofy_free_string(robofy_client_stats(own));
    CHECK(robofy_client_cancel(own, 2));
    check_completes(own, 2, ROBOFY_STATUS_CANCELLED);
    robofy_free_string(robofy_whatsapp_chat(own, PID, CHATBOT, NULL, "called", NULL));
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, "sent");
    RobofyReply *reply = robofy_whatsapp_send(own, message, NULL);
    CHECK(reply != NULL);
    robofy_reply_free(reply);
    robofy_message_free(message);
    robofy_client_free(own);
    return end();
}

static void *call(void *unused)
{
    (void)unused;
    char *answer = robofy_whatsapp_chat(client, PID, CHATBOT, NULL, DELAYED, NULL);
    CHECK_TEXT(answer, "late");
    robofy_free_string(answer);
    return end();
}

static void *poll_for_ever(void *unused)
{
    (void)unused;
    RobofyCompletion *completion = robofy_client_poll(client, -1);
    check_completion(completion, 7, ROBOFY_STATUS_OK);
    robofy_completion_free(completion);
    return end();
}

static bool is_in_flight(void)
{
    char *stats = robofy_client_stats(client);
    bool is = strstr(stats, "\"in_flight\":1") != NULL;
    robofy_free_string(stats);
    return is;
}

static void cancelled_while_it_waits(void *(*work)(void *))
{
    pthread_t thread;
    CHECK_INT(pthread_create(&thread, NULL, work, NULL), 0);
    while (!is_in_flight())
        sleep_ms(1);
    sleep_ms(100); /* to wait by then */
    CHECK_INT(pthread_cancel(thread), 0);
    check_joins_cancelled(thread);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("cancelled_threads URL CA_FILE|-");
    url = argv[1];
    ca_file = argv[2];
    pthread_t thread;
    CHECK_INT(pthread_create(&thread, NULL, call_everything, NULL), 0);
    check_joins_cancelled(thread);
    client = client_trusting(url, ca_file);
    cancelled_while_it_waits(call);
    submit_query(client, DELAYED, 7);
    cancelled_while_it_waits(poll_for_ever);
    check_nothing_waits(client);
    robofy_client_free(client);
    return checks_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
