// Every failure is an exception of its status' class, with all that is known of it.
#include "check.hpp"

using robofy::Status;

template <class Class> static Class failure_of(const robofy::Client &client, const char *query, Status status)
{
    const auto error = CHECK_THROWS(Class, client.send(message_of(query)));
    if (!error)
        std::cerr << "    " << query << '\n';
    const robofy::Error &base = error.value();
    CHECK_EQUAL(base.status(), status);
    CHECK(*base.what());
    CHECK(std::string(base.what()).find(key) == std::string::npos);
    return *error;
}

static void each_status_has_its_class(const char *url)
{
    const robofy::Client client = client_of(url, robofy::Options().set_max_retries(0));
    failure_of<robofy::BadRequestError>(client, "!status=400", Status::bad_request);
    failure_of<robofy::UnauthorizedError>(client, "!status=401", Status::unauthorized);
    failure_of<robofy::ForbiddenError>(client, "!status=403", Status::forbidden);
    failure_of<robofy::NotFoundError>(client, "!status=404", Status::not_found);
    failure_of<robofy::RateLimitedError>(client, "!status=429", Status::rate_limited);
    failure_of<robofy::ServerError>(client, "!status=500", Status::server);
    failure_of<robofy::ProtocolError>(client, "!not-json", Status::protocol);
    failure_of<robofy::InterruptedError>(client, "!reset=before", Status::interrupted);
    CHECK_THROWS(robofy::TimeoutError, client.send(message_of("!delay-ms=60000").set_timeout(100ms)));
    CHECK_THROWS(robofy::InvalidArgumentError, client.send(message_of("")));

    const robofy::Client nowhere = client_of("http://127.0.0.1:1", robofy::Options().set_max_retries(0));
    CHECK(failure_of<robofy::ConnectError>(nowhere, "Hi", Status::connect).is_retryable());
}

static void the_handshake_is_told_apart(const char *tls_url)
{
    const robofy::Client client = client_of(tls_url);
    failure_of<robofy::TlsError>(client, "Hi", Status::tls);
}

static void an_error_says_what_the_service_said(const robofy::Client &client)
{
    const auto refused = failure_of<robofy::UnauthorizedError>(client, "!status=401", Status::unauthorized);
    CHECK_EQUAL(refused.http_status(), 401);
    CHECK_EQUAL(refused.code(), "UNAUTHORIZED");
    CHECK(refused.detail().has_value());
    CHECK(!refused.is_retryable());
    CHECK(!refused.retry_after());
    CHECK_CONTAINS(refused.what(), "401 UNAUTHORIZED");

    const auto busy = failure_of<robofy::RateLimitedError>(
        client, "!status=429 retry-after=3600 code=SLOW detail=\"So many.\"", Status::rate_limited);
    CHECK_EQUAL(busy.code(), "SLOW");
    CHECK_EQUAL(busy.detail(), "So many.");
    CHECK(busy.retry_after() == 3600s);
    CHECK(busy.is_retryable());

    const auto broken = failure_of<robofy::ServerError>(client, "!status=502 body=html", Status::server);
    CHECK_EQUAL(broken.http_status(), 502);
    CHECK(!broken.code());
}

static void a_copy_outlives_its_original(const robofy::Client &client)
{
    std::optional<robofy::Error> kept;
    std::optional<std::string_view> code;
    try {
        client.chat(pid, chatbot, nullptr, "!status=404 code=A_CODE_THAT_IS_LONG_ENOUGH_FOR_THE_HEAP");
    } catch (const robofy::Error &error) {
        kept = error;
        code = error.code();
    }
    CHECK_EQUAL(kept.value().http_status(), 404);
    CHECK_EQUAL(code, "A_CODE_THAT_IS_LONG_ENOUGH_FOR_THE_HEAP");
    static_assert(std::is_nothrow_copy_constructible_v<robofy::NotFoundError>);
    static_assert(std::is_base_of_v<std::runtime_error, robofy::Error>);
}

template <class Call> static void refuses(const char *parameter, Call call)
{
    const auto error = CHECK_THROWS(robofy::InvalidArgumentError, call());
    if (!error)
        std::cerr << "    " << parameter << '\n';
    CHECK_CONTAINS(error.value().what(), parameter);
    CHECK(!error->http_status());
    CHECK(!error->is_retryable());
}

static void a_nul_within_is_refused_by_name(const robofy::Client &client)
{
    using namespace std::string_view_literals;
    const std::string_view view = "cut\0off"sv;
    const std::string string(view);
    const std::optional<std::string> optional(string);
    const std::optional<std::string_view> optional_view(view);
    robofy::Options options;
    robofy::Message message = message_of("Hi");
    refuses("api_key must not contain a NUL", [&] { robofy::Client{view}; });
    refuses("pid must not contain a NUL", [&] { robofy::Message(view, chatbot, "Hi"); });
    refuses("chatbot_id must not contain a NUL", [&] { robofy::Message(pid, string, "Hi"); });
    refuses("query must not contain a NUL", [&] { robofy::Message(pid, chatbot, optional); });
    refuses("query must not contain a NUL", [&] { message.set_query(optional_view); });
    refuses("session_id must not contain a NUL", [&] { message.set_session_id(view); });
    refuses("user_context must not contain a NUL", [&] { message.set_user_context("{}\0"sv); });
    refuses("base_url must not contain a NUL", [&] { options.set_base_url(view); });
    refuses("proxy must not contain a NUL", [&] { options.set_proxy(view); });
    refuses("ca_file must not contain a NUL", [&] { options.set_ca_file(view); });
    refuses("user_agent must not contain a NUL", [&] { options.set_user_agent(string); });
    refuses("pid", [&] { client.chat(view, chatbot, "s", "Hi"); });
    refuses("chatbot_id", [&] { client.chat(pid, view, "s", "Hi"); });
    refuses("session_id", [&] { client.chat(pid, chatbot, view, "Hi"); });
    refuses("query", [&] { client.chat(pid, chatbot, "s", view); });
    CHECK_EQUAL(client.send(message).answer(), "Hello! You wrote: \"Hi\".");
}

static void what_is_missing_is_refused_by_name(const robofy::Client &client)
{
    const char *unset = std::getenv("ROBOFY_NOT_SET");
    refuses("api_key", [&] { robofy::Client{unset}; });
    refuses("api_key", [&] { robofy::Client{std::string_view()}; });
    refuses("pid", [&] { client.chat(unset, chatbot, nullptr, "Hi"); });
    refuses("query", [&] { client.send(message_of(std::nullopt)); });
    refuses("timeout", [&] { robofy::Client(key, robofy::Options().set_timeout(0s)); });
    refuses("timeout", [&] { robofy::Options().set_timeout(-1ms); });
    refuses("connect_timeout", [&] { robofy::Options().set_connect_timeout(-1ms); });
    refuses("timeout", [&] { message_of("Hi").set_timeout(-1ms); });
    refuses("base_url", [&] { robofy::Client(key, robofy::Options().set_base_url("http://robofy.example")); });
}

int main(int, char **argv)
{
    const robofy::Client client = client_of(argv[1]);
    each_status_has_its_class(argv[1]);
    the_handshake_is_told_apart(argv[2]);
    an_error_says_what_the_service_said(client);
    a_copy_outlives_its_original(client);
    a_nul_within_is_refused_by_name(client);
    what_is_missing_is_refused_by_name(client);
    return checks_result();
}
