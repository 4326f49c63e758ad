// Ten thousand calls, answered, failed and refused, in each way of waiting, leave nothing behind.
#if __has_include(<malloc.h>)
#include <malloc.h>
#endif

#include <cstring>
#include <new>

#include "check.hpp"

// One call in each way and of each outcome: ten.
static void ten_calls(const robofy::Client &client)
{
    using namespace std::string_view_literals;
    robofy::Message message = message_of("!answer=a_text_that_is_long_enough_for_the_heap"sv);
    message.set_session_id("918727000000"sv).set_user_context("{\"name\":\"Ana\"}");
    client.send(message);
    client.chat(pid, chatbot, "918727000000"sv, "!answer=x");
    std::future<robofy::Reply> future = client.send_async(message);
    std::promise<void> hooked;
    client.send_async(message, [&](robofy::Completion) { hooked.set_value(); });
    client.submit(message, 1);
    client.poll().reply();
    hooked.get_future().get();
    future.get();
    CHECK_THROWS(robofy::NotFoundError, client.send(message.set_query("!status=404")));
    CHECK_THROWS(robofy::NotFoundError, client.send_async(message).get());
    CHECK_THROWS(robofy::InvalidArgumentError, client.send_async(message.set_query("")).get());
    client.submit(message.set_query("!status=404"), 2);
    CHECK(!client.poll().has_reply());
    client.submit(message, 3);
    client.cancel(3);
    CHECK(!client.poll().has_reply());
}

// Bytes that are allocated; under a sanitizer its leak checker looks instead, at the end.
static std::size_t allocated()
{
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
    return mallinfo2().uordblks;
#else
    return 0;
#endif
}

// The key may come as a view; the copy that C needs does not stay behind.
static void a_copied_text_is_wiped()
{
    const std::string_view secret(key);
    alignas(robofy::Text) static char memory[sizeof(robofy::Text)];
    const auto *text = new (memory) robofy::Text(secret);
    CHECK(std::string_view(memory, sizeof memory).find(secret) != secret.npos);
    text->~Text();
    CHECK(std::string_view(memory, sizeof memory).find(secret) == secret.npos);
}

int main(int, char **argv)
{
    a_copied_text_is_wiped();
    const robofy::Client client = client_of(argv[1]);
    for (int i = 0; i < 100; i++)
        ten_calls(client);
    const std::size_t before = allocated();
    for (int i = 0; i < 1000; i++)
        ten_calls(client);
    const std::size_t after = allocated();
    if (!CHECK(after < before + 1000 * 1000)) // a hundred bytes a call
        std::cerr << "    " << before << " bytes before, " << after << " after\n";
    return checks_result();
}
