// What owns a handle is moved, never copied, and frees it once; a moved-from object says so.
#include <vector>

#include "check.hpp"

template <class Class> constexpr bool is_moved_only()
{
    return !std::is_copy_constructible_v<Class> && !std::is_copy_assignable_v<Class> &&
           std::is_nothrow_move_constructible_v<Class> && std::is_nothrow_move_assignable_v<Class> &&
           std::is_nothrow_destructible_v<Class>;
}

static_assert(is_moved_only<robofy::Client>());
static_assert(is_moved_only<robofy::Options>());
static_assert(is_moved_only<robofy::Message>());
static_assert(is_moved_only<robofy::Reply>());
static_assert(is_moved_only<robofy::Completion>());
static_assert(is_moved_only<robofy::Request>());
static_assert(is_moved_only<robofy::Upload>());
static_assert(is_moved_only<robofy::Response>());
static_assert(is_moved_only<robofy::Leads>());
static_assert(is_moved_only<robofy::LeadsPage>());
static_assert(is_moved_only<robofy::Sessions>());
static_assert(is_moved_only<robofy::AgentSettings>());
static_assert(is_moved_only<robofy::Stream>());
static_assert(is_moved_only<robofy::StreamEvent>());
static_assert(!std::is_copy_constructible_v<robofy::Text> && !std::is_move_constructible_v<robofy::Text>);
static_assert(!std::is_convertible_v<const char *, robofy::Client>);

// Through a reference, so that compilers do not warn of what is done on purpose.
template <class Class> static void move_to(Class &to, Class &from)
{
    to = std::move(from);
}

static void a_client_moves(const char *url)
{
    robofy::Client first = client_of(url);
    robofy::Client second = std::move(first);
    CHECK_EQUAL(second.chat(pid, chatbot, nullptr, "!answer=moved"), "moved");
    CHECK_THROWS(robofy::InvalidArgumentError, first.chat(pid, chatbot, nullptr, "Hi"));
    CHECK_THROWS(robofy::InvalidArgumentError, first.send(message_of("Hi")));
    CHECK_THROWS(robofy::InvalidArgumentError, first.submit(message_of("Hi"), 1));
    CHECK_THROWS(robofy::InvalidArgumentError, first.poll(0ms));
    CHECK_THROWS(robofy::InvalidArgumentError, first.poll());
    CHECK_THROWS(robofy::InvalidArgumentError, first.poll_fd());
    CHECK_THROWS(robofy::InvalidArgumentError, first.stats());
    CHECK_THROWS(robofy::InvalidArgumentError, first.send_async(message_of("Hi")).get());
    CHECK_THROWS(robofy::InvalidArgumentError, first.send_async(message_of("Hi"), [](robofy::Completion) {}));
    CHECK(!first.cancel(1));
    CHECK(!first.native_handle());
    move_to(second, second);
    CHECK_EQUAL(second.chat(pid, chatbot, nullptr, "!answer=still"), "still");
    first = std::move(second);
    CHECK_EQUAL(first.chat(pid, chatbot, nullptr, "!answer=back"), "back");

    std::vector<robofy::Client> clients;
    for (int i = 0; i < 10; i++)
        clients.push_back(client_of(url));
    CHECK_EQUAL(clients.front().chat(pid, chatbot, nullptr, "!answer=held"), "held");
}

static void a_client_moves_with_what_is_in_flight(const char *url)
{
    robofy::Client first = client_of(url);
    std::future<robofy::Reply> reply = first.send_async(message_of("!delay-ms=300 answer=followed"));
    first.submit(message_of("!delay-ms=300 answer=collected"), 1);
    robofy::Client second = std::move(first);
    CHECK_EQUAL(reply.get().answer(), "followed");
    CHECK_EQUAL(second.poll().reply().answer(), "collected");
}

static void a_message_and_options_move(const char *url)
{
    robofy::Options options = robofy::Options().set_timeout(30s).set_base_url(url);
    robofy::Options more = std::move(options);
    const robofy::Client client(key, more);
    CHECK_THROWS(robofy::InvalidArgumentError, [&] {
        robofy::Message first = message_of("!answer=moved");
        robofy::Message second = std::move(first);
        CHECK_EQUAL(client.send(second).answer(), "moved");
        first.set_query("Hi"); // does nothing
        client.send(first);
    }());
}

static void a_reply_moves(const robofy::Client &client)
{
    robofy::Reply first = client.send(message_of("!answer=moved"));
    const std::string_view answer = first.answer();
    robofy::Reply second = std::move(first);
    CHECK_EQUAL(answer, "moved");
    CHECK(second.answer().data() == answer.data());
    CHECK_EQUAL(first.answer(), "");
    CHECK_EQUAL(first.json(), "");
    CHECK(!first.session_id());
    CHECK_EQUAL(first.attempts(), 0u);
    CHECK(!first.native_handle());
    move_to(second, second);
    CHECK_EQUAL(second.answer(), "moved");

    client.submit(message_of("!answer=collected"), 1);
    second = client.poll().reply();
    CHECK_EQUAL(second.answer(), "collected");
    second = client.send(message_of("!answer=again"));
    CHECK_EQUAL(second.answer(), "again");
}

static void a_completion_moves(const robofy::Client &client)
{
    client.submit(message_of("!answer=once"), 7);
    robofy::Completion first = client.poll();
    robofy::Completion second = std::move(first);
    CHECK_EQUAL(second.tag(), 7u);
    CHECK(second.has_reply());
    CHECK_EQUAL(std::move(second).reply().answer(), "once");
    CHECK_THROWS(robofy::InvalidArgumentError, std::move(second).reply());
    CHECK_THROWS(robofy::InvalidArgumentError, std::move(first).reply());
}

static void what_was_not_collected_is_freed(const char *url)
{
    const robofy::Client client = client_of(url);
    client.submit(message_of("Hi"), 1);
    CHECK(becomes([&] { return client.stats().find("\"uncollected\":1") != std::string::npos; }));
    client.submit(message_of("!delay-ms=60000"), 2);
}

int main(int, char **argv)
{
    const robofy::Client client = client_of(argv[1]);
    a_client_moves(argv[1]);
    a_client_moves_with_what_is_in_flight(argv[1]);
    a_message_and_options_move(argv[1]);
    a_reply_moves(client);
    a_completion_moves(client);
    what_was_not_collected_is_freed(argv[1]);
    return checks_result();
}
