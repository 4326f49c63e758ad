#include "robofy.hpp"

std::string answer_of_the_second_unit(const robofy::Client &client);

int main(int, char **argv)
{
    robofy::Options options;
    options.set_base_url(argv[1]);
    const robofy::Client client("key", options);
    const std::string answer = client.send_async(robofy::Message("p", "c", "!answer=Hi")).get().answer();
    return answer == answer_of_the_second_unit(client) ? 0 : 1;
}
