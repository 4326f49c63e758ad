/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_INBOX_HPP
#define ROBOFY_INBOX_HPP

/**
 * @file
 * From what users write to what is sent to them.
 */

#include <robofy/client.hpp>
#include <robofy/outcome.hpp>
#include <robofy/watcher.hpp>
#include <robofy/webhook.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#if defined(__cpp_impl_coroutine)
#include <coroutine>
#endif

namespace robofy {

/**
 * How an inbox behaves; an Inbox copies its options.
 *
 * Setters throw for a NUL within a text and for a negative time; what else is wrong is reported by the Inbox's constructor,
 * by name.
 */
class InboxOptions : public InboxOptionsSetters<InboxOptions> {
public:
    /** Every default. */
    InboxOptions() : InboxOptionsSetters(robofy_inbox_options_new()) {}
};

#if defined(__cpp_impl_coroutine) && (defined(__unix__) || defined(__APPLE__))
class OutcomeAwaiter;
#endif

/**
 * Takes what users write, asks the agent once for each burst of messages, and has the answers polled.
 *
 *     robofy::Inbox inbox(client, pid, chatbot_id, robofy::InboxOptions().set_path("/var/lib/bot"));
 *     inbox.offer(event);
 *     while (std::optional<robofy::Outcome> outcome = inbox.poll())
 *         for (std::uint32_t part = 0; part < outcome->size(); part++)
 *             inbox.sent(*outcome, part, send_to_whatsapp(*outcome->request(part)));
 *
 * It may outlive its client. Any number of threads may use one at once; whoever waits in poll() while it is destroyed has none
 * at once. After fork() it belongs to the parent: in the child there is nothing to poll, and all else is a StorageError.
 */
class Inbox {
public:
    /**
     * For the agent `chatbot_id` of the project `pid`. What an earlier inbox has left at its path is taken up at once. Throws
     * InvalidArgumentError with the name of what cannot be used, and StorageError with the path and what is wrong there.
     */
    Inbox(const Client &client, const Text &pid, const Text &chatbot_id, const InboxOptions &options = InboxOptions())
        : watcher_(std::make_unique<detail::Watcher>())
    {
        detail::Failure failure;
        handle_.reset(robofy_inbox_new(client.native_handle(), pid.c_str("pid"), chatbot_id.c_str("chatbot_id"),
                                       options.native_handle(), failure.out()));
        failure.raise_if_any();
    }

    /** Leaves `other` empty. */
    Inbox(Inbox &&other) noexcept = default;
    /** Leaves `other` empty; what was here is freed. */
    Inbox &operator=(Inbox &&other) noexcept
    {
        watcher_ = std::move(other.watcher_);
        handle_ = std::move(other.handle_);
        return *this;
    }
    ~Inbox() = default;

    /**
     * Takes an event of a webhook, which is kept when this returns. Throws what stands for Accept::refused: StorageError, or
     * OverloadedError at InboxOptions::set_max_pending(). Answer the webhook with 503 then.
     */
    Accept offer(const Event &event) const
    {
        detail::Failure failure;
        const RobofyAccept accept = robofy_inbox_offer(handle(), event.native_handle(), failure.out());
        failure.raise_if_any();
        return static_cast<Accept>(accept);
    }

    /** Takes a text, for who has no webhook. `message_id` is what makes it a duplicate when it comes again. */
    Accept offer_text(const Text &channel_id, const Text &user, const Text &message_id, const Text &text) const
    {
        detail::Failure failure;
        const RobofyAccept accept =
            robofy_inbox_offer_text(handle(), channel_id.c_str("channel_id"), user.c_str("user"),
                                    message_id.c_str("message_id"), detail::Utf8(text.c_str("text")).c_str(), failure.out());
        failure.raise_if_any();
        return static_cast<Accept>(accept);
    }

    /** The next outcome, waited for; none in a child of fork(). */
    std::optional<Outcome> poll() const
    {
        return take(-1);
    }

    /** The next outcome; none if there is none within `timeout`. */
    std::optional<Outcome> poll(std::chrono::milliseconds timeout) const
    {
        return take(std::max(std::int64_t(timeout.count()), std::int64_t(0)));
    }

#if defined(__cpp_impl_coroutine) && (defined(__unix__) || defined(__APPLE__))
    /**
     * For coroutines (C++20): `robofy::Outcome outcome = co_await inbox.co_poll();`. Where it has to wait, it resumes on a
     * thread that watches the inbox, which the first such wait starts and the inbox's destructor ends. While it waits, the
     * coroutine must not be destroyed, and the inbox not be moved; an inbox that is destroyed leaves it where it is. A program
     * with a loop of its own rather watches poll_fd().
     */
    OutcomeAwaiter co_poll() const noexcept;
#endif

    /**
     * A descriptor as Client::poll_fd() gives: readable while outcomes wait to be polled. When it is, call poll() with a timeout
     * of 0 until that returns none. Throws ConnectError if the process has no descriptor left, and in a child of fork().
     */
    int poll_fd() const
    {
        const int descriptor = robofy_inbox_poll_fd(handle());
        if (descriptor < 0)
            throw ConnectError(Status::connect, "the inbox has no file descriptor: the process has none left "
                                                "(ulimit -n), or was forked");
        return descriptor;
    }

    /** A part of an outcome was sent; `provider_id` is the channel's identifier of it, if there is one. Throws StorageError. */
    void sent(const Outcome &outcome, std::uint32_t part, const Text &provider_id = nullptr) const
    {
        detail::Failure failure;
        robofy_inbox_sent(handle(), outcome.native_handle(), part, provider_id.c_str("provider_id"), failure.out());
        failure.raise_if_any();
    }

    /**
     * A part of an outcome could not be sent, for this code of Meta's, HTTP status from 400 on, or less than 0 for a lost
     * connection. Send no more of that outcome: what is left of it comes again by itself. Throws StorageError.
     */
    void failed(const Outcome &outcome, std::uint32_t part, int code) const
    {
        detail::Failure failure;
        robofy_inbox_failed(handle(), outcome.native_handle(), part, code, failure.out());
        failure.raise_if_any();
    }

    /** A person has this user's conversation for so long. Throws StorageError; InvalidArgumentError before any message came. */
    void pause(const Text &session_id, std::chrono::milliseconds time) const
    {
        detail::Failure failure;
        robofy_inbox_pause(handle(), session_id.c_str("session_id"), detail::milliseconds(time, "time"), failure.out());
        failure.raise_if_any();
    }

    /** The agent has it again. */
    void resume(const Text &session_id) const
    {
        detail::Failure failure;
        robofy_inbox_resume(handle(), session_id.c_str("session_id"), failure.out());
        failure.raise_if_any();
    }

    /** Figures for a dashboard, as the text of a JSON object; empty if what is kept cannot be read. */
    std::string stats() const
    {
        const detail::StringHandle stats(robofy_inbox_stats(handle()));
        return std::string(detail::view(stats.get()));
    }

    /** For robofy.h; stays this object's. NULL after a move. */
    const RobofyInbox *native_handle() const noexcept
    {
        return handle_.get();
    }

private:
#if defined(__cpp_impl_coroutine) && (defined(__unix__) || defined(__APPLE__))
    friend OutcomeAwaiter;
#endif

    RobofyInbox *handle() const
    {
        if (!handle_)
            detail::refuse("inbox", "was moved from");
        return handle_.get();
    }

    std::optional<Outcome> take(std::int64_t timeout_ms) const
    {
        RobofyOutcome *outcome = robofy_inbox_poll(handle(), timeout_ms);
        return outcome ? std::optional<Outcome>(outcome) : std::nullopt;
    }

    detail::InboxHandle handle_;
    /* Ends before the inbox, whose descriptor it watches. */
    std::unique_ptr<detail::Watcher> watcher_;
};

#if defined(__cpp_impl_coroutine) && (defined(__unix__) || defined(__APPLE__))

/** What Inbox::co_poll() returns, to be awaited once and at once. */
class OutcomeAwaiter final : private detail::Waiter {
public:
    /** The inbox must live until the coroutine goes on. */
    explicit OutcomeAwaiter(const Inbox &inbox) noexcept : inbox_(inbox) {}

    /** True if an outcome is there. */
    bool await_ready()
    {
        inbox_.handle();
        return attempt();
    }

    /** Waits for one. */
    void await_suspend(std::coroutine_handle<> coroutine)
    {
        coroutine_ = coroutine;
        descriptor_ = inbox_.poll_fd();
        inbox_.watcher_->watch(*this);
    }

    /** The outcome. */
    Outcome await_resume() noexcept
    {
        return Outcome(outcome_.release());
    }

private:
    int descriptor() const noexcept override
    {
        return descriptor_;
    }

    bool attempt() noexcept override
    {
        outcome_.reset(robofy_inbox_poll(inbox_.native_handle(), 0));
        return outcome_ != nullptr;
    }

    void resume() noexcept override
    {
        coroutine_.resume();
    }

    const Inbox &inbox_;
    std::coroutine_handle<> coroutine_;
    int descriptor_ = -1;
    detail::OutcomeHandle outcome_;
};

inline OutcomeAwaiter Inbox::co_poll() const noexcept
{
    return OutcomeAwaiter(*this);
}

#endif

} // namespace robofy

#endif
