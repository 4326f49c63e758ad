/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_CHATS_HPP
#define ROBOFY_CHATS_HPP

/**
 * @file
 * Chats with the agents.
 */

#include <robofy/awaiters.hpp>
#include <robofy/base.hpp>

#include <cstdint>
#include <future>
#include <string>
#include <utility>

namespace robofy {

/** The part of a Client that chats. */
class Chats : public ClientBase {
    static auto whatsapp(const Message &message) noexcept
    {
        return [&message](const RobofyClient *client, std::uint64_t tag, RobofyError **error) {
            return robofy_whatsapp_submit(client, message.native_handle(), tag, error);
        };
    }

    static auto any_platform(const Message &message) noexcept
    {
        return [&message](const RobofyClient *client, std::uint64_t tag, RobofyError **error) {
            return robofy_chat_submit(client, message.native_handle(), tag, error);
        };
    }

public:
    /**
     * The whole library in one call: sends the user's message `query` to the agent `chatbot_id` of the project `pid`,
     * and returns the complete answer, never empty, which is meant to be forwarded to the user. `session_id` is the
     * conversation, commonly the user's WhatsApp number; with `nullptr` the service starts a new one.
     *
     * Blocks the calling thread for at most the client's timeout. Throws an Error.
     */
    std::string chat(const Text &pid, const Text &chatbot_id, const Text &session_id, const Text &query) const
    {
        detail::Failure failure;
        const detail::StringHandle answer(
            robofy_whatsapp_chat(core().client(), pid.c_str("pid"), chatbot_id.c_str("chatbot_id"),
                                 detail::Utf8(session_id.c_str("session_id")).c_str(),
                                 detail::Utf8(query.c_str("query")).c_str(), failure.out()));
        if (!answer)
            failure.raise();
        return answer.get();
    }

    /** The same, to the agent of Options::set_agent(). */
    std::string chat(const Text &session_id, const Text &query) const
    {
        return chat(pid_, chatbot_id_, session_id, query);
    }

    /** A message for the agent of Options::set_agent(). */
    Message message(const Text &query) const
    {
        return Message(pid_, chatbot_id_, query);
    }

    /**
     * Sends a message and waits for the reply, for at most the message's timeout, or else the client's. The message may
     * be sent again. Throws an Error.
     */
    Reply send(const Message &message) const
    {
        detail::Failure failure;
        RobofyReply *reply = robofy_whatsapp_send(core().client(), message.native_handle(), failure.out());
        if (!reply)
            failure.raise();
        return Reply(reply);
    }

    /**
     * Sends a message without waiting. The future holds the Reply or throws the Error, a refusal of the message
     * included. It is always made ready, at the latest by the client's destructor, and may be kept longer than the
     * client. Unlike one of std::async, it does not wait when it is dropped; the message is sent all the same.
     */
    std::future<Reply> send_async(const Message &message) const
    {
        return future_of<Reply>(whatsapp(message));
    }

    /**
     * Sends a message without waiting, and calls `hook(Completion)` once with what became of it: on the collecting
     * thread, perhaps before this function has returned. The hook may be movable only; it is destroyed after its call.
     * It must not throw: that would be `std::terminate`.
     *
     * Returns a tag for cancel(). Throws an Error if the message is refused, and the hook is never called then.
     */
    template <class Hook, detail::EnableForHook<Hook> = 0>
    std::uint64_t send_async(const Message &message, Hook &&hook) const
    {
        return call_when_complete(whatsapp(message), std::forward<Hook>(hook));
    }

#if defined(__cpp_impl_coroutine)
    /**
     * For coroutines (C++20): `Reply reply = co_await client.co_send(message);`, which throws an Error in the
     * coroutine. It resumes on the collecting thread, or in poll() in a program that asked for poll_fd(). While it is
     * suspended here it must not be destroyed; the client's end resumes it with CancelledError.
     */
    auto co_send(const Message &message) const noexcept
    {
        return awaiter<Reply>(whatsapp(message));
    }
#endif

    /**
     * Sends a message without waiting, under a tag of the program's choice below 2^63; the tags above are those of
     * futures, hooks and coroutines. What became of it is collected with poll(), exactly once. Never blocks on the
     * network.
     *
     * Throws InvalidArgumentError for a bad message, or a tag that is too great, in flight or not collected yet, and
     * OverloadedError at Options::set_max_in_flight; there is no completion then.
     */
    void submit(const Message &message, std::uint64_t tag) const
    {
        submit_as(tag, whatsapp(message));
    }

    /**
     * Sends the message of a user of any other platform than WhatsApp (Message::set_platform), and waits for the reply.
     * In all else as send().
     */
    Reply chat_send(const Message &message) const
    {
        detail::Failure failure;
        RobofyReply *reply = robofy_chat_send(core().client(), message.native_handle(), failure.out());
        if (!reply)
            failure.raise();
        return Reply(reply);
    }

    /** As send_async(), of any other platform. */
    std::future<Reply> chat_send_async(const Message &message) const
    {
        return future_of<Reply>(any_platform(message));
    }
    /** As send_async() with a hook, of any other platform. */
    template <class Hook, detail::EnableForHook<Hook> = 0>
    std::uint64_t chat_send_async(const Message &message, Hook &&hook) const
    {
        return call_when_complete(any_platform(message), std::forward<Hook>(hook));
    }

#if defined(__cpp_impl_coroutine)
    /** As co_send(), of any other platform. */
    auto co_chat_send(const Message &message) const noexcept
    {
        return awaiter<Reply>(any_platform(message));
    }
#endif

    /** As submit(), of any other platform. */
    void submit_chat(const Message &message, std::uint64_t tag) const
    {
        submit_as(tag, any_platform(message));
    }

protected:
    /** What a Client is made of. */
    using ClientBase::ClientBase;
};

} // namespace robofy

#endif
