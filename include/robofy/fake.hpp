/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_FAKE_HPP
#define ROBOFY_FAKE_HPP

/**
 * @file
 * A stand-in for the robofy library, for a program's own tests: robofy.h's functions, with scripted answers.
 *
 *     #include <robofy/fake.hpp> // in one source file of the test, which is linked without -lrobofy
 *
 *     robofy::Fake fake;
 *     fake.answer("We open at nine.");
 *     fake.fail(robofy::Status::rate_limited, "too many messages").retry_after_ms = 2000;
 *     // ... the program under test chats twice ...
 *     assert(fake.asked().at(0).query == "When do you open?");
 *
 * Clients, futures, hooks, coroutines and poll() are the real ones; nothing is sent, and a submitted message is complete
 * at once. Options are not looked at.
 */

#include <robofy/fake_values.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <unistd.h>

namespace robofy {

/** What chats are answered with while this object lives: one at a time, in the order of the script. */
class Fake {
public:
    /** What a chat comes to. */
    using Outcome = std::variant<RobofyReply, RobofyError>;

    /** Replaces the one before. */
    Fake()
    {
        current() = this;
    }
    Fake(const Fake &) = delete;
    Fake &operator=(const Fake &) = delete;
    ~Fake()
    {
        current() = nullptr;
    }

    /** The next chat is answered so. What else the reply tells can be set in what is returned. */
    RobofyReply &answer(std::string text)
    {
        RobofyReply reply;
        reply.answer = std::move(text);
        reply.json = "{}";
        reply.attempts = 1;
        return std::get<RobofyReply>(add(std::move(reply)));
    }

    /**
     * The next chat fails so. What else the error tells can be set in what is returned; it is retryable where the
     * library's errors of that status always are.
     */
    RobofyError &fail(Status status, std::string message)
    {
        RobofyError error;
        error.status = static_cast<RobofyStatus>(status);
        error.message = std::move(message);
        error.is_retryable = status == Status::connect || status == Status::rate_limited;
        return std::get<RobofyError>(add(std::move(error)));
    }

    /** Every message that was sent, the first one first. */
    std::vector<RobofyMessage> asked() const
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        return asked_;
    }

    /** What the library's part of the process calls: records the message and takes the script's next outcome. */
    static Outcome chat(const RobofyMessage &message)
    {
        if (!current())
            return unscripted("there is no robofy::Fake");
        Fake &fake = *current();
        const std::lock_guard<std::mutex> lock(fake.mutex_);
        fake.asked_.push_back(message);
        if (fake.script_.empty())
            return unscripted("the robofy::Fake has no answer left");
        Outcome next = std::move(fake.script_.front());
        fake.script_.pop_front();
        return next;
    }

private:
    static Fake *&current()
    {
        static Fake *fake = nullptr;
        return fake;
    }

    static Outcome unscripted(const char *problem)
    {
        RobofyError error;
        error.message = problem;
        return error;
    }

    Outcome &add(Outcome outcome)
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        return script_.emplace_back(std::move(outcome));
    }

    mutable std::mutex mutex_;
    std::deque<Outcome> script_;
    std::vector<RobofyMessage> asked_;
};

} // namespace robofy

/** A chat that is over. */
struct RobofyCompletion {
    /** As it was submitted. */
    std::uint64_t tag;
    /** A reply or an error. */
    robofy::Fake::Outcome outcome;
};

/** Completions that wait, and a pipe that is readable meanwhile. */
struct RobofyClient {
    std::mutex mutex;
    std::condition_variable came;
    std::deque<std::unique_ptr<RobofyCompletion>> completions;
    int pipe[2] = {-1, -1};

    ~RobofyClient()
    {
        for (const int end : pipe)
            if (end != -1)
                close(end);
    }

    void mark()
    {
        if (pipe[1] != -1 && write(pipe[1], "", 1) != 1)
            std::abort();
    }
};

extern "C" {

RobofyClient *robofy_client_new(const char *, const RobofyOptions *, RobofyError **)
{
    return new RobofyClient;
}

void robofy_client_free(RobofyClient *client)
{
    delete client;
}

RobofyMessage *robofy_message_new(const char *pid, const char *chatbot_id, const char *query)
{
    RobofyMessage message;
    message.pid = robofy::detail::text_or_none(pid);
    message.chatbot_id = robofy::detail::text_or_none(chatbot_id);
    message.query = robofy::detail::text_or_none(query);
    return new RobofyMessage(std::move(message));
}

RobofyReply *robofy_whatsapp_send(const RobofyClient *, const RobofyMessage *message, RobofyError **error)
{
    robofy::Fake::Outcome outcome = robofy::Fake::chat(*message);
    if (auto *reply = std::get_if<RobofyReply>(&outcome))
        return new RobofyReply(std::move(*reply));
    if (error)
        *error = new RobofyError(std::get<RobofyError>(std::move(outcome)));
    return nullptr;
}

char *robofy_whatsapp_chat(const RobofyClient *client, const char *pid, const char *chatbot_id, const char *session_id,
                           const char *query, RobofyError **error)
{
    const std::unique_ptr<RobofyMessage> message(robofy_message_new(pid, chatbot_id, query));
    robofy_message_set_session_id(message.get(), session_id);
    const std::unique_ptr<RobofyReply> reply(robofy_whatsapp_send(client, message.get(), error));
    return reply ? strdup(reply->answer.c_str()) : nullptr;
}

bool robofy_whatsapp_submit(const RobofyClient *client, const RobofyMessage *message, std::uint64_t tag, RobofyError **)
{
    auto &shared = const_cast<RobofyClient &>(*client);
    const std::lock_guard<std::mutex> lock(shared.mutex);
    shared.completions.emplace_back(new RobofyCompletion{tag, robofy::Fake::chat(*message)});
    shared.mark();
    shared.came.notify_one();
    return true;
}

RobofyCompletion *robofy_client_poll(const RobofyClient *client, std::int64_t timeout_ms)
{
    auto &shared = const_cast<RobofyClient &>(*client);
    std::unique_lock<std::mutex> lock(shared.mutex);
    const auto is_there = [&] { return !shared.completions.empty(); };
    if (timeout_ms < 0)
        shared.came.wait(lock, is_there);
    else if (!shared.came.wait_for(lock, std::chrono::milliseconds(timeout_ms), is_there))
        return nullptr;
    char taken = 0;
    if (shared.pipe[0] != -1 && read(shared.pipe[0], &taken, 1) != 1)
        std::abort();
    RobofyCompletion *oldest = shared.completions.front().release();
    shared.completions.pop_front();
    return oldest;
}

std::int32_t robofy_client_poll_fd(const RobofyClient *client)
{
    auto &shared = const_cast<RobofyClient &>(*client);
    const std::lock_guard<std::mutex> lock(shared.mutex);
    if (shared.pipe[0] == -1 && pipe(shared.pipe) == 0)
        for (std::size_t waiting = 0; waiting < shared.completions.size(); waiting++)
            shared.mark();
    return shared.pipe[0];
}

bool robofy_client_cancel(const RobofyClient *, std::uint64_t)
{
    return false;
}

char *robofy_client_stats(const RobofyClient *)
{
    return strdup("{}");
}

std::uint64_t robofy_completion_tag(const RobofyCompletion *completion)
{
    return completion ? completion->tag : 0;
}

const RobofyReply *robofy_completion_reply(const RobofyCompletion *completion)
{
    return completion ? std::get_if<RobofyReply>(&completion->outcome) : nullptr;
}

const RobofyError *robofy_completion_error(const RobofyCompletion *completion)
{
    return completion ? std::get_if<RobofyError>(&completion->outcome) : nullptr;
}

void robofy_completion_free(RobofyCompletion *completion)
{
    delete completion;
}

void robofy_free_string(char *string)
{
    std::free(string);
}
}

#endif
