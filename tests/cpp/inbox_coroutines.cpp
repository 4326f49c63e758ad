// Coroutines that await the outcomes of an inbox.
#include "check.hpp"
#include "task.hpp"

static Task answer(const robofy::Inbox &inbox, int count)
{
    std::string texts;
    while (count-- > 0) {
        const robofy::Outcome outcome = co_await inbox.co_poll();
        texts += outcome.part(0);
        inbox.sent(outcome, 0);
    }
    co_return texts;
}

static robofy::Inbox inbox_of(const robofy::Client &client)
{
    return robofy::Inbox(client, pid, chatbot, robofy::InboxOptions().set_max_messages(1).set_typing(0ms));
}

static void a_coroutine_awaits_outcomes(const robofy::Client &client)
{
    const robofy::Inbox inbox = inbox_of(client);
    Task answering = answer(inbox, 3);
    for (const char *const id : {"a", "b", "c"})
        CHECK(inbox.offer_text(nullptr, "1", id, "!answer=x") == robofy::Accept::queued);
    CHECK_EQUAL(answering.result.get(), "xxx");
}

int main(int, char **argv)
{
    a_coroutine_awaits_outcomes(client_of(argv[1]));
    return checks_result();
}
