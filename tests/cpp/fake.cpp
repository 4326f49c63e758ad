// A program's own test: the fake stands in for the library, to which this program is not linked.
#include <poll.h>
#include <robofy/fake.hpp>

#include "check.hpp"

static void answers_and_errors_come_in_the_order_of_the_script()
{
    robofy::Fake fake;
    fake.answer("We open at nine.").session_id = "918727000000";
    fake.fail(robofy::Status::rate_limited, "too many messages").retry_after_ms = 2000;

    const robofy::Client client(key, robofy::Options().set_timeout(1s).set_agent(pid, chatbot));
    const robofy::Reply reply = client.send(client.message("When do you open?").set_timeout(3s));
    CHECK_EQUAL(reply.answer(), "We open at nine.");
    CHECK_EQUAL(reply.session_id(), "918727000000");
    CHECK_EQUAL(reply.attempts(), 1u);
    const auto busy = CHECK_THROWS(robofy::RateLimitedError, client.chat("918727000000", "And today?"));
    CHECK(busy.value().retry_after() == 2s);
    CHECK(busy.value().is_retryable());
    CHECK(!busy->code());
    CHECK_THROWS(robofy::InternalError, client.chat(nullptr, "Nothing is left"));

    const auto asked = fake.asked();
    CHECK_EQUAL(asked.size(), 3u);
    CHECK_EQUAL(asked.at(0).query, "When do you open?");
    CHECK_EQUAL(asked.at(0).pid, pid);
    CHECK_EQUAL(asked.at(0).timeout_ms, 3000u);
    CHECK(!asked.at(0).session_id);
    CHECK_EQUAL(asked.at(1).session_id, "918727000000");
    CHECK_EQUAL(asked.at(1).chatbot_id, chatbot);
}

static void futures_hooks_and_a_loop_are_the_real_ones()
{
    robofy::Fake fake;
    const robofy::Client client(key);
    fake.answer("one");
    CHECK_EQUAL(client.send_async(message_of("Hi")).get().answer(), "one");
    fake.fail(robofy::Status::timeout, "late");
    std::promise<robofy::Status> status;
    client.send_async(message_of("Hi"), [&](robofy::Completion done) { status.set_value(done.status()); });
    CHECK_EQUAL(status.get_future().get(), robofy::Status::timeout);

    const robofy::Client looped(key);
    fake.answer("two");
    looped.submit(message_of("Hi"), 2);
    pollfd replies = {looped.poll_fd(), POLLIN, 0};
    CHECK_EQUAL(::poll(&replies, 1, 60000), 1);
    CHECK_EQUAL(looped.poll().reply().answer(), "two");
    CHECK_EQUAL(::poll(&replies, 1, 0), 0);
    CHECK(!looped.poll(0ms));
}

static void the_names_are_the_headers()
{
    CHECK_EQUAL(robofy::version(), ROBOFY_VERSION);
    CHECK_EQUAL(robofy::status_name(robofy::Status::rate_limited), "rate_limited");
    CHECK_EQUAL(robofy::status_name(static_cast<robofy::Status>(99)), "unknown");
}

int main()
{
    answers_and_errors_come_in_the_order_of_the_script();
    futures_hooks_and_a_loop_are_the_real_ones();
    the_names_are_the_headers();
    return checks_result();
}
