// Submitting under tags and collecting in a loop, with a descriptor or without.
#include <poll.h>

#include "check.hpp"
#include "threads.hpp"

static const char *const slow = "!delay-ms=60000";

static bool is_readable(int descriptor, int timeout_ms)
{
    pollfd watched = {descriptor, POLLIN, 0};
    return ::poll(&watched, 1, timeout_ms) == 1;
}

static void a_tag_completes_once(const robofy::Client &client)
{
    client.submit(message_of("!answer=Hi"), 7);
    const auto twice = CHECK_THROWS(robofy::InvalidArgumentError, client.submit(message_of("Hi"), 7));
    CHECK_CONTAINS(twice.value().what(), "tag");
    robofy::Completion done = client.poll();
    CHECK_EQUAL(done.tag(), 7u);
    CHECK_EQUAL(done.status(), robofy::Status::ok);
    CHECK(!done.error());
    CHECK_EQUAL(std::move(done).reply().answer(), "Hi");

    client.submit(message_of("!status=403"), 7);
    done = client.poll();
    CHECK_EQUAL(done.status(), robofy::Status::forbidden);
    CHECK_EQUAL(done.error().value().http_status(), 403);
    CHECK_THROWS(robofy::ForbiddenError, std::move(done).reply());
}

static void a_cancelled_tag_completes_at_once(const robofy::Client &client)
{
    client.submit(message_of(slow), 1);
    CHECK(client.cancel(1));
    CHECK(!client.cancel(1));
    CHECK_THROWS(robofy::CancelledError, client.poll().reply());
    CHECK(!client.cancel(2));
}

static void a_poll_waits_no_longer_than_it_is_told(const robofy::Client &client)
{
    using std::chrono::milliseconds;
    const auto began = std::chrono::steady_clock::now();
    CHECK(!client.poll(0ms));
    CHECK(!client.poll(-1ms));
    CHECK(!client.poll(milliseconds::min()));
    CHECK(!client.poll(100ms));
    const auto took = std::chrono::steady_clock::now() - began;
    CHECK(took >= 100ms);
    CHECK(took < 30s);
    for (const milliseconds for_ever : {milliseconds::max(), milliseconds(24h * 10000)}) {
        client.submit(message_of("!delay-ms=50"), 1);
        CHECK(client.poll(for_ever).has_value());
    }
}

static void the_descriptor_is_readable_while_completions_wait(const char *url)
{
    const robofy::Client client = client_of(url);
    const int descriptor = client.poll_fd();
    CHECK_EQUAL(client.poll_fd(), descriptor);
    CHECK(!is_readable(descriptor, 0));
    client.submit(message_of("Hi"), 1);
    CHECK(is_readable(descriptor, 60000));
    CHECK(client.poll(0ms).has_value());
    CHECK(!is_readable(descriptor, 0));
}

static void the_loop_completes_futures_and_hooks_too(const char *url)
{
    const robofy::Client client = client_of(url);
    const int descriptor = client.poll_fd();
    const int threads = threads_of_this_process();
    std::future<robofy::Reply> future = client.send_async(message_of("!answer=future"));
    std::optional<std::thread::id> hooks_thread;
    client.send_async(message_of("Hi"), [&](robofy::Completion) { hooks_thread = std::this_thread::get_id(); });
    CHECK_EQUAL(threads_of_this_process(), threads);
    client.submit(message_of("!delay-ms=100 answer=own"), 5);
    std::optional<robofy::Completion> own;
    while (!own && CHECK(is_readable(descriptor, 60000)))
        own = client.poll(0ms);
    CHECK_EQUAL(std::move(own.value()).reply().answer(), "own");
    while (!hooks_thread || future.wait_for(0s) != std::future_status::ready) {
        CHECK(is_readable(descriptor, 60000));
        CHECK(!client.poll(0ms));
    }
    CHECK(hooks_thread == std::this_thread::get_id());
    CHECK_EQUAL(future.get().answer(), "future");
}

static void what_waits_ends_with_the_loops_client(const char *url)
{
    std::optional<robofy::Client> client(client_of(url));
    client->poll_fd();
    std::future<robofy::Reply> future = client->send_async(message_of(slow));
    client->submit(message_of("Hi"), 1);
    client.reset();
    CHECK_THROWS(robofy::CancelledError, future.get());
}

static void the_loop_may_end_its_client_from_a_hook(const char *url)
{
    auto client = std::make_unique<robofy::Client>(client_of(url));
    const robofy::Client &same = *client;
    same.poll_fd();
    same.send_async(message_of("Hi"), [&client](robofy::Completion) { client.reset(); });
    CHECK_THROWS(robofy::CancelledError, same.poll());
    CHECK(!client);
}

static void the_descriptor_comes_before_the_first_future(const char *url)
{
    const robofy::Client client = client_of(url);
    client.send_async(message_of("Hi")).get();
    const auto late = CHECK_THROWS(robofy::InvalidArgumentError, client.poll_fd());
    CHECK_CONTAINS(late.value().what(), "poll_fd must be asked for before");
}

int main(int, char **argv)
{
    const robofy::Client client = client_of(argv[1]);
    a_tag_completes_once(client);
    a_cancelled_tag_completes_at_once(client);
    a_poll_waits_no_longer_than_it_is_told(client);
    the_descriptor_is_readable_while_completions_wait(argv[1]);
    the_loop_completes_futures_and_hooks_too(argv[1]);
    what_waits_ends_with_the_loops_client(argv[1]);
    the_loop_may_end_its_client_from_a_hook(argv[1]);
    the_descriptor_comes_before_the_first_future(argv[1]);
    return checks_result();
}
