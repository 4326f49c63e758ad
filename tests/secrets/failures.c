/* Sends each message of standard input's further lines, blocking and submitted, and prints all that the library says. */
#include <stdlib.h>

#include "key.h"
#include "said.h"

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
