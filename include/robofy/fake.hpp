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
 * Requests, uploads, leads, sessions, settings, streams and webhooks are answered by the same script: respond(), page(),
 * list(), settings(), answer() for a stream, and come_in() for a webhook. Texts are neither formatted nor split. Clients, futures, hooks, coroutines and poll() are the real ones; nothing is
 * sent, and what is submitted is complete at once. Options are not looked at, nor are the query and the timeout of a
 * call.
 */

#include <robofy/fake_script.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <variant>

#include <unistd.h>

/** A call that is over. */
struct RobofyCompletion {
    /** As it was submitted. */
    std::uint64_t tag;
    /** A reply, a response or an error. */
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

    void complete(std::uint64_t tag, robofy::Fake::Outcome outcome)
    {
        const std::lock_guard<std::mutex> lock(mutex);
        completions.emplace_back(new RobofyCompletion{tag, std::move(outcome)});
        mark();
        came.notify_one();
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
    return robofy::handed_out<RobofyReply>(robofy::Fake::chat(*message), error);
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
    const_cast<RobofyClient *>(client)->complete(tag, robofy::Fake::chat(*message));
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

const RobofyResponse *robofy_completion_response(const RobofyCompletion *completion)
{
    return completion ? std::get_if<RobofyResponse>(&completion->outcome) : nullptr;
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

#include <robofy/fake_calls.hpp>
#include <robofy/fake_conversation.hpp>
#include <robofy/fake_inbox.hpp>
#include <robofy/fake_streams.hpp>

#endif
