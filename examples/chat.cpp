// Talks to a Robofy agent as one WhatsApp user: each argument is a message, and every answer knows the ones before.
#include <cstdlib>
#include <iostream>
#include <string>
#include <robofy.hpp>

int main(int argc, char **argv)
{
    if (argc < 2) {
        std::cerr << "usage: " << argv[0] << " MESSAGE...\n";
        return 2;
    }
    try {
        robofy::Options options;
        options.set_base_url(std::getenv("ROBOFY_BASE_URL"));
        robofy::Client client(std::getenv("ROBOFY_API_KEY"), options);
        for (int i = 1; i < argc; i++) {
            std::cout << "you: " << argv[i] << std::endl;
            const std::string answer = client.chat(std::getenv("ROBOFY_PID"), std::getenv("ROBOFY_CHATBOT_ID"),
                                                   "918727000000", argv[i]);
            std::cout << "agent: " << answer << std::endl;
        }
        return EXIT_SUCCESS;
    } catch (const robofy::Error &error) {
        std::cerr << error.what() << '\n';
        return EXIT_FAILURE;
    }
}
