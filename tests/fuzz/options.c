/* The options and the key of a client: numbers in the first 48 bytes, then key, base_url, proxy and user_agent as texts
   with a NUL after each, and the content of ca_file. Nothing is sent. */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <unistd.h>

#include "promises.h"
#include "texts.h"

struct numbers {
    uint64_t timeout_ms, connect_timeout_ms, max_response_bytes;
    uint32_t max_retries, max_in_flight, per_minute, burst;
    uint8_t retry_ambiguous, ordered_sessions, is_set, spare[5];
};

static void set_numbers(RobofyOptions *options, const struct numbers *numbers)
{
    if (numbers->is_set & 1)
        robofy_options_set_timeout_ms(options, numbers->timeout_ms);
    if (numbers->is_set & 2)
        robofy_options_set_connect_timeout_ms(options, numbers->connect_timeout_ms);
    if (numbers->is_set & 4)
        robofy_options_set_max_response_bytes(options, numbers->max_response_bytes);
    robofy_options_set_max_retries(options, numbers->max_retries);
    robofy_options_set_max_in_flight(options, numbers->max_in_flight);
    robofy_options_set_rate_limit(options, numbers->per_minute, numbers->burst);
    robofy_options_set_retry_ambiguous(options, numbers->retry_ambiguous & 1);
    robofy_options_set_ordered_sessions(options, numbers->ordered_sessions & 1);
}

/* A file of its own for the authorities. */
static void set_authorities(RobofyOptions *options, const char *pem)
{
    static int file = -1;
    static char path[32];
    if (file < 0) {
        REQUIRE((file = memfd_create("ca_file", 0)) >= 0);
        snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    }
    REQUIRE(ftruncate(file, 0) == 0);
    REQUIRE(pwrite(file, pem, strlen(pem), 0) == (ssize_t)strlen(pem));
    robofy_options_set_ca_file(options, path);
}

static void require_refusal_by_name(const RobofyError *error)
{
    static const char *const parameters[] = {"api_key ", "base_url ", "proxy ", "user_agent ", "ca_file ",
                                             "timeout_ms ", "connect_timeout_ms ", "max_response_bytes "};
    require_sound_error(error);
    REQUIRE(robofy_error_status(error) == ROBOFY_STATUS_INVALID_ARGUMENT);
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++)
        if (strncmp(robofy_error_message(error), parameters[i], strlen(parameters[i])) == 0)
            return;
    REQUIRE(!"the message begins with the option's name");
}

/* A client that was accepted works as far as it can without a network. */
static void require_sound_client(RobofyClient *client)
{
    char *stats = robofy_client_stats(client);
    REQUIRE(stats && stats[0] == '{');
    robofy_free_string(stats);
    REQUIRE(robofy_client_poll_fd(client) >= 0);
    REQUIRE(!robofy_client_poll(client, 0));
    REQUIRE(!robofy_client_cancel(client, 7));
    RobofyError *error;
    RobofyMessage *message = robofy_message_new("pid", "agent", "");
    REQUIRE(!robofy_whatsapp_submit(client, message, 7, &error));
    REQUIRE(robofy_error_status(error) == ROBOFY_STATUS_INVALID_ARGUMENT);
    robofy_error_free(error);
    robofy_message_free(message);
}

/* Lives as long as the target, so that the platform's authorities are read once. */
static RobofyClient *longest;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    REQUIRE((longest = robofy_client_new(KEY, NULL, NULL)));
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct numbers numbers;
    if (size < sizeof numbers)
        return -1;
    memcpy(&numbers, data, sizeof numbers);
    struct texts texts = texts_of(data + sizeof numbers, size - sizeof numbers);
    RobofyOptions *options = robofy_options_new();
    set_numbers(options, &numbers);
    const char *key = next_text(&texts);
    robofy_options_set_base_url(options, next_text(&texts));
    robofy_options_set_proxy(options, next_text(&texts));
    robofy_options_set_user_agent(options, next_text(&texts));
    const char *pem = next_text(&texts);
    if (pem && *pem)
        set_authorities(options, pem);
    RobofyError *error;
    RobofyClient *client = robofy_client_new(key, options, &error);
    REQUIRE(!client != !error);
    if (client)
        require_sound_client(client);
    else
        require_refusal_by_name(error);
    robofy_error_free(error);
    robofy_client_free(client);
    robofy_options_free(options);
    free_texts(&texts);
    return 0;
}
