// Many WhatsApp users, one thread: an event loop, as a gateway has one, in which each conversation is a coroutine (C++20).
#include <chrono>
#include <coroutine>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

#include <poll.h>
#include <robofy.hpp>

using namespace std::chrono_literals;

static const char help[] =
    "usage: gateway_loop [USERS]\n"
    "Lets USERS users (1000 if not given, at most 1000000) each write two messages to a Robofy agent, all at once.\n"
    "Set ROBOFY_API_KEY, ROBOFY_PID and ROBOFY_CHATBOT_ID beforehand. Ctrl-C ends it.\n";

static volatile std::sig_atomic_t interrupted = 0;

struct Tally {
    unsigned long users = 1000, answered = 0, failed = 0;
};

// A coroutine that begins at once and that nobody waits for.
struct Conversation {
    struct promise_type {
        Conversation get_return_object() noexcept { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() noexcept {}
        void unhandled_exception() noexcept { std::terminate(); }
    };
};

static Conversation converse(const robofy::Client &client, unsigned long user, Tally &tally)
{
    try {
        robofy::Message message(std::getenv("ROBOFY_PID"), std::getenv("ROBOFY_CHATBOT_ID"), "Are you open today?");
        message.set_session_id("9187270" + std::to_string(user));
        co_await client.co_send(message); // a gateway forwards the answer() of the reply to the user
        co_await client.co_send(message.set_query("And tomorrow?"));
        tally.answered++;
    } catch (const robofy::CancelledError &) { // the program ends
    } catch (const robofy::Error &error) {
        if (tally.failed++ == 0)
            std::cerr << "user " << user << ": " << error.what() << '\n';
    }
}

static void run(const robofy::Client &client, Tally &tally)
{
    pollfd replies = {client.poll_fd(), POLLIN, 0};
    for (unsigned long user = 0; user < tally.users; user++)
        converse(client, user, tally);
    auto shown = std::chrono::steady_clock::now();
    while (!interrupted && tally.answered + tally.failed < tally.users) {
        poll(&replies, 1, 500);
        client.poll(0ms); // resumes every coroutine whose reply is there
        if (const auto now = std::chrono::steady_clock::now(); now - shown > 500ms) {
            shown = now;
            std::cout << tally.answered << " of " << tally.users << " answered" << std::endl;
        }
    }
}

int main(int argc, char **argv)
{
    Tally tally;
    const std::string argument = argc > 1 ? argv[1] : "1000";
    const bool is_number = argument.find_first_not_of("0123456789") == argument.npos && argument.size() < 8;
    tally.users = is_number && !argument.empty() ? std::stoul(argument) : 0;
    if (argc > 2 || tally.users == 0 || tally.users > 1000000) {
        const bool is_asked = argument == "--help";
        (is_asked ? std::cout : std::cerr) << help;
        return is_asked ? EXIT_SUCCESS : 2;
    }
    std::signal(SIGINT, [](int) { interrupted = 1; }); // poll() returns early then
    try {
        const auto options = robofy::Options().set_base_url(std::getenv("ROBOFY_BASE_URL")).set_ordered_sessions(true);
        const robofy::Client client(std::getenv("ROBOFY_API_KEY"), options);
        run(client, tally);
    } catch (const robofy::Error &error) {
        std::cerr << error.what() << '\n';
        return EXIT_FAILURE;
    }
    std::cout << (interrupted ? "stopped: " : "") << tally.answered << " of " << tally.users << " answered, "
              << tally.failed << " failed" << std::endl;
    return interrupted ? 128 + SIGINT : tally.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
