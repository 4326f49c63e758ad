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

static void every_other_call_has_its_answer()
{
    robofy::Fake fake;
    const robofy::Client client(key, robofy::Options().set_agent(pid, chatbot));
    fake.respond(R"([{"id": 7}])").headers["x-page"] = "1";
    const robofy::Response response = client.request({"GET", "/v1/projects"});
    CHECK_EQUAL(response.data(), R"([{"id": 7}])");
    CHECK_EQUAL(response.header("X-Page"), "1");
    CHECK(!response.header("x-none"));
    fake.respond("{}").status = 201;
    const robofy::Upload upload = robofy::Upload().add_bytes("file", "four", "a.txt");
    CHECK_EQUAL(client.upload_async("/v1/files", upload).get().status(), 201);
    CHECK(upload.total() == 4 && upload.sent() == 4);
    CHECK_EQUAL(fake.called().at(0), "GET /v1/projects");
    CHECK_EQUAL(fake.called().at(1), "POST /v1/files");

    fake.page({"1", "2"}).next_token = "more";
    fake.page({"3"});
    std::string leads;
    for (const std::string &lead : client.leads())
        leads += lead;
    CHECK_EQUAL(leads, "123");
    RobofySessions::Session session;
    session.session_id = "918727000000";
    fake.list({session});
    CHECK_EQUAL(client.sessions()[0].session_id(), "918727000000");
    fake.settings("{}").temperature = "0.7";
    CHECK_EQUAL(client.agent_settings().temperature(), std::string("0.7"));
    fake.fail(robofy::Status::not_found, "no such project");
    CHECK_THROWS(robofy::NotFoundError, client.request({"GET", "/v1/projects"}));
    fake.respond("{}");
    CHECK_THROWS(robofy::InternalError, client.sessions());
}

static void a_stream_has_its_events()
{
    robofy::Fake fake;
    const robofy::Client client(key);
    fake.answer("We open at nine.").session_id = "918727000000";
    robofy::Stream stream = client.stream("/v1/events", message_of("Hi").set_platform("web"));
    pollfd events = {stream.poll_fd(), POLLIN, 0};
    CHECK_EQUAL(::poll(&events, 1, 60000), 1);
    int count = 0;
    for (const robofy::StreamEvent &event : stream)
        count += event.kind() != robofy::StreamEventKind::other;
    CHECK_EQUAL(count, 3);
    CHECK_EQUAL(stream.text(), "We open at nine.");
    CHECK_EQUAL(stream.session_id(), std::string("918727000000"));
    fake.answer("never");
    const robofy::Stream given_up = client.stream("/v1/events", message_of("Hi"));
    CHECK(given_up.cancel());
    CHECK_THROWS(robofy::CancelledError, given_up.next());
    CHECK(given_up.is_done());
    fake.answer("web");
    CHECK_EQUAL(client.chat_send(message_of("Hi")).answer(), "web");
}

static void a_webhook_says_what_the_script_says()
{
    robofy::Fake fake;
    const robofy::Webhook webhook(robofy::Channel::meta, "secret");
    RobofyEvent event;
    event.phone = event.session_id = "918727000000";
    event.text = "Hello";
    fake.come_in({event}).skipped = 1;
    const robofy::Incoming incoming = webhook.read("any", "any");
    CHECK(incoming.size() == 1 && incoming.skipped() == 1);
    CHECK(incoming[0].kind() == robofy::EventKind::text);
    CHECK_EQUAL(incoming[0].text(), std::string("Hello"));
    CHECK(!incoming[0].timestamp() && !incoming[0].error_code());
    fake.fail(robofy::Status::signature, "the signature is wrong");
    CHECK_THROWS(robofy::SignatureError, webhook.read("any", "any"));
    CHECK(!webhook.challenge("hub.mode=subscribe", "token"));
    CHECK_EQUAL(robofy::format("**as it is**"), "**as it is**");
    CHECK_EQUAL(robofy::split("as it is").at(0), "as it is");
    CHECK(robofy::split("").empty());
}

static void it_says_that_it_has_no_inbox()
{
    const robofy::Client client(key);
    const auto none = CHECK_THROWS(robofy::StorageError, robofy::Inbox(client, pid, chatbot, robofy::InboxOptions().set_path("/x")));
    CHECK_EQUAL(std::string(none->what()), "the fake has no inbox");
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
    every_other_call_has_its_answer();
    a_stream_has_its_events();
    a_webhook_says_what_the_script_says();
    it_says_that_it_has_no_inbox();
    the_names_are_the_headers();
    return checks_result();
}
