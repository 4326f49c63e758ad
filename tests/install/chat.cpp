// What a C++ program with the installed library does: one message, and the answer on standard output.
#include <cstdlib>
#include <iostream>
#include <robofy.hpp>

int main(int argc, char **argv)
try {
    if (argc != 2)
        return 2;
    const auto options = robofy::Options()
                             .set_base_url(std::getenv("ROBOFY_BASE_URL"))
                             .set_agent(std::getenv("ROBOFY_PID"), std::getenv("ROBOFY_CHATBOT_ID"));
    const robofy::Client client(options);
    std::cout << "agent: " << client.chat(nullptr, argv[1]) << '\n';
    return EXIT_SUCCESS;
} catch (const robofy::Error &error) {
    std::cerr << error.what() << '\n';
    return EXIT_FAILURE;
}
