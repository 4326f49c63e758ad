/* Talks to a Robofy agent as one WhatsApp user: each argument is a message, and every answer knows the ones before. */
#include <stdio.h>
#include <stdlib.h>
#include <robofy.h>

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: %s MESSAGE...\n", argv[0]);
        return 2;
    }
    RobofyError *error = NULL;
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_base_url(options, getenv("ROBOFY_BASE_URL"));
    RobofyClient *client = robofy_client_new(getenv("ROBOFY_API_KEY"), options, &error);
    robofy_options_free(options);

    for (int i = 1; client && !error && i < argc; i++) {
        printf("you: %s\n", argv[i]);
        char *answer = robofy_whatsapp_chat(client, getenv("ROBOFY_PID"), getenv("ROBOFY_CHATBOT_ID"),
                                            "918727000000", argv[i], &error);
        if (answer)
            printf("agent: %s\n", answer);
        robofy_free_string(answer);
    }

    int failed = error != NULL;
    if (failed)
        fprintf(stderr, "%s\n", robofy_error_message(error));
    robofy_error_free(error);
    robofy_client_free(client);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
