/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_AWAITERS_HPP
#define ROBOFY_AWAITERS_HPP

/**
 * @file
 * What coroutines await.
 */

#if defined(__cpp_impl_coroutine)

#include <robofy/base.hpp>
#include <robofy/stream.hpp>

#include <coroutine>
#include <optional>
#include <utility>

namespace robofy {

/** What co_send() and its relatives return, to be awaited once and at once. */
template <class Result, class Errand> class Awaiter {
public:
    /** The client must live until the coroutine is suspended. */
    Awaiter(const ClientBase &client, Errand errand) noexcept : client_(client), errand_(std::move(errand)) {}

    /** Always suspends. */
    bool await_ready() const noexcept
    {
        return false;
    }

    /** Submits; a refusal is thrown in the coroutine. */
    void await_suspend(std::coroutine_handle<> coroutine)
    {
        /* The coroutine may go on, and this object end, before this returns: nothing is touched after it. */
        client_.call_when_complete(errand_, [this, coroutine](Completion completion) {
            completion_.emplace(std::move(completion));
            coroutine.resume();
        });
    }

    /** The result, or throws the Error. */
    Result await_resume()
    {
        return detail::take<Result>(std::move(*completion_));
    }

private:
    const ClientBase &client_;
    Errand errand_;
    std::optional<Completion> completion_;
};

template <class Result, class Errand> Awaiter<Result, Errand> ClientBase::awaiter(Errand errand) const noexcept
{
    return Awaiter<Result, Errand>(*this, std::move(errand));
}

#if defined(__unix__) || defined(__APPLE__)

/** What Stream::co_next() returns, to be awaited once and at once. */
class EventAwaiter final : private detail::Waiter {
public:
    /** The stream must live until the coroutine goes on. */
    explicit EventAwaiter(const Stream &stream) noexcept : stream_(stream) {}

    /** True if an event or the end is there. */
    bool await_ready()
    {
        stream_.handle();
        return attempt();
    }

    /** Waits for them. */
    void await_suspend(std::coroutine_handle<> coroutine)
    {
        coroutine_ = coroutine;
        descriptor_ = stream_.poll_fd();
        stream_.watcher_->watch(*this);
    }

    /** The event, none at the end, or throws the Error. */
    std::optional<StreamEvent> await_resume()
    {
        failure_.raise_if_any();
        return event_ ? std::optional<StreamEvent>(event_.release()) : std::nullopt;
    }

private:
    int descriptor() const noexcept override
    {
        return descriptor_;
    }

    bool attempt() noexcept override
    {
        event_.reset(robofy_stream_next(stream_.native_handle(), 0, failure_.out()));
        return event_ || failure_ || stream_.is_done();
    }

    void resume() noexcept override
    {
        coroutine_.resume();
    }

    const Stream &stream_;
    std::coroutine_handle<> coroutine_;
    int descriptor_ = -1;
    detail::StreamEventHandle event_;
    detail::Failure failure_;
};

inline EventAwaiter Stream::co_next() const noexcept
{
    return EventAwaiter(*this);
}

#endif

} // namespace robofy

#endif

#endif
