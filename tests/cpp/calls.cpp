// Every endpoint: requests and uploads in each way to wait, leads, sessions, settings, and chats of any platform.
#include <algorithm>
#include <vector>

#include "check.hpp"

static const char *const echo = "/v1/projects";
static const char *const files = "/v1/ai-agent/files";

static void a_response_tells_what_came(const robofy::Client &client)
{
    const auto request = robofy::Request("POST", echo)
                             .set_query("page=2")
                             .add_query("name", "a b&c")
                             .set_json_body(R"({"n": 1})")
                             .set_timeout(30s);
    const robofy::Response response = client.request(request);
    CHECK_EQUAL(response.status(), 200);
    CHECK_EQUAL(response.attempts(), 1u);
    CHECK(response.elapsed() > 0us);
    CHECK_EQUAL(response.header("Content-Type"), "application/json");
    CHECK_EQUAL(response.header("content-TYPE"), "application/json");
    CHECK(!response.header("x-none"));
    CHECK_CONTAINS(std::string(response.body()), "\"message\":\"Success\"");
    CHECK_CONTAINS(std::string(response.data().value()), R"("query":[["page","2"],["name","a b&c"]])");
    CHECK_EQUAL(client.request({"GET", echo}).data().value().substr(0, 1), "{");
    CHECK_CONTAINS(client.request({"GET", echo}).body(), "Success");
    CHECK_CONTAINS(client.request({"GET", echo}).header("content-type").value(), "json");
    const auto nothing = client.request(robofy::Request("DELETE", echo).add_query("standin", "status=204"));
    CHECK_EQUAL(nothing.status(), 204);
    CHECK_EQUAL(nothing.body(), "");
    CHECK(!nothing.data());
    CHECK_EQUAL(client.request(robofy::Request("GET", "/v1/projects").set_query("standin=raw%3Da%00b")).body(),
                std::string("a\0b", 3));
}

static void bad_requests_are_refused_by_name(const robofy::Client &client)
{
    using robofy::InvalidArgumentError;
    const std::string nul("a\0b", 3);
    CHECK_CONTAINS(CHECK_THROWS(InvalidArgumentError, robofy::Request(nul, echo)).value().what(), "method");
    CHECK_CONTAINS(CHECK_THROWS(InvalidArgumentError, robofy::Request("GET", nul)).value().what(), "path");
    CHECK_THROWS(InvalidArgumentError, robofy::Request("GET", echo).set_json_body(nul));
    CHECK_THROWS(InvalidArgumentError, robofy::Request("GET", echo).add_query(nul, ""));
    CHECK_THROWS(InvalidArgumentError, robofy::Request("GET", echo).set_timeout(-1ms));
    CHECK_CONTAINS(CHECK_THROWS(InvalidArgumentError, client.request({"GET", "//elsewhere"})).value().what(), "path");
    CHECK_CONTAINS(CHECK_THROWS(InvalidArgumentError, client.request({"FETCH", echo})).value().what(), "method");
    CHECK_THROWS(InvalidArgumentError, client.request({nullptr, echo}));
    CHECK_THROWS(InvalidArgumentError, client.request(robofy::Request("POST", echo).set_json_body("{")));
    CHECK_THROWS(robofy::ProtocolError, client.request(robofy::Request("GET", echo).set_max_response_bytes(10)));
    CHECK_THROWS(InvalidArgumentError, client.upload(files, robofy::Upload()));
    CHECK_THROWS(InvalidArgumentError, client.upload(files, robofy::Upload().add_file("file", "/no/such/file")));
    CHECK_THROWS(InvalidArgumentError, client.upload(nul, robofy::Upload().add_text("a", "b")));
    CHECK_THROWS(InvalidArgumentError, client.upload_async(files, robofy::Upload()).get());
    CHECK_THROWS(InvalidArgumentError, client.agent_settings("", chatbot));
    CHECK_THROWS(InvalidArgumentError, client.sessions());
    CHECK_THROWS(InvalidArgumentError, client.leads().begin());
    CHECK_THROWS(InvalidArgumentError, client.submit(robofy::Request("GET", echo), ~std::uint64_t(0)));
}

static void each_way_to_wait(const robofy::Client &client)
{
    CHECK_EQUAL(client.request_async({"GET", echo}).get().status(), 200);
    const auto slow = robofy::Request("GET", echo).add_query("standin", "delay-ms=60000");
    std::promise<robofy::Completion> hooked;
    const std::uint64_t tag =
        client.request_async(slow, [&](robofy::Completion done) { hooked.set_value(std::move(done)); });
    CHECK(client.cancel(tag));
    CHECK_THROWS(robofy::CancelledError, hooked.get_future().get().response());

    client.submit(robofy::Request("GET", echo), 7);
    robofy::Completion done = client.poll();
    CHECK_EQUAL(done.tag(), 7u);
    CHECK(done.has_response() && !done.has_reply());
    CHECK_EQUAL(done.status(), robofy::Status::ok);
    CHECK_THROWS(robofy::InvalidArgumentError, std::move(done).reply());
    CHECK_EQUAL(std::move(done).response().status(), 200);
    CHECK_THROWS(robofy::InvalidArgumentError, std::move(done).response());

    client.submit(message_of("Hi"), 8);
    done = client.poll();
    CHECK(done.has_reply() && !done.has_response());
    CHECK_THROWS(robofy::InvalidArgumentError, std::move(done).response());
}

static void uploads_go_on_without_their_parts(const robofy::Client &client)
{
    const std::string large(3 << 20, 'x');
    auto upload = std::make_unique<robofy::Upload>();
    upload->add_bytes("file", std::string_view("a\0b", 3), "three.md", "text/x-three").add_text("chatbot_id", chatbot);
    upload->add_bytes("empty", {}, "empty.txt").add_bytes("large", large, "large.txt");
    const robofy::Call roomy = robofy::Call().set_max_response_bytes(64 << 20).set_timeout(60s);
    std::future<robofy::Response> sent = client.upload_async(files, *upload, roomy);
    std::promise<std::string> hooked;
    client.upload_async(
        files, *upload, [&](robofy::Completion done) { hooked.set_value(std::move(done).response().body()); }, roomy);
    client.submit_upload(files, *upload, 1, roomy);
    upload.reset();
    const std::string body(sent.get().body());
    CHECK_CONTAINS(body, R"(filename=\"three.md\"\r\nContent-Type: text/x-three\r\n\r\na\u0000b\r\n)");
    CHECK_CONTAINS(body, R"(filename=\"empty.txt\")");
    CHECK_CONTAINS(hooked.get_future().get(), "chatbot_id");
    CHECK_EQUAL(client.poll().response().status(), 200);
}

static void progress_can_be_read_meanwhile(const robofy::Client &client)
{
    robofy::Upload upload;
    upload.add_bytes("file", std::string(8 << 20, 'x'), "large.txt");
    std::future<robofy::Response> sent =
        client.upload_async(files, upload, robofy::Call().set_max_response_bytes(64 << 20));
    std::uint64_t before = 0;
    while (sent.wait_for(1ms) != std::future_status::ready) {
        const std::uint64_t now = upload.sent();
        CHECK(now >= before);
        before = now;
    }
    sent.get();
    CHECK(upload.total() > (8u << 20) && upload.sent() == upload.total());
}

static void what_is_in_flight_ends_with_the_client(const char *url)
{
    std::optional<robofy::Client> client(client_of(url));
    std::future<robofy::Response> waiting =
        client->request_async(robofy::Request("GET", echo).add_query("standin", "delay-ms=60000"));
    client.reset();
    CHECK_THROWS(robofy::CancelledError, waiting.get());
}

static void leads_are_a_range(const robofy::Client &client)
{
    robofy::Leads leads = client.leads(pid, chatbot).set_session_id("s 1").set_timeout(30s);
    int seen = 0;
    for (const std::string &lead : leads) {
        CHECK_CONTAINS(lead, "{\"name\":\"Lead " + std::to_string(seen));
        if (++seen == 3)
            break;
    }
    robofy::Leads moved = std::move(leads);
    CHECK_THROWS(robofy::InvalidArgumentError, leads.next_page());
    const std::vector<std::string> rest(moved.begin(), moved.end()); // from the third on, where the loop was left
    CHECK_EQUAL(rest.size(), 4u);
    CHECK_CONTAINS(rest.front(), "Lead 2");
    CHECK(moved.begin() == moved.end());

    robofy::Leads counted = client.leads(pid, chatbot);
    const auto is_one = [](const std::string &lead) { return !lead.empty(); };
    CHECK_EQUAL(std::count_if(counted.begin(), counted.end(), is_one), 6);
    robofy::Leads pages = client.leads(pid, chatbot);
    const robofy::LeadsPage first = pages.next_page().value();
    CHECK_EQUAL(first.columns(), "[\"name\"]");
    CHECK_EQUAL(first.size(), 2u);
    CHECK_EQUAL(first[1], "{\"name\":\"Lead 1\"}");
    CHECK(first.next_token().has_value());
    CHECK(pages.next_page()->next_token().has_value());
    CHECK(!pages.next_page()->next_token());
    CHECK(!pages.next_page());

    robofy::Leads endless = client.leads("loop", chatbot);
    CHECK_THROWS(robofy::ProtocolError, std::distance(endless.begin(), endless.end()));
    CHECK(endless.begin() == endless.end());
    robofy::Leads none = client.leads("empty", chatbot);
    CHECK(none.begin() == none.end());
}

static void leads_go_on_after_an_error(const char *url)
{
    std::optional<robofy::Client> client(client_of("http://127.0.0.1:1", robofy::Options().set_max_retries(0)));
    robofy::Leads unreachable = client->leads(pid, chatbot);
    for (int tries = 0; tries < 2; tries++)
        CHECK_THROWS(robofy::ConnectError, unreachable.begin());
    client = client_of(url);
    robofy::Leads leads = client->leads(pid, chatbot);
    CHECK(leads.begin() != leads.end());
    client.reset();
    CHECK_THROWS(robofy::InvalidArgumentError, std::distance(leads.begin(), leads.end()));
    CHECK_THROWS(robofy::InvalidArgumentError, unreachable.next_page());
}

static void sessions_and_settings(const robofy::Client &client)
{
    robofy::Sessions sessions = client.sessions(chatbot, robofy::Call().set_timeout(30s));
    CHECK_EQUAL(sessions.size(), 2u);
    CHECK_EQUAL(sessions[0].user_profile_name(), "Asha");
    CHECK_EQUAL(sessions[0].last_message(), "Hello");
    CHECK_EQUAL(sessions[0].last_message_direction(), "in");
    CHECK_EQUAL(sessions[0].last_message_time(), "2026-01-01T00:00:00Z");
    CHECK(!sessions[0].website_url() && !sessions[1].last_message() && !sessions[2].session_id());
    const robofy::Sessions moved = std::move(sessions);
    CHECK_EQUAL(moved.size(), 2u);
    CHECK(sessions.size() == 0 && sessions.begin() == sessions.end());
    const robofy::AgentSettings settings = client.agent_settings(pid, chatbot);
    CHECK_EQUAL(settings.thinking_mode(), "low");
    CHECK_CONTAINS(std::string(settings.json()), "unheard_of");
    CHECK_EQUAL(client.agent_settings(pid, chatbot).llm_api_key(), std::string("sk-agent-secret"));
}

static void chats_of_any_platform(const robofy::Client &client)
{
    robofy::Message message = message_of("!echo");
    CHECK_CONTAINS(std::string(client.chat_send(message).answer()), "\"platform\":\"web\"");
    message.set_platform("telegram");
    CHECK_CONTAINS(std::string(client.chat_send_async(message).get().answer()), "\"platform\":\"telegram\"");
    std::promise<bool> hooked;
    client.chat_send_async(message, [&](robofy::Completion done) { hooked.set_value(done.has_reply()); });
    CHECK(hooked.get_future().get());
    client.submit_chat(message, 3);
    CHECK_CONTAINS(client.poll().reply().answer(), "telegram");
    CHECK_THROWS(robofy::InvalidArgumentError, client.send(message));
}

int main(int, char **argv)
{
    const robofy::Client client = client_of(argv[1]);
    a_response_tells_what_came(client);
    bad_requests_are_refused_by_name(client);
    each_way_to_wait(client);
    uploads_go_on_without_their_parts(client);
    progress_can_be_read_meanwhile(client);
    what_is_in_flight_ends_with_the_client(argv[1]);
    leads_are_a_range(client);
    leads_go_on_after_an_error(argv[1]);
    sessions_and_settings(client);
    chats_of_any_platform(client);
    return checks_result();
}
