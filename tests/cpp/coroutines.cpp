// Coroutines that await replies, on the collecting thread and in a loop of the program's own.
#include <poll.h>

#include "check.hpp"
#include "task.hpp"

static Task ask(const robofy::Client &client, std::string query)
{
    robofy::Reply reply = co_await client.co_send(message_of(query));
    co_return std::string(reply.answer());
}

static Task converse(const robofy::Client &client)
{
    robofy::Message message = message_of("Hi").set_session_id("coroutine").set_timeout(30s);
    co_await client.co_send(message);
    co_return (co_await client.co_send(message.set_query("And now?"))).answer();
}

static Task recover(const robofy::Client &client)
{
    try {
        co_await client.co_send(message_of("!status=401"));
    } catch (const robofy::UnauthorizedError &error) {
        co_return std::string(error.code().value());
    }
    co_return "no error";
}

// The client lives in the coroutine, so that the thread that resumes it also destroys the client.
static Task own_a_client(const char *url)
{
    const robofy::Client client = client_of(url);
    co_return (co_await client.co_send(message_of("!answer=owned"))).answer();
}

static void a_coroutine_awaits_replies(const robofy::Client &client)
{
    CHECK_EQUAL(ask(client, "!answer=awaited").result.get(), "awaited");
    CHECK_EQUAL(converse(client).result.get(), "You wrote: \"And now?\". Before that you wrote: \"Hi\".");
    CHECK_EQUAL(recover(client).result.get(), "UNAUTHORIZED");
    CHECK_THROWS(robofy::ServerError, ask(client, "!status=500").result.get());
    CHECK_THROWS(robofy::InvalidArgumentError, ask(client, "").result.get());
}

static void a_coroutine_may_own_its_client(const char *url)
{
    for (int i = 0; i < 20; i++)
        CHECK_EQUAL(own_a_client(url).result.get(), "owned");
}

static void a_coroutine_ends_with_the_client(const char *url)
{
    std::optional<robofy::Client> client(client_of(url));
    Task waiting = ask(*client, "!delay-ms=60000");
    client.reset();
    CHECK_THROWS(robofy::CancelledError, waiting.result.get());
}

static void a_loop_resumes_its_coroutines(const char *url)
{
    const robofy::Client client = client_of(url);
    pollfd watched = {client.poll_fd(), POLLIN, 0};
    std::optional<std::thread::id> resumed_on;
    Task task = [](const robofy::Client &loops, std::optional<std::thread::id> &thread) -> Task {
        co_await loops.co_send(message_of("Hi"));
        thread = std::this_thread::get_id();
        co_return (co_await loops.co_send(message_of("!answer=looped"))).answer();
    }(client, resumed_on);
    while (task.result.wait_for(0s) != std::future_status::ready && CHECK(::poll(&watched, 1, 60000) == 1))
        CHECK(!client.poll(0ms));
    CHECK_EQUAL(task.result.get(), "looped");
    CHECK(resumed_on == std::this_thread::get_id());
}

int main(int, char **argv)
{
    const robofy::Client client = client_of(argv[1]);
    a_coroutine_awaits_replies(client);
    a_coroutine_may_own_its_client(argv[1]);
    a_coroutine_ends_with_the_client(argv[1]);
    a_loop_resumes_its_coroutines(argv[1]);
    return checks_result();
}
