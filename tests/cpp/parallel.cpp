// A hundred chats in flight at once, in futures.
#include <vector>

#include "check.hpp"

int main(int, char **argv)
{
    const robofy::Client client = client_of(argv[1]);
    std::vector<std::future<robofy::Reply>> replies;
    for (int i = 0; i < 100; i++)
        replies.push_back(client.send_async(message_of("I am " + std::to_string(i))));
    int user = 0;
    for (std::future<robofy::Reply> &reply : replies)
        CHECK_EQUAL(reply.get().answer(), "Hello! You wrote: \"I am " + std::to_string(user++) + "\".");
    return checks_result();
}
