// Futures and hooks: each completes once, whatever becomes of its message and of the client.
#include <vector>

#include <signal.h>

#include "check.hpp"
#include "threads.hpp"

static const char *const slow = "!delay-ms=60000";

static void a_future_holds_the_reply_or_the_error(const robofy::Client &client)
{
    CHECK_EQUAL(client.send_async(message_of("!answer=later")).get().answer(), "later");
    std::future<robofy::Reply> refused = client.send_async(message_of("!status=401"));
    const auto error = CHECK_THROWS(robofy::UnauthorizedError, refused.get());
    CHECK_EQUAL(error.value().code(), "UNAUTHORIZED");
    CHECK_THROWS(robofy::InvalidArgumentError, client.send_async(message_of("")).get());
    CHECK_THROWS(robofy::TimeoutError, client.send_async(message_of(slow).set_timeout(50ms)).get());
    client.send_async(message_of("nobody waits"));
}

static void a_hook_is_called_once(const robofy::Client &client)
{
    std::promise<std::string> answer;
    std::promise<std::thread::id> thread;
    auto moved_only = std::make_unique<std::string>("and its state");
    const std::uint64_t tag = client.send_async(
        message_of("!answer=hooked"), [&, state = std::move(moved_only)](robofy::Completion done) {
            thread.set_value(std::this_thread::get_id());
            answer.set_value(std::move(done).reply().answer() + " " + *state);
        });
    CHECK(tag >= std::uint64_t(1) << 63);
    CHECK_EQUAL(answer.get_future().get(), "hooked and its state");
    CHECK(thread.get_future().get() != std::this_thread::get_id());

    bool is_called = false;
    CHECK_THROWS(robofy::InvalidArgumentError,
                 client.send_async(message_of(""), [&](robofy::Completion) { is_called = true; }));
    CHECK(!is_called);
}

static void the_collecting_thread_takes_no_signals(const robofy::Client &client)
{
    std::promise<sigset_t> blocked;
    client.send_async(message_of("Hi"), [&](robofy::Completion) {
        sigset_t here;
        pthread_sigmask(SIG_SETMASK, nullptr, &here);
        blocked.set_value(here);
    });
    const sigset_t there = blocked.get_future().get();
    sigset_t here;
    pthread_sigmask(SIG_SETMASK, nullptr, &here);
    for (const int signal : {SIGINT, SIGTERM, SIGCHLD, SIGUSR1}) {
        CHECK(sigismember(&there, signal) == 1);
        CHECK(sigismember(&here, signal) == 0);
    }
}

static void a_hook_can_look_at_the_error(const robofy::Client &client)
{
    std::promise<std::optional<robofy::Error>> error;
    client.send_async(message_of("!status=404"), [&](robofy::Completion done) {
        CHECK(!done.has_reply());
        CHECK_EQUAL(done.status(), robofy::Status::not_found);
        error.set_value(done.error());
    });
    CHECK_EQUAL(error.get_future().get().value().http_status(), 404);
}

static void a_hook_can_send_the_next_message(const robofy::Client &client)
{
    std::promise<std::string> last;
    client.send_async(message_of("Hi").set_session_id("hooks"), [&](robofy::Completion) {
        client.send_async(message_of("And now?").set_session_id("hooks"), [&](robofy::Completion done) {
            last.set_value(std::move(done).reply().answer());
        });
    });
    CHECK_EQUAL(last.get_future().get(), "You wrote: \"And now?\". Before that you wrote: \"Hi\".");
}

static void a_hooks_message_can_be_cancelled(const robofy::Client &client)
{
    std::promise<robofy::Status> status;
    const std::uint64_t tag =
        client.send_async(message_of(slow), [&](robofy::Completion done) { status.set_value(done.status()); });
    CHECK(client.cancel(tag));
    CHECK_EQUAL(status.get_future().get(), robofy::Status::cancelled);
    CHECK(!client.cancel(tag));
}

static void tags_do_not_collide(const robofy::Client &client)
{
    constexpr std::uint64_t first_too_great = std::uint64_t(1) << 63;
    for (const std::uint64_t tag : {first_too_great, first_too_great + 1, UINT64_MAX}) {
        const auto error = CHECK_THROWS(robofy::InvalidArgumentError, client.submit(message_of("Hi"), tag));
        CHECK_CONTAINS(error.value().what(), "tag must be below 2^63");
    }
    std::vector<std::future<robofy::Reply>> futures;
    for (std::uint64_t tag = 0; tag < 50; tag++) {
        futures.push_back(client.send_async(message_of("!answer=future")));
        client.submit(message_of("!answer=polled"), tag);
    }
    client.submit(message_of("!answer=polled"), first_too_great - 1);
    std::vector<bool> polled(50);
    for (int i = 0; i < 51; i++) {
        robofy::Completion done = client.poll();
        if (done.tag() == first_too_great - 1)
            continue;
        CHECK(done.tag() < 50);
        CHECK(!polled.at(done.tag()));
        polled.at(done.tag()) = true;
        CHECK_EQUAL(std::move(done).reply().answer(), "polled");
    }
    for (std::future<robofy::Reply> &future : futures)
        CHECK_EQUAL(future.get().answer(), "future");
    CHECK(!client.poll(20ms));
}

static void many_threads_send_and_poll(const char *url)
{
    constexpr unsigned threads = 8, rounds = 50;
    const robofy::Client client = client_of(url);
    std::atomic<unsigned> answered{0}, collected{0};
    std::vector<std::thread> running;
    for (unsigned t = 0; t < threads; t++)
        running.emplace_back([&, t] {
            for (unsigned i = 0; i < rounds; i++) {
                client.submit(message_of("Hi"), t * rounds + i);
                std::future<robofy::Reply> reply = client.send_async(message_of("Hi"));
                client.send_async(message_of("Hi"), [&](robofy::Completion done) { answered += done.has_reply(); });
                if (const std::optional<robofy::Completion> done = client.poll(i % 3 * 1ms))
                    collected += done->has_reply();
                answered += !reply.get().answer().empty();
            }
        });
    for (std::thread &thread : running)
        thread.join();
    while (collected < threads * rounds)
        collected += client.poll().has_reply();
    CHECK(becomes([&] { return answered == 2 * threads * rounds; }));
    CHECK(!client.poll(0ms));
}

static void a_poll_that_began_before_the_first_future_goes_on(const char *url)
{
    const robofy::Client client = client_of(url);
    std::future<std::string> polled =
        std::async(std::launch::async, [&] { return std::string(client.poll().reply().answer()); });
    std::this_thread::sleep_for(50ms);
    CHECK_EQUAL(client.send_async(message_of("!answer=future")).get().answer(), "future");
    client.submit(message_of("!answer=polled"), 1);
    CHECK_EQUAL(polled.get(), "polled");
}

static void a_future_counts_as_in_flight(const char *url)
{
    const robofy::Client client = client_of(url, robofy::Options().set_max_in_flight(1));
    std::future<robofy::Reply> first = client.send_async(message_of("!delay-ms=3000"));
    CHECK_THROWS(robofy::OverloadedError, client.send_async(message_of("Hi")).get());
    first.get();
    client.send_async(message_of("Hi")).get();
}

static void every_future_ends_with_the_client(const char *url)
{
    std::vector<std::future<robofy::Reply>> futures;
    std::atomic<int> cancelled{0};
    {
        const robofy::Client client = client_of(url);
        for (int i = 0; i < 50; i++) {
            futures.push_back(client.send_async(message_of(slow)));
            client.send_async(message_of(slow), [&](robofy::Completion done) {
                cancelled += done.status() == robofy::Status::cancelled;
            });
        }
        futures.push_back(client.send_async(message_of("!answer=in-time")));
        futures.back().wait();
    }
    CHECK(cancelled == 50);
    CHECK_EQUAL(futures.back().get().answer(), "in-time");
    futures.pop_back();
    for (std::future<robofy::Reply> &future : futures) {
        CHECK(future.wait_for(0s) == std::future_status::ready);
        CHECK_THROWS(robofy::CancelledError, future.get());
    }
}

static void take_one_through_the_c_interface(const robofy::Client &client)
{
    RobofyCompletion *taken = robofy_client_poll(client.native_handle(), 60000);
    CHECK(taken);
    robofy_completion_free(taken);
}

static void what_is_taken_through_the_c_interface_does_not_hold_up_the_end(const char *url)
{
    std::future<robofy::Reply> of_the_loop, of_the_thread;
    {
        const robofy::Client client = client_of(url);
        client.poll_fd();
        of_the_loop = client.send_async(message_of("Hi"));
        take_one_through_the_c_interface(client);
    }
    CHECK_THROWS(std::future_error, of_the_loop.get());
    {
        std::promise<void> hooked, taken; // outlive the hook, which ends before the client does
        const robofy::Client client = client_of(url);
        client.send_async(message_of("Hi"), [&](robofy::Completion) {
            hooked.set_value();
            taken.get_future().wait();
        });
        hooked.get_future().wait(); // the collecting thread is in the hook
        of_the_thread = client.send_async(message_of("Hi"));
        take_one_through_the_c_interface(client);
        taken.set_value();
    }
    CHECK_THROWS(std::future_error, of_the_thread.get());
}

static void an_assigned_client_ends_too(const char *url)
{
    robofy::Client client = client_of(url);
    std::future<robofy::Reply> future = client.send_async(message_of(slow));
    client = client_of(url);
    CHECK(future.wait_for(0s) == std::future_status::ready);
    CHECK_THROWS(robofy::CancelledError, future.get());
    CHECK_EQUAL(client.send_async(message_of("!answer=anew")).get().answer(), "anew");
}

static void a_client_at_its_end_takes_no_further_message(const char *url)
{
    std::optional<robofy::Client> client(client_of(url));
    std::optional<robofy::Error> error;
    const robofy::Client &ending = *client;
    ending.send_async(message_of(slow), [&](robofy::Completion) {
        error = CHECK_THROWS(robofy::CancelledError, ending.send_async(message_of("Hi"), [](robofy::Completion) {}));
    });
    client.reset();
    CHECK(error.has_value());
}

static void what_waits_its_turn_does_not_go_out_at_the_end(const char *url)
{
    const robofy::Client client = client_of(url, robofy::Options().set_ordered_sessions(true));
    for (int i = 0; i < 3000; i++)
        client.send_async(message_of("!delay-ms=60000 answer=ordered").set_session_id("ordered"));
    CHECK(becomes([&] {
        const std::string stats = client.stats();
        return stats.find("\"queued\":2999") != stats.npos && stats.find("\"bytes_sent\":0") == stats.npos;
    }));
}

static void a_hook_may_end_its_client(const char *url)
{
    const int before = threads_of_this_process();
    auto client = std::make_unique<robofy::Client>(client_of(url));
    const robofy::Client &same = *client;
    std::future<robofy::Reply> other = same.send_async(message_of(slow));
    same.send_async(message_of("Hi"), [owned = std::move(client)](robofy::Completion) mutable { owned.reset(); });
    CHECK_THROWS(robofy::CancelledError, other.get());
    CHECK(becomes([&] { return threads_of_this_process() == before; }));
}

static void a_client_without_futures_has_no_thread(const char *url)
{
    const robofy::Client first = client_of(url);
    first.chat(pid, chatbot, nullptr, "Hi");
    const int before = threads_of_this_process();
    {
        const robofy::Client second = client_of(url);
        second.submit(message_of("Hi"), 1);
        second.poll();
        CHECK_EQUAL(threads_of_this_process(), before);
        second.send_async(message_of("Hi")).get();
        second.send_async(message_of("Hi")).get();
        CHECK_EQUAL(threads_of_this_process(), before + 1);
    }
    CHECK(becomes([&] { return threads_of_this_process() == before; }));
}

int main(int, char **argv)
{
    const int alone = threads_of_this_process();
    a_hook_may_end_its_client(argv[1]); // first, while no other client has threads
    CHECK(becomes([&] { return threads_of_this_process() == alone; }));
    a_client_without_futures_has_no_thread(argv[1]);
    const robofy::Client client = client_of(argv[1]);
    a_future_holds_the_reply_or_the_error(client);
    a_hook_is_called_once(client);
    the_collecting_thread_takes_no_signals(client);
    a_hook_can_look_at_the_error(client);
    a_hook_can_send_the_next_message(client);
    a_hooks_message_can_be_cancelled(client);
    tags_do_not_collide(client);
    many_threads_send_and_poll(argv[1]);
    a_poll_that_began_before_the_first_future_goes_on(argv[1]);
    a_future_counts_as_in_flight(argv[1]);
    every_future_ends_with_the_client(argv[1]);
    what_is_taken_through_the_c_interface_does_not_hold_up_the_end(argv[1]);
    an_assigned_client_ends_too(argv[1]);
    a_client_at_its_end_takes_no_further_message(argv[1]);
    what_waits_its_turn_does_not_go_out_at_the_end(argv[1]);
    return checks_result();
}
