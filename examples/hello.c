#include <stdio.h>
#include <stdlib.h>
#include <robofy.h>

int main(int argc, char **argv)
{
    RobofyError *error = NULL;
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_base_url(options, getenv("ROBOFY_BASE_URL"));
    RobofyClient *client = robofy_client_new(getenv("ROBOFY_API_KEY"), options, &error);
    robofy_options_free(options);
    char *answer = error ? NULL : robofy_whatsapp_chat(client, getenv("ROBOFY_PID"), getenv("ROBOFY_CHATBOT_ID"),
                                                       NULL, argv[argc - 1], &error);
    puts(answer ? answer : robofy_error_message(error));
    robofy_free_string(answer);
    robofy_error_free(error);
    robofy_client_free(client);
    return !answer;
}
