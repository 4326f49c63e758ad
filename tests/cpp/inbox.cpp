// An inbox: what it takes, what comes of it, and its end.
#include <thread>
#include <vector>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.hpp"

static robofy::InboxOptions bursts_of(std::uint32_t messages)
{
    return robofy::InboxOptions()
        .set_max_messages(messages)
        .set_quiet(1h)
        .set_max_wait(1h)
        .set_typing(0ms)
        .set_fallback(robofy::Status::ok, "Later, please.");
}

static robofy::Inbox inbox_of(const robofy::Client &client, std::uint32_t messages = 1)
{
    return robofy::Inbox(client, pid, chatbot, bursts_of(messages));
}

static void a_burst_is_answered(const robofy::Client &client)
{
    const robofy::Inbox inbox(client, pid, chatbot, bursts_of(2).set_join(" "));
    CHECK(inbox.offer_text("106", "1555", "a", "!answer=**one**") == robofy::Accept::queued);
    CHECK(inbox.offer_text("106", "1555", "a", "!answer=**one**") == robofy::Accept::duplicate);
    CHECK(!inbox.poll(0ms));
    CHECK(inbox.offer_text("106", "1555", "b", "headers=1") == robofy::Accept::queued);
    std::optional<robofy::Outcome> answer = inbox.poll();
    CHECK(answer && answer->kind() == robofy::OutcomeKind::answer && answer->size() == 1 && !answer->error());
    CHECK_EQUAL(answer->part(0), "*one*");
    CHECK_EQUAL(answer->session_id(), "1555");
    CHECK_EQUAL(answer->channel_id(), "106");
    CHECK_EQUAL(answer->to(), "1555");
    CHECK(!answer->recipient() && !answer->request(1));
    CHECK_CONTAINS(std::string(answer->request(0).value()), "\"context\":{\"message_id\":\"b\"}");
    CHECK_EQUAL(answer->reply().value().answer(), "**one**");
    CHECK(answer->message_ids() == (std::vector<std::string_view>{"a", "b"}));
    CHECK_THROWS(robofy::InvalidArgumentError, inbox.sent(*answer, 1));
    inbox.sent(*answer, 0, "ours");
    CHECK_CONTAINS(inbox.stats(), "\"parts_sent\":1,");
    const robofy::Outcome moved = std::move(*answer);
    CHECK(moved.size() == 1 && answer->size() == 0 && answer->kind() == robofy::OutcomeKind::expired);
}

static void an_event_is_offered(const robofy::Client &client)
{
    const robofy::Inbox inbox = inbox_of(client);
    const robofy::Webhook webhook(robofy::Channel::meta, nullptr);
    const robofy::Incoming incoming = webhook.read(
        R"({"entry":[{"changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"106"},"messages":[{"from":)"
        R"("1555","id":"m","timestamp":"4102444800","type":"text","text":{"body":"!status=400 code=OOPS"}}]}}]}]})",
        nullptr);
    CHECK(inbox.offer(incoming[0]) == robofy::Accept::queued);
    const std::optional<robofy::Outcome> fallback = inbox.poll(60s);
    CHECK(fallback && fallback->kind() == robofy::OutcomeKind::fallback && !fallback->reply());
    CHECK_EQUAL(fallback->error().value().code(), std::string("OOPS"));
    CHECK_EQUAL(fallback->part(0), "Later, please.");
    inbox.failed(*fallback, 0, 131026);
    inbox.pause("1555", 1h);
    CHECK(inbox.offer_text("106", "1555", "n", "Hi") == robofy::Accept::paused);
    inbox.resume("1555");
    CHECK(inbox.offer_text("106", "1555", "o", "Hi") == robofy::Accept::queued);
}

static void what_cannot_be_used_is_named(const robofy::Client &client)
{
    const auto refused = [&](robofy::InboxOptions options) { robofy::Inbox(client, pid, chatbot, options); };
    const auto path = CHECK_THROWS(robofy::StorageError, refused(robofy::InboxOptions().set_path("/dev/null")));
    CHECK_CONTAINS(path.value().what(), "/dev/null");
    CHECK_THROWS(robofy::InvalidArgumentError, refused(robofy::InboxOptions().set_max_messages(0)));
    CHECK_THROWS(robofy::InvalidArgumentError, robofy::Inbox(client, pid, nullptr));
    const robofy::Inbox full(client, pid, chatbot, bursts_of(9).set_max_pending(1));
    CHECK(full.offer_text(nullptr, "1", "a", "Hi") == robofy::Accept::queued);
    CHECK_THROWS(robofy::OverloadedError, full.offer_text(nullptr, "1", "b", "Hi"));
    CHECK_THROWS(robofy::InvalidArgumentError, full.offer_text(nullptr, "", "b", "Hi"));
    robofy::Inbox from = inbox_of(client), to = std::move(from);
    CHECK_THROWS(robofy::InvalidArgumentError, from.poll());
    CHECK(!from.native_handle() && to.native_handle());
    to = inbox_of(client);
    CHECK(!to.poll(0ms));
}

static void it_is_watched_and_outlives_its_client(const char *url)
{
    std::optional<robofy::Client> client(client_of(url));
    const robofy::Inbox inbox = inbox_of(*client);
    client.reset();
    pollfd watched = {inbox.poll_fd(), POLLIN, 0};
    CHECK_EQUAL(poll(&watched, 1, 0), 0);
    CHECK(inbox.offer_text(nullptr, "1", "a", "!answer=x") == robofy::Accept::queued);
    CHECK_EQUAL(poll(&watched, 1, 60000), 1);
    CHECK_EQUAL(inbox.poll(0ms).value().part(0), "x");
    CHECK_EQUAL(poll(&watched, 1, 0), 0);
}

static void after_fork_it_is_the_parents(const char *url)
{
    const robofy::Client client = client_of(url);
    const robofy::Inbox inbox = inbox_of(client);
    const pid_t child = fork();
    if (child == 0) {
        checks_failed = 0;
        CHECK_THROWS(robofy::StorageError, inbox.offer_text(nullptr, "1", "a", "Hi"));
        CHECK_THROWS(robofy::ConnectError, inbox.poll_fd());
        CHECK(!inbox.poll() && inbox.stats().empty());
        _exit(checks_failed != 0);
    }
    int status = -1;
    CHECK_EQUAL(waitpid(child, &status, 0), child);
    CHECK_EQUAL(status, 0);
}

int main(int argc, char **argv)
{
    if (argc > 2) {
        after_fork_it_is_the_parents(argv[1]);
        return checks_result();
    }
    const robofy::Client client = client_of(argv[1]);
    a_burst_is_answered(client);
    an_event_is_offered(client);
    what_cannot_be_used_is_named(client);
    it_is_watched_and_outlives_its_client(argv[1]);
    return checks_result();
}
