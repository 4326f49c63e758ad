// Answers while they are written: iterated, waited for with a time, watched, cancelled, left, and across fork().
#include <algorithm>
#include <vector>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.hpp"

static const char *const path = "/v1/ai-agent/event";

static robofy::Stream stream_of(const robofy::Client &client, const char *query)
{
    return client.stream(path, message_of(query).set_session_id("918727000001"));
}

static std::string text_of(robofy::Stream &stream)
{
    std::string text;
    for (const robofy::StreamEvent &event : stream)
        if (event.kind() == robofy::StreamEventKind::delta)
            text += event.text().value();
    return text;
}

static void events_tell_what_they_are(const robofy::Client &client)
{
    robofy::Stream stream = stream_of(client, "!answer=Hello tools unknown-events");
    CHECK_EQUAL(stream.text(), "");
    CHECK(!stream.session_id() && !stream.is_done());
    std::vector<robofy::StreamEvent> events;
    for (robofy::StreamEvent &event : stream)
        events.push_back(std::move(event));
    CHECK(stream.is_done() && stream.begin() == stream.end());
    CHECK_EQUAL(stream.text(), "Hello");
    CHECK_EQUAL(stream.session_id(), std::string("918727000001"));
    const auto find = [&](robofy::StreamEventKind kind) -> const robofy::StreamEvent & {
        const auto is_of_it = [kind](const robofy::StreamEvent &event) { return event.kind() == kind; };
        const auto found = std::find_if(events.begin(), events.end(), is_of_it);
        CHECK(found != events.end());
        return found == events.end() ? events.front() : *found;
    };
    CHECK_EQUAL(find(robofy::StreamEventKind::delta).text(), "Hello");
    CHECK_EQUAL(find(robofy::StreamEventKind::delta).name(), "text-delta");
    CHECK_EQUAL(find(robofy::StreamEventKind::session).text(), "918727000001");
    CHECK(find(robofy::StreamEventKind::tool).name().has_value());
    CHECK(!find(robofy::StreamEventKind::other).text());
    CHECK_EQUAL(find(robofy::StreamEventKind::finish).json().substr(0, 1), "{");
    robofy::StreamEvent first = std::move(events.front());
    CHECK(events.front().json().empty() && events.front().kind() == robofy::StreamEventKind::other);
}

static void a_bad_stream_is_refused_at_once(const robofy::Client &client)
{
    const auto refused = CHECK_THROWS(robofy::InvalidArgumentError, client.stream("no slash", message_of("Hi")));
    CHECK_CONTAINS(refused.value().what(), "path");
    CHECK_THROWS(robofy::InvalidArgumentError, client.stream(path, message_of("")));
    CHECK_THROWS(robofy::InvalidArgumentError, client.stream(std::string("/a\0b", 4), message_of("Hi")));
    robofy::Stream stream = stream_of(client, "!answer=Hello");
    robofy::Stream moved = std::move(stream);
    CHECK_THROWS(robofy::InvalidArgumentError, stream.next());
    CHECK_THROWS(robofy::InvalidArgumentError, stream.poll_fd());
    CHECK(stream.is_done() && !stream.cancel() && stream.text().empty() && !stream.session_id());
    CHECK_EQUAL(text_of(moved), "Hello");
}

static void an_error_is_thrown_once(const robofy::Client &client)
{
    robofy::Stream stream = stream_of(client, "!answer=Hello no-done");
    CHECK_THROWS(robofy::InterruptedError, text_of(stream));
    CHECK(stream.begin() == stream.end());
    CHECK(!stream.next());
    CHECK_EQUAL(stream.text(), "Hello");
    robofy::Stream silent = client.stream(path, message_of("!answer=Hello endless=silence").set_timeout(2s));
    CHECK_THROWS(robofy::TimeoutError, text_of(silent));
}

static void it_waits_no_longer_than_it_is_told(const robofy::Client &client)
{
    const robofy::Stream stream = stream_of(client, "!answer=Hello endless=silence");
    while (stream.text().empty())
        stream.next();
    while (stream.next(1s)) {
    }
    CHECK(!stream.next(0ms) && !stream.next(-1ms) && !stream.next(std::chrono::milliseconds::min()));
    CHECK(!stream.is_done());
    std::future<robofy::Status> waiting = std::async(std::launch::async, [&] {
        try {
            stream.next(std::chrono::milliseconds::max());
        } catch (const robofy::Error &error) {
            return error.status();
        }
        return robofy::Status::ok;
    });
    std::this_thread::sleep_for(50ms);
    CHECK(stream.cancel());
    CHECK_EQUAL(waiting.get(), robofy::Status::cancelled);
    CHECK(!stream.cancel() && stream.is_done());
}

static void a_loop_reads_many(const robofy::Client &client)
{
    std::vector<robofy::Stream> streams;
    std::vector<pollfd> watched;
    for (int i = 0; i < 20; i++) {
        streams.push_back(stream_of(client, "!answer=Hello event-delay-ms=20"));
        watched.push_back({streams.back().poll_fd(), POLLIN, 0});
    }
    for (std::size_t done = 0; done < streams.size();) {
        CHECK(::poll(watched.data(), static_cast<nfds_t>(watched.size()), 60000) > 0);
        for (std::size_t i = 0; i < streams.size(); i++) {
            if (!watched[i].revents)
                continue;
            while (streams[i].next(0ms)) {
            }
            if (!streams[i].is_done())
                continue;
            watched[i].fd = -1;
            done++;
        }
    }
    for (const robofy::Stream &stream : streams)
        CHECK_EQUAL(stream.text(), "Hello");
}

static void a_loop_that_is_left_goes_on(const robofy::Client &client)
{
    robofy::Stream stream = stream_of(client, "!deltas=3");
    for (const robofy::StreamEvent &event : stream)
        if (event.kind() == robofy::StreamEventKind::delta)
            break;
    const std::string first = stream.text();
    CHECK_EQUAL(stream.begin()->text(), first);
    CHECK_EQUAL((*stream.begin()++).text(), first);
    CHECK(text_of(stream).find(first) == std::string::npos);
    CHECK(stream.text().size() > first.size());
    // One that is left for good is cancelled.
    for (const robofy::StreamEvent &event : stream_of(client, "!endless=deltas"))
        if (event.kind() == robofy::StreamEventKind::delta)
            break;
    CHECK(becomes([&] { return client.stats().find("\"in_flight\":0,") != std::string::npos; }));
}

static void it_outlives_its_client(const char *url)
{
    std::optional<robofy::Client> client(client_of(url));
    robofy::Stream stream = stream_of(*client, "!answer=Hello event-delay-ms=20");
    client.reset();
    CHECK_EQUAL(text_of(stream), "Hello");
}

static void it_is_its_parents_after_fork(const char *url)
{
    const robofy::Client client = client_of(url);
    robofy::Stream stream = stream_of(client, "!answer=Hello event-delay-ms=100");
    const pid_t child = ::fork();
    if (child == 0) {
        ::alarm(120);
        CHECK_THROWS(robofy::CancelledError, stream.next());
        CHECK(stream.is_done());
        robofy::Stream own = stream_of(client, "!answer=child");
        CHECK_EQUAL(text_of(own), "child");
        ::_exit(checks_result());
    }
    CHECK_EQUAL(text_of(stream), "Hello");
    int status = -1;
    CHECK(::waitpid(child, &status, 0) == child);
    CHECK_EQUAL(status, 0);
}

int main(int count, char **argv)
{
    if (count > 2) {
        it_is_its_parents_after_fork(argv[1]);
        return checks_result();
    }
    const robofy::Client client = client_of(argv[1]);
    events_tell_what_they_are(client);
    a_bad_stream_is_refused_at_once(client);
    an_error_is_thrown_once(client);
    it_waits_no_longer_than_it_is_told(client);
    a_loop_reads_many(client);
    a_loop_that_is_left_goes_on(client);
    it_outlives_its_client(argv[1]);
    return checks_result();
}
