// A client that waits for futures when the process forks is of use in both processes.
#include <sys/wait.h>
#include <unistd.h>

#include "check.hpp"

static void works(const robofy::Client &client, const char *whose)
{
    CHECK_EQUAL(client.chat(pid, chatbot, nullptr, std::string("!answer=") + whose), whose);
    CHECK_EQUAL(client.send_async(message_of(std::string("!answer=") + whose)).get().answer(), whose);
    client.submit(message_of(std::string("!answer=") + whose), 1);
    CHECK_EQUAL(client.poll().reply().answer(), whose);
}

int main(int, char **argv)
{
    std::optional<robofy::Client> client(client_of(argv[1]));
    std::future<robofy::Reply> parents = client->send_async(message_of("!delay-ms=1000 answer=parents"));
    const pid_t child = fork();
    if (child == 0) {
        alarm(120); // its parent may have given up
        works(*client, "child");
        client.reset();
        _exit(checks_result());
    }
    works(*client, "parent");
    CHECK_EQUAL(parents.get().answer(), "parents");
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK_EQUAL(status, 0);
    return checks_result();
}
