/* Whatever bytes a server sends back, over a socket and through the public interface alone. The first byte chooses whether
   the caller waits or submits; each chat has a connection of its own, which the server closes. */
#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "promises.h"

#define QUERY "Hello"
/* Long enough for any machine: a chat with a server that closes the connection never waits for its deadline. */
#define TIMEOUT_MS 60000

static RobofyClient *client;
static RobofyMessage *message;
static int listening;

/* What the server sends, handed over before the chat begins: the server may still be at it when the chat has ended. */
static struct response {
    uint8_t bytes[4096];
    size_t length;
} next_response;
static pthread_mutex_t handing_over = PTHREAD_MUTEX_INITIALIZER;

static void hand_over(const uint8_t *data, size_t size)
{
    pthread_mutex_lock(&handing_over);
    next_response.length = size < sizeof next_response.bytes ? size : sizeof next_response.bytes;
    memcpy(next_response.bytes, data, next_response.length);
    pthread_mutex_unlock(&handing_over);
}

static struct response handed_over(void)
{
    pthread_mutex_lock(&handing_over);
    struct response response = next_response;
    pthread_mutex_unlock(&handing_over);
    return response;
}

static void read_request(int connection)
{
    char request[4096];
    size_t length = 0;
    /* The body is the same each time, and ends with the end of its user_context. */
    while (length < 2 || memcmp(request + length - 2, "}}", 2) != 0) {
        ssize_t got = recv(connection, request + length, sizeof request - length, 0);
        if (got <= 0)
            return;
        length += (size_t)got;
    }
}

static void *answer(void *of)
{
    int connection = (int)(intptr_t)of;
    read_request(connection);
    struct response response = handed_over();
    send(connection, response.bytes, response.length, MSG_NOSIGNAL);
    close(connection);
    return NULL;
}

/* A connection may stay without a request for a while: it must not keep others waiting. */
static void *serve(void *unused)
{
    pthread_attr_t detached;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    for (;;) {
        pthread_t thread;
        intptr_t connection = accept(listening, NULL, NULL);
        REQUIRE(connection >= 0 && pthread_create(&thread, &detached, answer, (void *)connection) == 0);
    }
    return unused;
}

static uint16_t listen_on_loopback(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    listening = socket(AF_INET, SOCK_STREAM, 0);
    REQUIRE(bind(listening, (struct sockaddr *)&address, length) == 0 && listen(listening, 64) == 0);
    REQUIRE(getsockname(listening, (struct sockaddr *)&address, &length) == 0);
    pthread_t server;
    REQUIRE(pthread_create(&server, NULL, serve, NULL) == 0);
    return ntohs(address.sin_port);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d", listen_on_loopback());
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_base_url(options, url);
    robofy_options_set_max_retries(options, 0);
    robofy_options_set_timeout_ms(options, TIMEOUT_MS);
    robofy_options_set_connect_timeout_ms(options, TIMEOUT_MS);
    robofy_options_set_max_response_bytes(options, 2048);
    REQUIRE((client = robofy_client_new(KEY, options, NULL)));
    robofy_options_free(options);
    message = robofy_message_new("pid", "agent", QUERY);
    return 0;
}

/* A response was promised to come back, or the connection's end: nothing else happened. */
static void require_possible(const RobofyError *error)
{
    RobofyStatus status = robofy_error_status(error);
    int http_status = robofy_error_http_status(error);
    if (http_status == 0 || status == ROBOFY_STATUS_INTERRUPTED)
        REQUIRE(status == ROBOFY_STATUS_PROTOCOL || status == ROBOFY_STATUS_INTERRUPTED);
    else
        REQUIRE(status == (http_status == 200 ? ROBOFY_STATUS_PROTOCOL : documented_status(http_status)));
}

static void require_sound_outcome(const RobofyReply *reply, const RobofyError *error)
{
    require_sound_result(reply, error);
    if (error)
        require_possible(error);
}

static void wait_for_reply(void)
{
    RobofyError *error;
    RobofyReply *reply = robofy_whatsapp_send(client, message, &error);
    require_sound_outcome(reply, error);
    robofy_reply_free(reply);
    robofy_error_free(error);
}

static void submit_and_poll(void)
{
    REQUIRE(robofy_whatsapp_submit(client, message, 1, NULL));
    RobofyCompletion *completion = robofy_client_poll(client, -1);
    REQUIRE(robofy_completion_tag(completion) == 1);
    require_sound_outcome(robofy_completion_reply(completion), robofy_completion_error(completion));
    robofy_completion_free(completion);
    REQUIRE(!robofy_client_poll(client, 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return -1;
    hand_over(data + 1, size - 1);
    if (data[0] & 1)
        submit_and_poll();
    else
        wait_for_reply();
    return 0;
}
