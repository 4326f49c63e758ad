#include "robofy.hpp"

std::string answer_of_the_second_unit(const robofy::Client &client);

std::string answer_of_the_second_unit(const robofy::Client &client)
{
    return client.send(robofy::Message("p", "c", "!answer=Hi")).answer();
}
