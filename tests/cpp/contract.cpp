// The promises of bindings/contract/contract.json: the id of each that is kept goes into the file of the results.
#include <csignal>
#include <fstream>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "contract_calls.hpp"

static void typed_errors(const json &wanted)
{
    fails(wanted, [&] { answer_to(robofy::Client(key, options_of(wanted)), wanted["query"].get<std::string>()); });
}

static void arrives(const std::string &sent, const std::string &wanted)
{
    const robofy::Client client(key, options_of(json::object()));
    CHECK_EQUAL(answer_to(client, sent), "Hello! You wrote: \"" + wanted + "\".");
    CHECK_EQUAL(client.chat(pid, chatbot, nullptr, sent), "Hello! You wrote: \"" + wanted + "\".");
    const json named = json::parse(client.chat(pid, chatbot, sent, "!echo"));
    CHECK_EQUAL(named["user_context"]["session_id"], wanted);
}

static void texts(const json &wanted)
{
    arrives(wanted["query"], wanted["arrives"]);
}

static void nul(const json &wanted)
{
    fails(wanted, [&] { message_of(wanted["query"].get<std::string>()); });
}

static void invalid_utf8(const json &wanted)
{
    std::string bytes;
    for (const int byte : wanted["query_bytes"])
        bytes.push_back(static_cast<char>(byte));
    arrives(bytes, wanted["arrives"]);

    const robofy::Client client(key, options_of(json::object()));
    const auto context = "{\"name\": \"" + bytes + "\"}";
    const auto reply = client.send(message_of("!echo").set_user_context(context));
    CHECK_EQUAL(json::parse(reply.answer())["user_context"]["name"], wanted["arrives"]);
    CHECK_THROWS(robofy::InvalidArgumentError, robofy::Client(bytes));
    CHECK_THROWS(robofy::InvalidArgumentError, client.send(robofy::Message(bytes, chatbot, "Hi")));
}

static void answers(const json &wanted)
{
    const robofy::Client client(key, options_of(json::object()));
    const auto query = wanted["query"].get<std::string>();
    if (wanted.contains("answer"))
        CHECK_EQUAL(answer_to(client, query), wanted["answer"].get<std::string>());
    else
        fails(wanted, [&] { answer_to(client, query); });
}

static std::string numbered(std::string text, int number)
{
    return text.replace(text.find("{n}"), 3, std::to_string(number));
}

static void many(const json &wanted)
{
    const robofy::Client client(key, options_of(json::object()));
    const Stopwatch watch;
    std::vector<std::future<robofy::Reply>> replies;
    for (int n = 0; n < wanted["chats"]; n++)
        replies.push_back(client.send_async(message_of(numbered(wanted["query"], n))));
    for (int n = 0; n < wanted["chats"]; n++)
        CHECK_EQUAL(replies[static_cast<std::size_t>(n)].get().answer(), numbered(wanted["answer"], n));
    CHECK(watch.has_at_most(time_of(wanted, "within_ms")));
}

static void order(const json &wanted)
{
    const robofy::Client client(key, options_of(json::object()).set_ordered_sessions(true));
    std::uint64_t tag = 0;
    for (const std::string query : wanted["queries"])
        client.submit(message_of(query).set_session_id(wanted["session_id"].get<std::string>()), tag++);
    for (const std::string answer : wanted["answers"])
        CHECK_EQUAL(client.poll().reply().answer(), answer);
}

static void cancel(const json &wanted)
{
    const robofy::Client client(key, options_of(json::object()));
    const Stopwatch watch;
    client.submit(message_of(wanted["query"].get<std::string>()), 1);
    std::this_thread::sleep_for(time_of(wanted, "after_ms"));
    CHECK(client.cancel(1));
    fails(wanted, [&] { client.poll().reply(); });
    CHECK(watch.has_at_most(time_of(wanted, "within_ms")));
}

static void overloaded(const json &wanted)
{
    const robofy::Client client(key, options_of(wanted));
    client.submit(message_of(wanted["first"].get<std::string>()), 1);
    const auto query = wanted["query"].get<std::string>();
    fails(wanted, [&] { client.submit(message_of(query).set_session_id("overloaded"), 2); });
    CHECK_EQUAL(client.poll().reply().answer(), "first");
}

// What C++ has of a client that is closed is one that was moved from.
static void closed(const json &)
{
    robofy::Client client(key, options_of(json::object()));
    for (int again = 0; again < 2; again++) {
        robofy::Client ended = std::move(client);
        const auto error = CHECK_THROWS(robofy::InvalidArgumentError, answer_to(client, "Hi"));
        CHECK_CONTAINS(error.value().what(), "client was moved from");
    }
}

static int end_of(const std::function<int()> &child, const std::function<void(pid_t)> &meanwhile = [](pid_t) {})
{
    const pid_t process = ::fork();
    if (process == 0)
        ::_exit(child());
    meanwhile(process);
    int status = 0;
    CHECK_EQUAL(::waitpid(process, &status, 0), process);
    return status;
}

static void fork(const json &)
{
    const robofy::Client client(key, options_of(json::object()));
    CHECK_EQUAL(answer_to(client, "!answer=parent"), "parent");
    const int status = end_of([&] { return answer_to(client, "!answer=child") == "child" ? 5 : 6; });
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 5);
    CHECK_EQUAL(answer_to(client, "!answer=parent"), "parent");
}

static void exit(const json &wanted)
{
    const Stopwatch watch;
    const int status = end_of([&]() -> int {
        static const robofy::Client client(key, options_of(json::object()));
        client.send_async(message_of(wanted["query"].get<std::string>()), [](robofy::Completion) {});
        client.submit(message_of(wanted["query"].get<std::string>()), 1);
        std::exit(7);
    });
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    CHECK(watch.has_at_most(time_of(wanted, "within_ms")));
}

static void interrupt(const json &wanted)
{
    const Stopwatch watch;
    const auto chat = [&] {
        std::signal(SIGINT, SIG_DFL);
        answer_to(robofy::Client(key, options_of(json::object())), wanted["query"].get<std::string>());
        return 0;
    };
    const int status = end_of(chat, [&](pid_t process) {
        std::this_thread::sleep_for(time_of(wanted, "after_ms"));
        ::kill(process, SIGINT);
    });
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
    CHECK(watch.has_at_most(time_of(wanted, "within_ms")));
}

static long resident_mb()
{
    long size = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> size >> resident;
    return resident * ::sysconf(_SC_PAGESIZE) / 1024 / 1024;
}

static void chat_often(int clients, int chats)
{
    // A leak of either kind is larger than the bound.
    const std::string large = "!huge=24000", failing = "!status=401 detail=" + std::string(24000, 'x');
    for (int c = 0; c < clients; c++) {
        const robofy::Client client(key, options_of(json::object()));
        for (int n = 0; n < chats; n += 3) {
            answer_to(client, large);
            client.send_async(message_of(large)).get();
            CHECK_THROWS(robofy::UnauthorizedError, answer_to(client, failing));
        }
    }
}

static void leak(const json &wanted)
{
    const int clients = wanted["clients"], chats = wanted["chats"];
    chat_often(clients / 10, chats / clients);
    const long before = resident_mb();
    chat_often(clients, chats / clients);
    CHECK(resident_mb() - before < wanted["grows_mb"]);
}

static void credentials(const json &wanted)
{
    const auto options = options_of(json::object()).set_agent(pid, chatbot);
    ::unsetenv("ROBOFY_API_KEY");
    const auto error = CHECK_THROWS(robofy::InvalidArgumentError, robofy::Client(options));
    CHECK_CONTAINS(error.value().what(), "ROBOFY_API_KEY");
    ::setenv("ROBOFY_API_KEY", wanted["environments_key"].get<std::string>().c_str(), 1);
    fails(wanted, [&] { robofy::Client{options}; });
    ::setenv("ROBOFY_API_KEY", key, 1);
    robofy::Client client(options);
    CHECK_EQUAL(client.chat(nullptr, "!answer=once"), "once");
    const robofy::Client moved = std::move(client);
    const json sent = json::parse(moved.send(moved.message("!echo")).answer());
    CHECK_EQUAL(sent["pid"], pid);
    CHECK_EQUAL(sent["chatbot_id"], chatbot);
    CHECK_EQUAL(json::parse(moved.chat("other", chatbot, nullptr, "!echo"))["pid"], "other");
    ::setenv("ROBOFY_API_KEY", "another-key", 1);
    CHECK_EQUAL(robofy::Client(key, options).chat(nullptr, "!answer=given"), "given");
}

int main(int, char **argv)
{
    url = argv[1];
    const std::map<std::string, void (*)(const json &)> checks = {
        {"typed_errors", typed_errors}, {"texts", texts},   {"nul", nul},       {"invalid_utf8", invalid_utf8},
        {"answers", answers},           {"many", many},     {"order", order},   {"cancel", cancel},
        {"overloaded", overloaded},     {"closed", closed}, {"fork", fork},     {"exit", exit},
        {"interrupt", interrupt},       {"leak", leak},     {"credentials", credentials},
        {"requests", requests},         {"uploads", uploads}, {"lists", lists},
        {"streams", streams},           {"stream_cancel", stream_cancel},
    };
    std::ifstream file(std::getenv("ROBOFY_CONTRACT"));
    std::ofstream results(std::getenv("ROBOFY_CONTRACT_RESULTS"), std::ios::app);
    const json contract = json::parse(file);
    for (const json &promise : contract["promises"]) {
        const auto check = checks.find(promise["id"]);
        if (check == checks.end())
            continue;
        const int failed = checks_failed;
        try {
            for (const json &wanted : promise.value("cases", json::array({nullptr})))
                check->second(wanted);
        } catch (const std::exception &error) {
            check_true(false, error.what(), check->first.c_str(), 0);
        }
        if (checks_failed == failed)
            results << promise["id"].get<std::string>() << std::endl;
    }
    return checks_result();
}
