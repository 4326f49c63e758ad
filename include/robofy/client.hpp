/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_CLIENT_HPP
#define ROBOFY_CLIENT_HPP

/**
 * @file
 * The client.
 */

#include <robofy/endpoints.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace robofy {

/**
 * The way to the agents of one account. Make one per API key and keep it: connections are kept alive and shared.
 *
 * There are three ways to wait for a reply, and one client can do all of them at once:
 * - here: chat() and send() block the calling thread;
 * - elsewhere: send_async() gives a future or calls a hook, co_send() resumes a coroutine;
 * - in a loop: submit() under a tag of the program's, then poll(), perhaps when the descriptor poll_fd() is readable.
 *
 * THE COLLECTING THREAD. The first future, hook or coroutine starts one thread for the client, which collects what
 * completes, and runs hooks and coroutines, one after another. It blocks all signals, sleeps while nothing is in
 * flight, and ends with the client. Keep hooks short and do not block in them on another reply of the same client: it
 * could not come. A program that asked for poll_fd() before has no such thread: its own poll() does all this, on the
 * thread that calls it. Where another thread happens to be in poll(), it may run a hook too.
 *
 * THE END. The destructor cancels what is in flight: every future and hook is completed, with CancelledError if no
 * reply had come, before it returns. Completions that were not polled are dropped. It may be run by a hook or a
 * coroutine of the client itself.
 */
class Client : public Endpoints {
public:
    /**
     * A client for the account of `api_key`, by default the environment's ROBOFY_API_KEY, with every default or with
     * options, which are copied. Connects to nothing yet. Throws InvalidArgumentError with the parameter's or option's
     * name, or TlsError if there are no certificate authorities to trust.
     */
    Client() : Client(Options()) {}
    /** @overload */
    explicit Client(const Options &options) : Client(detail::api_key_of_environment(), options) {}
    /** @overload */
    explicit Client(const Text &api_key) : Client(api_key, Options()) {}
    /** @overload */
    Client(const Text &api_key, const Options &options)
        : Endpoints(core_of(api_key, options), options.pid_, options.chatbot_id_)
    {
    }

    /** What is in flight goes along. */
    Client(Client &&) noexcept = default;

    /** Ends the client that was here, as the destructor does. */
    Client &operator=(Client &&other) noexcept
    {
        if (this != &other) {
            detail::Core::close(core_);
            Endpoints::operator=(std::move(other));
        }
        return *this;
    }

    ~Client()
    {
        detail::Core::close(core_);
    }

    /**
     * The next completion of submit(); none if there is none within `timeout`. A timeout of 0 or less does not wait.
     * Several threads may poll at once; each completion goes to one of them.
     */
    std::optional<Completion> poll(std::chrono::milliseconds timeout) const
    {
        const std::shared_ptr<detail::Core> core = shared_core();
        return core->collector().poll(detail::Deadline(timeout));
    }

    /** The next completion of submit(), waited for until there is one: without a chat in flight for ever. */
    Completion poll() const
    {
        const std::shared_ptr<detail::Core> core = shared_core();
        std::optional<Completion> next = core->collector().poll(detail::Deadline());
        if (!next)
            throw CancelledError(Status::cancelled, "the client was destroyed by a hook");
        return std::move(*next);
    }

    /**
     * A descriptor for epoll, kqueue, asio, libuv and the like: readable exactly while completions wait. When it is,
     * call poll() with a timeout of 0 until that returns none. It belongs to the client, and is the same one at each
     * call; after fork() the child has to ask for its own.
     *
     * Once it was asked for, the program's loop collects everything: poll() also completes futures, runs hooks and
     * resumes coroutines, and there is no collecting thread. So the thread of the loop must not block on a future.
     *
     * Throws InvalidArgumentError after the first future, hook or coroutine, when the thread is there already, and
     * ConnectError if the process has no descriptor left.
     */
    int poll_fd() const
    {
        return core().collector().poll_fd();
    }

    /**
     * Cancels a message by its tag, the program's or that of send_async with a hook: it completes at once as cancelled.
     * The agent may have seen it. Returns false if the tag is not in flight.
     */
    bool cancel(std::uint64_t tag) const noexcept
    {
        return robofy_client_cancel(native_handle(), tag);
    }

    /** A snapshot of the client's figures: the text of a JSON object, described at robofy_client_stats. */
    std::string stats() const
    {
        const detail::StringHandle stats(robofy_client_stats(core().client()));
        return std::string(detail::view(stats.get()));
    }

    /**
     * For robofy.h; stays this object's. NULL after a move. robofy_client_poll would take what is awaited here: its
     * hook is then not called, its coroutine not resumed, and its future broken (std::future_error) when the client
     * ends.
     */
    const RobofyClient *native_handle() const noexcept
    {
        return core_ ? core_->client() : nullptr;
    }

private:
    static std::shared_ptr<detail::Core> core_of(const Text &api_key, const Options &options)
    {
        detail::Failure failure;
        detail::ClientHandle client(
            robofy_client_new(api_key.c_str("api_key"), options.native_handle(), failure.out()));
        if (!client)
            failure.raise();
        return std::make_shared<detail::Core>(std::move(client));
    }
};

} // namespace robofy

#endif
