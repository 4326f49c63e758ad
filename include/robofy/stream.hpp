/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_STREAM_HPP
#define ROBOFY_STREAM_HPP

/**
 * @file
 * An answer while it is written.
 */

#include <robofy/iterator.hpp>
#include <robofy/outputs.hpp>
#include <robofy/watcher.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace robofy {

/** One event of a stream. Immutable; after a move its texts are empty. */
class StreamEvent : public detail::Owning<StreamEventGetters, detail::StreamEventHandle> {
public:
    /** Takes `event` over. */
    explicit StreamEvent(RobofyStreamEvent *event) noexcept : Owning(event) {}

    /** What it is about. */
    StreamEventKind kind() const noexcept
    {
        return detail::kind_of(handle_);
    }
};

#if defined(__cpp_impl_coroutine) && (defined(__unix__) || defined(__APPLE__))
class EventAwaiter;
#endif

/**
 * An agent's answer while it is written: an input range of events.
 *
 *     for (const robofy::StreamEvent &event : client.stream(path, message))
 *         if (event.kind() == robofy::StreamEventKind::delta)
 *             std::cout << *event.text() << std::flush;
 *
 * It ends with the service's word for the end, or throws how else it ended, once, from begin(), the increment or
 * next(): InterruptedError where it was cut short, ServerError where the service gave it up, TimeoutError where no
 * event came in time, and others. What came before can still be read from text() and session_id().
 *
 * It may outlive its client. Its destructor cancels what is left of the answer. Several threads may call next(), and
 * each event goes to one of them; only one of them may iterate. In a child of fork() it is at its end, with
 * CancelledError.
 */
class Stream {
public:
    /** What it is a range of. */
    using value_type = StreamEvent;
    /** An input iterator, which a move of the Stream makes invalid. */
    using iterator = detail::InputIterator<Stream>;

    /** Takes `stream` over. Client::stream() makes it. */
    Stream(RobofyStream *stream, std::shared_ptr<detail::Watcher> watcher) noexcept
        : handle_(stream), watcher_(std::move(watcher))
    {
    }

    /** The next event, waited for; none at the end. Throws an Error. */
    std::optional<StreamEvent> next() const
    {
        return take(-1);
    }

    /** The next event; none if there is none within `timeout`, or at the end: is_done() tells. Throws an Error. */
    std::optional<StreamEvent> next(std::chrono::milliseconds timeout) const
    {
        return take(std::max(std::int64_t(timeout.count()), std::int64_t(0)));
    }

#if defined(__cpp_impl_coroutine) && (defined(__unix__) || defined(__APPLE__))
    /**
     * For coroutines (C++20): `std::optional<robofy::StreamEvent> event = co_await stream.co_next();`, which is none at the
     * end, and throws an Error in the coroutine. Where it has to wait, it resumes on a thread that watches the client's
     * streams, which the first such wait starts and the last of client and streams ends. While it waits, neither
     * coroutine nor stream may be destroyed or moved; cancel() resumes it. A program with a loop of its own rather
     * watches poll_fd().
     */
    EventAwaiter co_next() const noexcept;
#endif

    /** Whether the end was taken: there will be no further event, and no further error. */
    bool is_done() const noexcept
    {
        return robofy_stream_is_done(handle_.get());
    }

    /**
     * The answer so far: the text of the events that were taken. It goes up to Options::set_max_response_bytes; what
     * comes after that is in the events alone.
     */
    std::string text() const
    {
        const detail::StringHandle text(robofy_stream_text(handle_.get()));
        return std::string(detail::view(text.get()));
    }

    /** The conversation, which the service names near the end; none before its event was taken. */
    std::optional<std::string> session_id() const
    {
        const detail::StringHandle session_id(robofy_stream_session_id(handle_.get()));
        return detail::text_or_none(session_id.get());
    }

    /**
     * A descriptor as Client::poll_fd() gives: readable exactly while an event, or the end, waits to be taken. When it
     * is, call next() with a timeout of 0 until that returns none. Throws ConnectError if the process has no descriptor
     * left, and in a child of fork().
     */
    int poll_fd() const
    {
        const int descriptor = robofy_stream_poll_fd(handle());
        if (descriptor < 0)
            throw ConnectError(Status::connect, "the stream has no file descriptor: the process has none left "
                                                "(ulimit -n), or was forked");
        return descriptor;
    }

    /**
     * Gives the answer up: whoever waits for an event has a CancelledError at once. The agent may have seen the
     * message. Returns false if the end was taken before.
     */
    bool cancel() const noexcept
    {
        return robofy_stream_cancel(handle_.get());
    }

    /** The event that the last iteration came to, at first the first one, which is waited for. */
    iterator begin()
    {
        return event_ || advance() ? iterator(*this) : iterator();
    }
    /** After the last event. */
    iterator end() noexcept
    {
        return iterator();
    }

    /** For robofy.h; stays this object's. NULL after a move. */
    const RobofyStream *native_handle() const noexcept
    {
        return handle_.get();
    }

private:
    friend iterator;
#if defined(__cpp_impl_coroutine) && (defined(__unix__) || defined(__APPLE__))
    friend EventAwaiter;
#endif

    const RobofyStream *handle() const
    {
        if (!handle_)
            detail::refuse("stream", "was moved from");
        return handle_.get();
    }

    std::optional<StreamEvent> take(std::int64_t timeout_ms) const
    {
        detail::Failure failure;
        RobofyStreamEvent *event = robofy_stream_next(handle(), timeout_ms, failure.out());
        failure.raise_if_any();
        return event ? std::optional<StreamEvent>(event) : std::nullopt;
    }

    StreamEvent &current() noexcept
    {
        return *event_;
    }

    bool advance()
    {
        event_.reset();
        event_ = next();
        return event_.has_value();
    }

    detail::StreamHandle handle_;
    std::shared_ptr<detail::Watcher> watcher_;
    std::optional<StreamEvent> event_;
};

} // namespace robofy

#endif
