// Coroutines that await responses and the events of streams.
#include <vector>

#include "check.hpp"
#include "task.hpp"
#include "threads.hpp"

static const char *const path = "/v1/ai-agent/event";

static Task read(robofy::Stream stream)
{
    std::string text;
    while (const std::optional<robofy::StreamEvent> event = co_await stream.co_next())
        if (event->kind() == robofy::StreamEventKind::delta)
            text += event->text().value();
    CHECK_EQUAL(stream.text(), text);
    co_return text;
}

static Task wait_for_the_end(const robofy::Stream &stream)
{
    while (const std::optional<robofy::StreamEvent> event = co_await stream.co_next())
        CHECK(!event->json().empty());
    co_return "";
}

static Task call(const robofy::Client &client)
{
    const robofy::Response response = co_await client.co_request({"GET", "/v1/projects"});
    CHECK_EQUAL(response.status(), 200);
    const auto upload = robofy::Upload().add_text("chatbot_id", chatbot);
    CHECK_CONTAINS((co_await client.co_upload("/v1/ai-agent/files", upload)).body(), chatbot);
    co_return (co_await client.co_chat_send(message_of("!answer=web"))).answer();
}

static Task refuse(const robofy::Client &client)
{
    co_await client.co_request({"FETCH", "/v1/projects"});
    co_return "";
}

static void coroutines_await_responses(const robofy::Client &client)
{
    CHECK_EQUAL(call(client).result.get(), "web");
    CHECK_THROWS(robofy::InvalidArgumentError, refuse(client).result.get());
}

static void many_streams_are_read_at_once(const robofy::Client &client)
{
    const int before = threads_of_this_process();
    std::vector<Task> tasks;
    for (int i = 0; i < 50; i++)
        tasks.push_back(read(client.stream(path, message_of("!answer=Hello event-delay-ms=20"))));
    CHECK(threads_of_this_process() <= before + 1);
    for (Task &task : tasks)
        CHECK_EQUAL(task.result.get(), "Hello");
}

static void an_error_is_thrown_in_the_coroutine(const robofy::Client &client)
{
    CHECK_THROWS(robofy::InterruptedError,
                 read(client.stream(path, message_of("!answer=Hello no-done"))).result.get());
    const robofy::Stream stream = client.stream(path, message_of("!answer=Hello endless=silence"));
    Task waiting = wait_for_the_end(stream), another = wait_for_the_end(stream);
    CHECK(becomes([&] { return stream.text() == "Hello"; }));
    CHECK(stream.cancel());
    int cancelled = 0;
    for (Task *task : {&waiting, &another}) {
        try {
            task->result.get(); // one of them has the error, the other the end
        } catch (const robofy::CancelledError &) {
            cancelled++;
        }
    }
    CHECK_EQUAL(cancelled, 1);
    robofy::Stream moved = client.stream(path, message_of("!answer=Hello"));
    CHECK_EQUAL(read(std::move(moved)).result.get(), "Hello");
    CHECK_THROWS(robofy::InvalidArgumentError, read(std::move(moved)).result.get());
}

// The stream lives in the coroutine, which the watching thread ends: with it go the last of the client's streams.
static void the_thread_ends_with_the_last_stream(const char *url)
{
    const int before = threads_of_this_process();
    for (int i = 0; i < 20; i++) {
        std::optional<robofy::Client> client(client_of(url));
        Task task = read(client->stream(path, message_of("!answer=Hello event-delay-ms=5")));
        client.reset();
        CHECK_EQUAL(task.result.get(), "Hello");
    }
    CHECK(becomes([&] { return threads_of_this_process() <= before; }));
}

int main(int, char **argv)
{
    the_thread_ends_with_the_last_stream(argv[1]); // first, while no other client has threads
    const robofy::Client client = client_of(argv[1]);
    coroutines_await_responses(client);
    many_streams_are_read_at_once(client);
    an_error_is_thrown_in_the_coroutine(client);
    return checks_result();
}
