#include <cstdlib>
#include <iostream>
#include <robofy.hpp>

int main(int, char **argv)
try {
    robofy::Options options;
    options.set_base_url(std::getenv("ROBOFY_BASE_URL"));
    robofy::Client client(std::getenv("ROBOFY_API_KEY"), options);
    std::cout << client.chat(std::getenv("ROBOFY_PID"), std::getenv("ROBOFY_CHATBOT_ID"), nullptr, argv[1]) << '\n';
} catch (const robofy::Error &error) {
    std::cerr << error.what() << '\n';
    return 1;
}
