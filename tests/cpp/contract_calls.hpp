// The promises about what is no chat that is answered at once: requests, uploads, lists, streams.
#ifndef CONTRACT_CALLS_HPP
#define CONTRACT_CALLS_HPP

#include <filesystem>
#include <fstream>
#include <ostream>
#include <type_traits>
#include <vector>

#include <unistd.h>

#include "contract.hpp"

inline const char *const stream_path = "/v1/ai-agent/event";

inline robofy::Request request_of(const json &wanted)
{
    robofy::Request request(wanted["method"].get<std::string>(), wanted["path"].get<std::string>());
    const json pairs = wanted.value("query", json::object());
    for (const auto &[name, value] : pairs.items())
        request.add_query(name, value.get<std::string>());
    if (wanted.contains("body"))
        request.set_json_body(wanted["body"].dump());
    return request;
}

inline void requests(const json &wanted)
{
    const robofy::Client client(key, options_of(json::object()));
    const robofy::Request request = request_of(wanted);
    if (wanted.contains("status")) {
        fails(wanted, [&] { client.request(request); });
        fails(wanted, [&] { client.request_async(request).get(); });
        return;
    }
    std::vector<robofy::Response> both;
    both.push_back(client.request(request));
    both.push_back(client.request_async(request).get());
    for (const robofy::Response &response : both) {
        CHECK_EQUAL(response.status(), 200);
        const json received = json::parse(response.data().value());
        CHECK_EQUAL(received["method"], wanted["method"]);
        CHECK_EQUAL(received["path"], wanted["path"]);
        json pairs = json::object();
        for (const json &pair : received["query"])
            pairs[pair[0].get<std::string>()] = pair[1];
        CHECK_EQUAL(pairs, wanted.value("query", json::object()));
        CHECK_EQUAL(received["body"], wanted.contains("body") ? wanted["body"].dump() : "");
    }
}

inline void uploads(const json &wanted)
{
    const robofy::Client client(key, options_of(json::object()));
    const auto name = wanted["file_name"].get<std::string>(), content = wanted["content"].get<std::string>();
    std::string folder = (std::filesystem::temp_directory_path() / "robofy-XXXXXX").string();
    CHECK(::mkdtemp(folder.data()));
    const std::string file = folder + "/" + name;
    std::ofstream(file, std::ios::binary) << content;
    robofy::Upload from_memory, from_folder;
    from_memory.add_bytes("file", content, name);
    from_folder.add_file("file", file);
    for (const robofy::Upload *upload : {&from_memory, &from_folder}) {
        CHECK_EQUAL(upload->total(), 0u);
        const robofy::Response response = client.upload(wanted["path"].get<std::string>(), *upload);
        const auto body = json::parse(response.data().value())["body"].get<std::string>();
        CHECK_CONTAINS(body, "filename=\"" + name + "\"");
        CHECK_CONTAINS(body, content);
        CHECK(upload->total() > 0);
        CHECK_EQUAL(upload->sent(), upload->total());
    }
    std::filesystem::remove_all(folder);
}

// Whether a program can write it somewhere as it is.
template <class Value, class = void> struct HasTextualForm : std::is_convertible<Value, std::string> {
};
template <class Value>
struct HasTextualForm<Value, std::void_t<decltype(std::declval<std::ostream &>() << std::declval<const Value &>())>>
    : std::true_type {
};
static_assert(HasTextualForm<std::string>() && !HasTextualForm<robofy::AgentSettings>());

inline void lists(const json &wanted)
{
    const robofy::Client client(key, options_of(json::object()).set_agent(pid, chatbot));
    json names = json::array(), sessions = json::array();
    for (const std::string &lead : client.leads())
        names.push_back(json::parse(lead)["name"]);
    CHECK_EQUAL(names, wanted["leads"]);
    const robofy::Sessions listed = client.sessions();
    for (const robofy::Session session : listed)
        sessions.push_back(session.session_id().value());
    CHECK_EQUAL(sessions, wanted["sessions"]);
    const robofy::AgentSettings settings = client.agent_settings();
    CHECK_EQUAL(settings.temperature(), wanted["temperature"].get<std::string>());
    CHECK_EQUAL(settings.llm_api_key(), wanted["key"].get<std::string>());
}

inline void streams(const json &wanted)
{
    const robofy::Client client(key, options_of(json::object()));
    robofy::Stream stream = client.stream(stream_path, message_of(wanted["query"].get<std::string>()));
    std::string text;
    const auto read = [&] {
        for (const robofy::StreamEvent &event : stream)
            if (event.kind() == robofy::StreamEventKind::delta)
                text += event.text().value();
    };
    if (wanted.contains("status"))
        fails(wanted, read);
    else
        read();
    CHECK_EQUAL(text, wanted["answer"].get<std::string>());
    CHECK_EQUAL(stream.text(), text);
    CHECK_EQUAL(stream.session_id().has_value(), wanted["session"].get<bool>());
    CHECK(stream.is_done());
}

inline void stream_cancel(const json &wanted)
{
    const robofy::Client client(key, options_of(json::object()));
    const robofy::Stream stream = client.stream(stream_path, message_of(wanted["query"].get<std::string>()));
    while (stream.text() != wanted["answer"].get<std::string>() && stream.next()) {
    }
    const Stopwatch watch;
    CHECK(stream.cancel());
    fails(wanted, [&] { stream.next(); });
    CHECK(watch.has_at_most(time_of(wanted, "within_ms")));
    CHECK_EQUAL(stream.text(), wanted["answer"].get<std::string>());
}

#endif
