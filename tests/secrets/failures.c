/* Sends each message of standard input's further lines, blocking and submitted, and prints all that the library says. */
#include <stdio.h>
#include <stdlib.h>

#include "key.h"
#include "robofy.h"

static const char *or_nothing(const char *text)
{
    return text ? text : "";
}

static void print(const RobofyError *error)
{
    printf("%d %d [%s] [%s] [%s]\n", robofy_error_status(error), robofy_error_http_status(error),
           or_nothing(robofy_error_message(error)), or_nothing(robofy_error_code(error)),
           or_nothing(robofy_error_detail(error)));
}

static void send_both_ways(const RobofyClient *client, const char *query)
{
    RobofyError *error;
    RobofyMessage *message = robofy_message_new("project-1", "agent-1", query);
    robofy_reply_free(robofy_whatsapp_send(client, message, &error));
    print(error);
    robofy_error_free(error);
    if (robofy_whatsapp_submit(client, message, 1, NULL)) {
        RobofyCompletion *completion = robofy_client_poll(client, -1);
        print(robofy_completion_error(completion));
        robofy_completion_free(completion);
    }
    robofy_message_free(message);
}

int main(int argc, char **argv)
{
    if (argc != 5 || !read_key()) {
        fputs("usage: failures URL CA_FILE|- PROXY|- MAX_RESPONSE_BYTES < KEY_AND_MESSAGES\n", stderr);
        return 2;
    }
    static char line[4096];
    RobofyError *error;
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_base_url(options, argv[1]);
    robofy_options_set_ca_file(options, strcmp(argv[2], "-") == 0 ? NULL : argv[2]);
    robofy_options_set_proxy(options, strcmp(argv[3], "-") == 0 ? NULL : argv[3]);
    robofy_options_set_max_response_bytes(options, strtoull(argv[4], NULL, 10));
    robofy_options_set_max_retries(options, 0);
    robofy_options_set_timeout_ms(options, 3000);
    RobofyClient *client = robofy_client_new(key, options, &error);
    print(error);
    robofy_error_free(error);
    while (client && fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        send_both_ways(client, line);
    }
    char *stats = robofy_client_stats(client);
    puts(or_nothing(stats));
    robofy_free_string(stats);
    robofy_client_free(client);
    robofy_options_free(options);
    return 0;
}
