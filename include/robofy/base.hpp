/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_BASE_HPP
#define ROBOFY_BASE_HPP

/**
 * @file
 * What the parts of a client share.
 */

#include <robofy/core.hpp>
#include <robofy/inputs.hpp>

#include <cstdint>
#include <exception>
#include <future>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace robofy {

#if defined(__cpp_impl_coroutine)
template <class Result, class Submission> class Awaiter;
#endif

/** What the parts of a Client share. Its own functions are not for programs to use. */
class ClientBase {
protected:
    /** Takes `core` over. */
    ClientBase(std::shared_ptr<detail::Core> core, std::string pid, std::string chatbot_id) noexcept
        : core_(std::move(core)), pid_(std::move(pid)), chatbot_id_(std::move(chatbot_id))
    {
    }
    ClientBase(ClientBase &&) noexcept = default;
    ClientBase &operator=(ClientBase &&) noexcept = default;
    ~ClientBase() = default;

    /** Throws InvalidArgumentError after a move. */
    detail::Core &core() const
    {
        if (!core_)
            detail::refuse("client", "was moved from");
        return *core_;
    }

    /** For a call in whose course the client may be destroyed: by a hook, or by a coroutine that went on elsewhere. */
    std::shared_ptr<detail::Core> shared_core() const
    {
        core();
        return core_;
    }

    /** `submission` submits something, given a client, a tag and where an error goes; so it does in all that follow. */
    template <class Submission> void submit_as(std::uint64_t tag, const Submission &submission) const
    {
        if (tag >= detail::first_receivers_tag)
            detail::refuse("tag", "must be below 2^63");
        detail::Failure failure;
        if (!submission(core().client(), tag, failure.out()))
            failure.raise();
    }

    template <class Result, class Submission> std::future<Result> future_of(const Submission &submission) const
    {
        auto receiver = std::make_unique<detail::FutureReceiver<Result>>();
        std::future<Result> future = receiver->future();
        try {
            shared_core()->collector().submit(submission, std::move(receiver));
            return future;
        } catch (const Error &) {
            std::promise<Result> refused;
            refused.set_exception(std::current_exception());
            return refused.get_future();
        }
    }

    template <class Submission, class Hook>
    std::uint64_t call_when_complete(const Submission &submission, Hook &&hook) const
    {
        using Receiver = detail::HookReceiver<std::decay_t<Hook>>;
        return shared_core()->collector().submit(submission, std::make_unique<Receiver>(std::forward<Hook>(hook)));
    }

#if defined(__cpp_impl_coroutine)
    template <class Result, class Submission> friend class Awaiter;

    template <class Result, class Submission> Awaiter<Result, Submission> awaiter(Submission submission) const noexcept;
#endif

    /** None after a move. */
    std::shared_ptr<detail::Core> core_;
    /** The agent of Options::set_agent(). */
    std::string pid_;
    /** @copydoc pid_ */
    std::string chatbot_id_;
};

} // namespace robofy

#endif
