// What a blocking chat brings back, and the forms that a text may have.
#include "check.hpp"

static void a_chat_returns_the_answer(const robofy::Client &client)
{
    CHECK_EQUAL(client.chat(pid, chatbot, "chat", "Hi"), "Hello! You wrote: \"Hi\".");
    CHECK_EQUAL(client.chat(pid, chatbot, "chat", "And now?"),
                "You wrote: \"And now?\". Before that you wrote: \"Hi\".");
    CHECK_EQUAL(client.chat(pid, chatbot, nullptr, "Hi"), "Hello! You wrote: \"Hi\".");
}

static void a_reply_carries_everything(const robofy::Client &client)
{
    const robofy::Reply reply = client.send(message_of("!answer=Noted").set_session_id("918727000001"));
    CHECK_EQUAL(reply.answer(), "Noted");
    CHECK_EQUAL(reply.session_id(), "918727000001");
    CHECK_EQUAL(reply.message(), "Success");
    CHECK_CONTAINS(std::string(reply.json()), "\"answer\":\"Noted\"");
    CHECK_EQUAL(reply.attempts(), 1u);
    CHECK(reply.elapsed() > 0us);
    CHECK_EQUAL(robofy_reply_answer(reply.native_handle()), reply.answer());

    CHECK(!client.send(message_of("!no-session")).session_id());
    CHECK_EQUAL(client.send(message_of("!status=503 fails=1 retry-after=0")).attempts(), 2u);
}

static void what_a_temporary_reply_says_is_the_callers(const robofy::Client &client)
{
    const auto answer = client.send(message_of("!answer=Mine_and_long_enough_for_the_heap")).answer();
    const auto session = client.send(message_of("Hi").set_session_id("a session with a long name indeed")).session_id();
    const auto word = client.send(message_of("!message=A_word_that_is_long_enough_for_the_heap")).message();
    const auto json = client.send(message_of("!answer=Body")).json();
    CHECK_EQUAL(answer, "Mine_and_long_enough_for_the_heap");
    CHECK_EQUAL(session, "a session with a long name indeed");
    CHECK_EQUAL(word, "A word that is long enough for the heap");
    CHECK_CONTAINS(json, "\"answer\":\"Body\"");
}

static void a_message_can_be_sent_again(const robofy::Client &client)
{
    robofy::Message message(pid, chatbot, "!answer=one");
    CHECK_EQUAL(client.send(message).answer(), "one");
    CHECK_EQUAL(client.send(message).answer(), "one");
    message.set_query("!echo").set_session_id("s-1").set_user_context("{\"name\":\"Ana\"}").set_timeout(30s);
    const std::string received = client.send(message).answer();
    CHECK_CONTAINS(received, "\"name\":\"Ana\"");
    CHECK_CONTAINS(received, "\"session_id\":\"s-1\"");
    const std::string forgotten = client.send(message.set_session_id(nullptr).set_user_context(std::nullopt)).answer();
    CHECK(forgotten.find("Ana") == forgotten.npos);
    CHECK(forgotten.find("s-1") == forgotten.npos);
}

static void a_text_may_have_any_form(const robofy::Client &client)
{
    const auto echo = [&client](const robofy::Text &session) {
        return client.chat(pid, chatbot, session, "!echo").find("\"session_id\":\"abc\"") != std::string::npos;
    };
    char array[] = "abc";
    const std::string string("abc");
    const std::string_view part = std::string_view("abcdef").substr(0, 3);
    CHECK(echo("abc"));
    CHECK(echo(array));
    CHECK(echo(string));
    CHECK(echo(std::string("abc")));
    CHECK(echo(part));
    CHECK(echo(std::optional<std::string>("abc")));
    CHECK(echo(std::optional<std::string_view>(part)));
    CHECK(!echo(std::optional<std::string>()));
    CHECK(!echo(std::optional<std::string_view>()));
    CHECK(!echo(nullptr));
    CHECK(!echo(std::nullopt));
}

static void a_client_tells_what_it_did(const char *url)
{
    const robofy::Client client = client_of(url);
    CHECK_CONTAINS(client.stats(), "\"answered\":0");
    client.chat(pid, chatbot, nullptr, "Hi");
    CHECK_CONTAINS(client.stats(), "\"answered\":1");
    CHECK_EQUAL(robofy::version(), ROBOFY_VERSION);
}

static void every_option_reaches_the_client(const char *url)
{
    robofy::Options options;
    options.set_base_url(url)
        .set_timeout(20s)
        .set_connect_timeout(5s)
        .set_max_retries(1)
        .set_retry_ambiguous(true)
        .set_proxy("")
        .set_ca_file(nullptr)
        .set_user_agent("my-gateway/2.1")
        .set_max_response_bytes(1000)
        .set_max_in_flight(7)
        .set_ordered_sessions(true)
        .set_rate_limit(6000, 100);
    const robofy::Client client(std::string_view(key), options);
    CHECK_EQUAL(client.send(message_of("!status=500 fails=1")).attempts(), 2u);
    CHECK_THROWS(robofy::ServerError, client.send(message_of("!status=500 fails=2")));
    CHECK_THROWS(robofy::ProtocolError, client.send(message_of("!huge=2000")));
    options.set_ca_file("/nowhere.pem");
    const auto no_file = CHECK_THROWS(robofy::InvalidArgumentError, robofy::Client(key, options));
    CHECK_CONTAINS(no_file.value().what(), "ca_file");
    client.chat(pid, chatbot, nullptr, "user agent");
    for (std::uint64_t tag = 0; tag < 7; tag++)
        client.submit(message_of("!delay-ms=60000"), tag);
    CHECK_THROWS(robofy::OverloadedError, client.submit(message_of("Hi"), 7));
}

int main(int, char **argv)
{
    const robofy::Client client = client_of(argv[1]);
    a_chat_returns_the_answer(client);
    a_reply_carries_everything(client);
    what_a_temporary_reply_says_is_the_callers(client);
    a_message_can_be_sent_again(client);
    a_text_may_have_any_form(client);
    a_client_tells_what_it_did(argv[1]);
    every_option_reaches_the_client(argv[1]);
    return checks_result();
}
