/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_COLLECTOR_HPP
#define ROBOFY_COLLECTOR_HPP

/**
 * @file
 * Hands a client's completions to whom they belong.
 */

#include <robofy/deadline.hpp>
#include <robofy/failure.hpp>
#include <robofy/process.hpp>
#include <robofy/receiver.hpp>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

namespace robofy {

namespace detail {

/* Receivers have the upper half of the tags, the program has the lower one. */
inline constexpr std::uint64_t first_receivers_tag = std::uint64_t(1) << 63;

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

    /* `submission` submits something under a tag, and must not throw. */
    template <class Submission> std::uint64_t submit(const Submission &submission, std::unique_ptr<Receiver> receiver)
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
        if (!submission(client_, tag, failure.out())) {
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
            refuse("poll_fd", "must be asked for before the first future, hook or coroutine");
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

} // namespace detail

} // namespace robofy

#endif
