/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_HPP
#define ROBOFY_HPP

/**
 * @file
 * robofy for C++17 and later: a WhatsApp user's message in, the Robofy AI agent's complete answer out.
 *
 *     robofy::Client client("API key");
 *     std::cout << client.chat("pid", "chatbot_id", "918727000000", "Hello") << '\n';
 *
 * A header over robofy.h and the standard library, with its parts in robofy/; link with -lrobofy, and with -pthread
 * where the system wants that. robofy/fake.hpp stands in for the library in a program's own tests.
 * Exceptions are needed, RTTI is not. What robofy.h says holds here too; the comments here say what C++ adds.
 *
 * OWNERSHIP. Client, Options, Message, Reply and Completion own their handles and are moved, not copied. After a move
 * the source may be destroyed or assigned to; to use it otherwise is an InvalidArgumentError. A `std::string_view`
 * belongs to the object that it was read from; a getter on a temporary gives a `std::string` instead.
 *
 * TEXT. A parameter `const Text &` takes a literal, a `const char *`, `std::string`, `std::string_view` or an optional
 * one, as UTF-8. What holds a NUL character is refused with an InvalidArgumentError, never cut off. In what a user wrote
 * (query, session_id, user context) bytes that are not UTF-8 are sent as U+FFFD; elsewhere they are refused.
 *
 * ERRORS are exceptions: an Error, of one class for each Status. Moves, destructors and what is marked `noexcept` throw
 * nothing. `std::bad_alloc` may come from everything else.
 *
 * THREADS. A Client may be used by any number of threads at once; moving, assigning to or destroying one must not race
 * with its use. An Options or a Message must not be set while another thread uses it. Reply, Completion and Error may
 * be read by several threads at once.
 *
 * FORK. A Client may be used and destroyed in a child of fork(). Futures and hooks that wait belong to the parent: in
 * the child they do not complete.
 */

#include <robofy.h>
#include <robofy/errors.hpp>
#include <robofy/text.hpp>
#include <robofy/values.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <exception>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>

#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#include <signal.h>
#include <unistd.h>
#endif

#if defined(__cpp_impl_coroutine)
#include <coroutine>
#endif

/** The Robofy AI agents, from C++. */
namespace robofy {

/** The version of the library that is loaded, for example "0.1.0"; ROBOFY_VERSION is the header's. */
inline std::string_view version() noexcept
{
    return robofy_version();
}

/** The name of a status in lower case, for example "rate_limited"; "unknown" for one that the library does not have. */
inline std::string_view status_name(Status status) noexcept
{
    return robofy_status_name(static_cast<std::uint32_t>(status));
}

/** What is not for programs to use. */
namespace detail {

/* The `RobofyError **` of one call. */
class Failure {
public:
    RobofyError **out() noexcept
    {
        return &error_;
    }

    [[noreturn]] void raise() const
    {
        ErrorHandle owned(error_);
        throw_copy(*owned);
    }

private:
    RobofyError *error_ = nullptr;
};

inline const char *api_key_of_environment()
{
    const char *key = std::getenv("ROBOFY_API_KEY");
    if (!key || !*key)
        refuse("api_key", "was not given, and ROBOFY_API_KEY is not set");
    return key;
}

} // namespace detail

/**
 * How a client behaves; a Client copies its options.
 *
 * Setters throw for a NUL within a text and for a negative time; what else is wrong is reported by the Client's
 * constructor, by name.
 */
class Options : public OptionsSetters<Options> {
public:
    /** Every default. */
    Options() : OptionsSetters(robofy_options_new()) {}

    /** The agent of Client::chat() and Client::message() where they name none. */
    Options &set_agent(const Text &pid, const Text &chatbot_id) &
    {
        pid_ = detail::view(pid.c_str("pid"));
        chatbot_id_ = detail::view(chatbot_id.c_str("chatbot_id"));
        return *this;
    }
    /** @overload */
    Options set_agent(const Text &pid, const Text &chatbot_id) &&
    {
        return std::move(set_agent(pid, chatbot_id));
    }

private:
    friend class Client;

    std::string pid_;
    std::string chatbot_id_;
};

/**
 * One message of a WhatsApp user, and the agent that is to answer it. May be reused: set, send, set, send.
 *
 * The constructor and the setters throw for a NUL within a text and for a negative time; what else is wrong is reported
 * by the call that sends the message. What is not UTF-8 in a text that the user wrote goes out as U+FFFD.
 */
class Message : public MessageSetters<Message> {
public:
    /** `query` is the user's text as WhatsApp delivered it, for the agent `chatbot_id` of the project `pid`. */
    Message(const Text &pid, const Text &chatbot_id, const Text &query)
        : MessageSetters(robofy_message_new(pid.c_str("pid"), chatbot_id.c_str("chatbot_id"),
                                            detail::Utf8(query.c_str("query")).c_str()))
    {
    }
};

/** The agent's complete answer and what came with it. Immutable; after a move its texts are empty and its numbers 0. */
class Reply : public ReplyGetters {
public:
    /** Takes `reply` over. */
    explicit Reply(RobofyReply *reply) noexcept : ReplyGetters(reply), own_(reply) {}

    /** Takes `completion` over, which must have a reply. */
    explicit Reply(detail::CompletionHandle completion) noexcept
        : ReplyGetters(robofy_completion_reply(completion.get())), completion_(std::move(completion))
    {
    }

    /** Leaves `other` empty. */
    Reply(Reply &&other) noexcept
        : ReplyGetters(std::exchange(other.reply_, nullptr)), own_(std::move(other.own_)),
          completion_(std::move(other.completion_))
    {
    }

    /** Leaves `other` empty; what was here is freed. */
    Reply &operator=(Reply &&other) noexcept
    {
        own_ = std::move(other.own_);
        completion_ = std::move(other.completion_);
        reply_ = std::exchange(other.reply_, nullptr);
        return *this;
    }

    ~Reply() = default;

private:
    /* A reply stands alone or within its completion. */
    detail::ReplyHandle own_;
    detail::CompletionHandle completion_;
};

/** What became of a message that was submitted: a reply or an error. */
class Completion {
public:
    /** Takes `completion` over, which must not be NULL. */
    explicit Completion(detail::CompletionHandle completion) noexcept : handle_(std::move(completion)) {}

    /** The tag that the message was submitted under. */
    std::uint64_t tag() const noexcept
    {
        return robofy_completion_tag(handle_.get());
    }

    /** True if there is a reply, false if there is an error. */
    bool has_reply() const noexcept
    {
        return robofy_completion_reply(handle_.get()) != nullptr;
    }

    /** Status::ok if there is a reply. */
    Status status() const noexcept
    {
        return detail::status_of(robofy_completion_error(handle_.get()));
    }

    /** Takes the reply out, or throws the error, of its status' class. Once: `std::move(completion).reply()`. */
    Reply reply() &&
    {
        if (!handle_)
            detail::refuse("completion", "was moved from");
        if (const RobofyError *error = robofy_completion_error(handle_.get()))
            detail::throw_copy(*error);
        return Reply(std::move(handle_));
    }

    /** The error, if there is no reply; for programs that rather look than catch. */
    std::optional<Error> error() const
    {
        const RobofyError *error = robofy_completion_error(handle_.get());
        return error ? std::optional<Error>(*error) : std::nullopt;
    }

private:
    detail::CompletionHandle handle_;
};

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

class FutureReceiver final : public Receiver {
public:
    std::future<Reply> future()
    {
        return promise_.get_future();
    }

    void receive(Completion completion) noexcept override
    {
        try {
            promise_.set_value(std::move(completion).reply());
        } catch (...) {
            promise_.set_exception(std::current_exception());
        }
    }

private:
    std::promise<Reply> promise_;
};

#if defined(__unix__) || defined(__APPLE__)

inline long process_id() noexcept
{
    return static_cast<long>(::getpid());
}

/* A thread that is started meanwhile leaves the program's signals to the program's threads. */
class SignalsBlocked {
public:
    SignalsBlocked() noexcept
    {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    SignalsBlocked(const SignalsBlocked &) = delete;
    SignalsBlocked &operator=(const SignalsBlocked &) = delete;
    ~SignalsBlocked()
    {
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

private:
    sigset_t before_;
};

#else

inline long process_id() noexcept
{
    return 0;
}

struct SignalsBlocked {
    SignalsBlocked() noexcept {}
};

#endif

/* Receivers have the upper half of the tags, the program has the lower one. */
inline constexpr std::uint64_t first_receivers_tag = std::uint64_t(1) << 63;

/* A moment to wait for; never, if it is so far that the clock cannot tell. */
class Deadline {
public:
    using Clock = std::chrono::steady_clock;

    Deadline() noexcept = default;

    explicit Deadline(std::chrono::milliseconds timeout) noexcept
    {
        if (timeout < std::chrono::hours(24 * 365))
            moment_ = Clock::now() + std::max(timeout, std::chrono::milliseconds(0));
    }

    /* Rounded up: to come too early would be to come again. */
    std::int64_t remaining_ms(std::int64_t most) const noexcept
    {
        if (!moment_)
            return most;
        auto remaining = std::chrono::ceil<std::chrono::milliseconds>(*moment_ - Clock::now());
        return std::clamp(std::int64_t(remaining.count()), std::int64_t(0), most);
    }

    bool has_passed() const noexcept
    {
        return moment_ && *moment_ <= Clock::now();
    }

    void wait(std::condition_variable &changed, std::unique_lock<std::mutex> &lock) const
    {
        if (moment_)
            changed.wait_until(lock, *moment_);
        else
            changed.wait(lock);
    }

private:
    std::optional<Clock::time_point> moment_;
};

/*
 * Takes the completions of one C client and hands each to whom it belongs: its receiver, or the program's poll().
 *
 * One thread at a time asks the C client, the leader; those that come meanwhile wait for it to hand over or step down.
 * Where the program has no loop around poll_fd(), a thread leads while receivers wait. It is this process's: a forked
 * child makes a Collector of its own.
 */
class Collector {
public:
    explicit Collector(RobofyClient *client) noexcept : client_(client) {}

    bool is_of_this_process() const noexcept
    {
        return process_ == process_id();
    }

    std::uint64_t submit(const RobofyMessage *message, std::unique_ptr<Receiver> receiver)
    {
        /* Held until the tag is in flight: who leads must not wait for what is refused. */
        std::unique_lock<std::mutex> lock(mutex_);
        if (is_closing_)
            throw CancelledError(Status::cancelled, "the client is being destroyed");
        if (!thread_.joinable() && !has_descriptor_)
            start_thread();
        const std::uint64_t tag = next_tag_++ | first_receivers_tag;
        const auto waiting = receivers_.emplace(tag, std::move(receiver)).first;
        Failure failure;
        if (!robofy_whatsapp_submit(client_, message, tag, failure.out())) {
            receiver = std::move(waiting->second);
            receivers_.erase(waiting);
            lock.unlock();
            failure.raise();
        }
        changed_.notify_all();
        return tag;
    }

    std::optional<Completion> poll(const Deadline &deadline)
    {
        std::unique_lock<std::mutex> lock(mutex_);
        while (!is_closing_) {
            if (!collected_.empty()) {
                CompletionHandle oldest = std::move(collected_.front());
                collected_.pop_front();
                return Completion(std::move(oldest));
            }
            if (!has_leader_) {
                CompletionHandle next = lead(lock, deadline);
                if (next && !hand_over(lock, next))
                    return Completion(std::move(next));
                if (!next && deadline.has_passed())
                    break;
            } else if (deadline.has_passed()) {
                break;
            } else {
                deadline.wait(changed_, lock);
            }
        }
        return std::nullopt;
    }

    int poll_fd()
    {
        std::lock_guard<std::mutex> lock(mutex_);
        if (thread_.joinable())
            refuse("poll_fd", "must be asked for before the first send_async or co_send");
        const int descriptor = robofy_client_poll_fd(client_);
        if (descriptor < 0)
            throw ConnectError(Status::connect, "the process has no file descriptor left; raise its limit (ulimit -n)");
        has_descriptor_ = true;
        return descriptor;
    }

    /*
     * Completes every receiver, with Cancelled if it still waits, and ends the thread. Called by that thread itself,
     * from a hook, it leaves `owner` to it, to be let go as its last act.
     */
    void close(const std::shared_ptr<void> &owner) noexcept
    {
        std::unique_lock<std::mutex> lock(mutex_);
        is_closing_ = true;
        /* The newest first: one that waits for its session's turn, or its pace, must not go out in the meantime. */
        for (auto waiting = receivers_.rbegin(); waiting != receivers_.rend(); ++waiting)
            robofy_client_cancel(client_, waiting->first);
        changed_.notify_all();
        if (thread_.joinable() && thread_.get_id() == std::this_thread::get_id()) {
            owner_ = owner;
            thread_.detach();
        } else if (thread_.joinable()) {
            lock.unlock();
            thread_.join();
            lock.lock();
        }
        while (!receivers_.empty()) {
            CompletionHandle next(robofy_client_poll(client_, 0)); /* what is cancelled is there at once */
            if (next)
                hand_over(lock, next);
            else if (has_leader_)
                changed_.wait(lock); /* a poll() that may have one in its hand */
            else
                break; /* the program took them through native_handle() */
        }
        std::map<std::uint64_t, std::unique_ptr<Receiver>> taken_elsewhere;
        taken_elsewhere.swap(receivers_);
        lock.unlock();
    }

private:
    void start_thread()
    {
        try {
            SignalsBlocked blocked;
            /* The thread's last act may be to let the owner go, and with it this object. */
            thread_ = std::thread([this] { const std::shared_ptr<void> owner = collect(); });
        } catch (const std::system_error &error) {
            throw ConnectError(Status::connect, std::string("no thread can be started to collect: ") + error.what());
        }
    }

    std::shared_ptr<void> collect()
    {
        std::unique_lock<std::mutex> lock(mutex_);
        for (;;) {
            changed_.wait(lock, [this] { return is_closing_ || (!has_leader_ && !receivers_.empty()); });
            if (is_closing_)
                return std::move(owner_);
            CompletionHandle next = lead(lock, Deadline());
            if (next && !hand_over(lock, next))
                collected_.push_back(std::move(next));
        }
    }

    /* None also before the deadline, now and then: the client may be at its end, and nothing more to come. */
    CompletionHandle lead(std::unique_lock<std::mutex> &lock, const Deadline &deadline)
    {
        has_leader_ = true;
        lock.unlock();
        CompletionHandle next(robofy_client_poll(client_, deadline.remaining_ms(longest_wait_ms)));
        lock.lock();
        has_leader_ = false;
        changed_.notify_all();
        return next;
    }

    /* False if the completion is the program's. */
    bool hand_over(std::unique_lock<std::mutex> &lock, CompletionHandle &completion)
    {
        const auto waiting = receivers_.find(robofy_completion_tag(completion.get()));
        if (waiting == receivers_.end())
            return false;
        std::unique_ptr<Receiver> receiver = std::move(waiting->second);
        receivers_.erase(waiting);
        lock.unlock();
        receiver->receive(Completion(std::move(completion)));
        receiver.reset();
        lock.lock();
        return true;
    }

    static constexpr std::int64_t longest_wait_ms = 500;

    RobofyClient *const client_;
    const long process_ = process_id();
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::uint64_t, std::unique_ptr<Receiver>> receivers_;
    std::deque<CompletionHandle> collected_;
    std::uint64_t next_tag_ = 0;
    bool has_leader_ = false;
    bool has_descriptor_ = false;
    bool is_closing_ = false;
    std::thread thread_;
    std::shared_ptr<void> owner_;
};

/* A C client and who collects for it. */
class Core {
public:
    explicit Core(ClientHandle client) noexcept : client_(std::move(client)) {}
    Core(const Core &) = delete;
    Core &operator=(const Core &) = delete;

    ~Core()
    {
        Collector *collector = collector_.load(std::memory_order_acquire);
        if (collector && collector->is_of_this_process())
            delete collector;
    }

    RobofyClient *client() const noexcept
    {
        return client_.get();
    }

    Collector &collector()
    {
        Collector *current = collector_.load(std::memory_order_acquire);
        if (current && current->is_of_this_process())
            return *current;
        /* One that came through fork() is left as it is: its thread and the holder of its lock do not exist here. */
        auto fresh = std::make_unique<Collector>(client());
        if (collector_.compare_exchange_strong(current, fresh.get(), std::memory_order_acq_rel))
            return *fresh.release();
        return *current;
    }

    static void close(const std::shared_ptr<Core> &core) noexcept
    {
        Collector *collector = core ? core->collector_.load(std::memory_order_acquire) : nullptr;
        if (collector && collector->is_of_this_process())
            collector->close(core);
    }

private:
    ClientHandle client_;
    std::atomic<Collector *> collector_{nullptr};
};

template <class Hook>
using EnableForHook = std::enable_if_t<std::is_invocable_v<std::decay_t<Hook> &, Completion>, int>;

} // namespace detail

#if defined(__cpp_impl_coroutine)
class ReplyAwaiter;
#endif

/**
 * The way to the agents of one account. Make one per API key and keep it: connections are kept alive and shared.
 *
 * There are three ways to wait for a reply, and one client can do all of them at once:
 * - here: chat() and send() block the calling thread;
 * - elsewhere: send_async() gives a future or calls a hook, co_send() resumes a coroutine;
 * - in a loop: submit() under a tag of the program's, then poll(), perhaps when the descriptor poll_fd() is readable.
 *
 * THE COLLECTING THREAD. The first send_async() or co_send() starts one thread for the client, which collects replies,
 * completes futures and runs hooks and coroutines, one after another. It blocks all signals, sleeps while nothing is in
 * flight, and ends with the client. Keep hooks short and do not block in them on another reply of the same client: it
 * could not come. A program that asked for poll_fd() before has no such thread: its own poll() does all this, on the
 * thread that calls it. Where another thread happens to be in poll(), it may run a hook too.
 *
 * THE END. The destructor cancels what is in flight: every future and hook is completed, with CancelledError if no
 * reply had come, before it returns. Completions that were not polled are dropped. It may be run by a hook or a
 * coroutine of the client itself.
 */
class Client {
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
    Client(const Text &api_key, const Options &options) : pid_(options.pid_), chatbot_id_(options.chatbot_id_)
    {
        detail::Failure failure;
        detail::ClientHandle client(
            robofy_client_new(api_key.c_str("api_key"), options.native_handle(), failure.out()));
        if (!client)
            failure.raise();
        core_ = std::make_shared<detail::Core>(std::move(client));
    }

    /** What is in flight goes along. */
    Client(Client &&) noexcept = default;

    /** Ends the client that was here, as the destructor does. */
    Client &operator=(Client &&other) noexcept
    {
        if (this != &other) {
            detail::Core::close(core_);
            core_ = std::move(other.core_);
            pid_ = std::move(other.pid_);
            chatbot_id_ = std::move(other.chatbot_id_);
        }
        return *this;
    }

    ~Client()
    {
        detail::Core::close(core_);
    }

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
        auto receiver = std::make_unique<detail::FutureReceiver>();
        std::future<Reply> future = receiver->future();
        try {
            submit_for(message, std::move(receiver));
            return future;
        } catch (const Error &) {
            std::promise<Reply> refused;
            refused.set_exception(std::current_exception());
            return refused.get_future();
        }
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
        using Receiver = detail::HookReceiver<std::decay_t<Hook>>;
        return submit_for(message, std::make_unique<Receiver>(std::forward<Hook>(hook)));
    }

#if defined(__cpp_impl_coroutine)
    /**
     * For coroutines (C++20): `Reply reply = co_await client.co_send(message);`, which throws an Error in the
     * coroutine. It resumes on the collecting thread, or in poll() in a program that asked for poll_fd(). While it is
     * suspended here it must not be destroyed; the client's end resumes it with CancelledError.
     */
    ReplyAwaiter co_send(const Message &message) const noexcept;
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
        if (tag >= detail::first_receivers_tag)
            detail::refuse("tag", "must be below 2^63");
        detail::Failure failure;
        if (!robofy_whatsapp_submit(core().client(), message.native_handle(), tag, failure.out()))
            failure.raise();
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
     * Throws InvalidArgumentError after the first send_async() or co_send(), when the thread is there already, and
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
     * For robofy.h; stays this object's. NULL after a move. robofy_client_poll would take what is awaited here: its hook
     * is then not called, its coroutine not resumed, and its future broken (std::future_error) when the client ends.
     */
    const RobofyClient *native_handle() const noexcept
    {
        return core_ ? core_->client() : nullptr;
    }

private:
    detail::Core &core() const
    {
        if (!core_)
            detail::refuse("client", "was moved from");
        return *core_;
    }

    /* For a call in whose course the client may be destroyed: by a hook, or by a coroutine that went on elsewhere. */
    std::shared_ptr<detail::Core> shared_core() const
    {
        core();
        return core_;
    }

    std::uint64_t submit_for(const Message &message, std::unique_ptr<detail::Receiver> receiver) const
    {
        const std::shared_ptr<detail::Core> core = shared_core();
        return core->collector().submit(message.native_handle(), std::move(receiver));
    }

    std::shared_ptr<detail::Core> core_;
    std::string pid_;
    std::string chatbot_id_;
};

#if defined(__cpp_impl_coroutine)

/** What Client::co_send returns, to be awaited once and at once. */
class ReplyAwaiter {
public:
    /** Both must live until the coroutine is suspended. */
    ReplyAwaiter(const Client &client, const Message &message) noexcept : client_(client), message_(message) {}

    /** Always suspends. */
    bool await_ready() const noexcept
    {
        return false;
    }

    /** Sends the message; a refusal is thrown in the coroutine. */
    void await_suspend(std::coroutine_handle<> coroutine)
    {
        /* The coroutine may go on, and this object end, before send_async returns: nothing is touched after it. */
        client_.send_async(message_, [this, coroutine](Completion completion) {
            completion_.emplace(std::move(completion));
            coroutine.resume();
        });
    }

    /** The reply, or throws the Error. */
    Reply await_resume()
    {
        return std::move(*completion_).reply();
    }

private:
    const Client &client_;
    const Message &message_;
    std::optional<Completion> completion_;
};

inline ReplyAwaiter Client::co_send(const Message &message) const noexcept
{
    return ReplyAwaiter(*this, message);
}

#endif

} // namespace robofy

#endif
