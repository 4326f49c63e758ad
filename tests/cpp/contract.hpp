// What the checks of the contract's promises share.
#ifndef CONTRACT_HPP
#define CONTRACT_HPP

#include <functional>
#include <map>
#include <typeinfo>

#include <nlohmann/json.hpp>

#include "check.hpp"

using nlohmann::json;

inline std::string url;

inline robofy::Options options_of(const json &wanted)
{
    robofy::Options options;
    options.set_base_url(wanted.value("base_url", url)).set_max_retries(0);
    options.set_timeout(std::chrono::milliseconds(wanted.value("timeout_ms", 60000)));
    options.set_max_in_flight(wanted.value("max_in_flight", 0u));
    return options;
}

inline std::string answer_to(const robofy::Client &client, const robofy::Text &query)
{
    return client.send(message_of(query)).answer();
}

inline std::chrono::milliseconds time_of(const json &wanted, const char *name)
{
    return std::chrono::milliseconds(wanted[name].get<int>());
}

class Stopwatch {
public:
    bool has_at_most(std::chrono::milliseconds time) const
    {
        return std::chrono::steady_clock::now() - began_ < time;
    }

private:
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

inline const std::map<std::string, const std::type_info *> classes = {
    {"bad_request", &typeid(robofy::BadRequestError)},   {"cancelled", &typeid(robofy::CancelledError)},
    {"connect", &typeid(robofy::ConnectError)},          {"forbidden", &typeid(robofy::ForbiddenError)},
    {"interrupted", &typeid(robofy::InterruptedError)},  {"invalid_argument", &typeid(robofy::InvalidArgumentError)},
    {"not_found", &typeid(robofy::NotFoundError)},       {"overloaded", &typeid(robofy::OverloadedError)},
    {"protocol", &typeid(robofy::ProtocolError)},        {"rate_limited", &typeid(robofy::RateLimitedError)},
    {"server", &typeid(robofy::ServerError)},            {"timeout", &typeid(robofy::TimeoutError)},
    {"unauthorized", &typeid(robofy::UnauthorizedError)},
};

inline void is_text(const json &wanted, const char *name, std::optional<std::string_view> text)
{
    if (wanted.contains(name))
        CHECK(wanted[name].is_null() ? !text : text == wanted[name].get<std::string>());
}

inline void is_error(const json &wanted, const robofy::Error &error)
{
    CHECK(typeid(error) == *classes.at(wanted["status"]));
    CHECK_EQUAL(robofy::status_name(error.status()), wanted["status"].get<std::string>());
    CHECK_CONTAINS(error.what(), wanted.value("names", ""));
    is_text(wanted, "code", error.code());
    is_text(wanted, "detail", error.detail());
    if (wanted.contains("http_status"))
        CHECK_EQUAL(error.http_status().value_or(0), wanted["http_status"].get<int>());
    if (wanted.contains("retryable"))
        CHECK_EQUAL(error.is_retryable(), wanted["retryable"].get<bool>());
    if (wanted.contains("retry_after_ms"))
        CHECK(error.retry_after().value_or(0ms) == time_of(wanted, "retry_after_ms"));
}

inline void fails(const json &wanted, const std::function<void()> &call)
{
    const int failed = checks_failed;
    try {
        call();
        CHECK(!"it fails");
    } catch (const robofy::Error &error) {
        is_error(wanted, error);
    }
    if (checks_failed > failed)
        std::cerr << "    " << wanted << '\n';
}

#endif
