// What a C++ program with the installed library does: one message, and the answer on standard output.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <robofy.h>

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    RobofyError *error = nullptr;
    std::unique_ptr<RobofyOptions, decltype(&robofy_options_free)> options{robofy_options_new(), robofy_options_free};
    robofy_options_set_base_url(options.get(), std::getenv("ROBOFY_BASE_URL"));
    std::unique_ptr<RobofyClient, decltype(&robofy_client_free)> client{
        robofy_client_new(std::getenv("ROBOFY_API_KEY"), options.get(), &error), robofy_client_free};
    if (client) {
        std::unique_ptr<char, decltype(&robofy_free_string)> answer{
            robofy_whatsapp_chat(client.get(), std::getenv("ROBOFY_PID"), std::getenv("ROBOFY_CHATBOT_ID"), nullptr,
                                 argv[1], &error),
            robofy_free_string};
        if (answer)
            std::printf("agent: %s\n", answer.get());
    }
    const bool failed = error != nullptr;
    if (failed)
        std::fprintf(stderr, "%s\n", robofy_error_message(error));
    robofy_error_free(error);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
