/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_RECEIVER_HPP
#define ROBOFY_RECEIVER_HPP

/**
 * @file
 * Who waits for a completion: a hook or a future.
 */

#include <robofy/outputs.hpp>

#include <exception>
#include <future>
#include <type_traits>
#include <utility>

namespace robofy {

namespace detail {

/* Who waits for a completion. */
class Receiver {
public:
    Receiver() = default;
    Receiver(const Receiver &) = delete;
    Receiver &operator=(const Receiver &) = delete;
    virtual ~Receiver() = default;
    virtual void receive(Completion completion) noexcept = 0;
};

template <class Hook> class HookReceiver final : public Receiver {
public:
    explicit HookReceiver(Hook hook) : hook_(std::move(hook)) {}

    void receive(Completion completion) noexcept override
    {
        hook_(std::move(completion));
    }

private:
    Hook hook_;
};

template <class Result> Result take(Completion completion)
{
    if constexpr (std::is_same_v<Result, Reply>)
        return std::move(completion).reply();
    else
        return std::move(completion).response();
}

template <class Result> class FutureReceiver final : public Receiver {
public:
    std::future<Result> future()
    {
        return promise_.get_future();
    }

    void receive(Completion completion) noexcept override
    {
        try {
            promise_.set_value(take<Result>(std::move(completion)));
        } catch (...) {
            promise_.set_exception(std::current_exception());
        }
    }

private:
    std::promise<Result> promise_;
};

template <class Hook>
using EnableForHook = std::enable_if_t<std::is_invocable_v<std::decay_t<Hook> &, Completion>, int>;

} // namespace detail

} // namespace robofy

#endif
