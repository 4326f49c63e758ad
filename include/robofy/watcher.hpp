/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_WATCHER_HPP
#define ROBOFY_WATCHER_HPP

/**
 * @file
 * Who waits for the events of streams that coroutines await.
 */

#include <robofy/errors.hpp>
#include <robofy/process.hpp>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#if defined(__unix__) || defined(__APPLE__)
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#endif

namespace robofy {

namespace detail {

#if defined(__unix__) || defined(__APPLE__)

/* A coroutine that waits until a descriptor is readable. It stays where it is until resume() is called. */
class Waiter {
public:
    Waiter() = default;
    Waiter(const Waiter &) = delete;
    Waiter &operator=(const Waiter &) = delete;
    virtual ~Waiter() = default;
    virtual int descriptor() const noexcept = 0;
    /* Takes what is waited for; false if that was nothing. */
    virtual bool attempt() noexcept = 0;
    virtual void resume() noexcept = 0;
};

/*
 * Resumes each coroutine when its stream has something for it, on one thread, which the first of them starts.
 *
 * The client and its streams own it together. A coroutine that waits keeps its stream, and so nobody waits at its end;
 * but the last owner may go in a coroutine, on the thread itself.
 */
class Watcher {
public:
    Watcher() = default;
    Watcher(const Watcher &) = delete;
    Watcher &operator=(const Watcher &) = delete;

    ~Watcher()
    {
        if (!thread_)
            return;
        if (process_ != process_id()) {
            thread_.release(); /* it does not exist in a forked child */
            return;
        }
        state_->close();
        if (thread_->get_id() == std::this_thread::get_id())
            thread_->detach();
        else
            thread_->join();
    }

    /* The waiter may be resumed, and be gone with all owners of this object, before this returns. */
    void watch(Waiter &waiter)
    {
        started()->add(waiter);
    }

private:
    /* Of the thread and its Watcher. */
    class State {
    public:
        State()
        {
            if (::pipe(doorbell_) != 0)
                throw ConnectError(Status::connect,
                                   "the process has no file descriptor left; raise its limit (ulimit -n)");
            for (const int end : doorbell_) {
                ::fcntl(end, F_SETFD, FD_CLOEXEC);
                ::fcntl(end, F_SETFL, O_NONBLOCK);
            }
        }
        State(const State &) = delete;
        State &operator=(const State &) = delete;
        ~State()
        {
            for (const int end : doorbell_)
                ::close(end);
        }

        void add(Waiter &waiter)
        {
            {
                const std::lock_guard<std::mutex> lock(mutex_);
                waiters_.push_back(&waiter);
            }
            ring();
        }

        void close() noexcept
        {
            {
                const std::lock_guard<std::mutex> lock(mutex_);
                is_closing_ = true;
            }
            ring();
        }

        void run()
        {
            std::vector<pollfd> watched;
            for (std::unique_lock<std::mutex> lock(mutex_); !is_closing_;) {
                watched.assign(1, {doorbell_[0], POLLIN, 0});
                for (const Waiter *waiter : waiters_)
                    watched.push_back({waiter->descriptor(), POLLIN, 0});
                lock.unlock();
                ::poll(watched.data(), static_cast<nfds_t>(watched.size()), -1);
                silence();
                for (Waiter *waiter : ready(watched))
                    waiter->resume();
                lock.lock();
            }
        }

    private:
        /* Only this thread takes waiters out: those that were watched are the first ones still. */
        std::vector<Waiter *> ready(const std::vector<pollfd> &watched)
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            std::vector<Waiter *> ready, waiting;
            for (std::size_t at = 0; at < waiters_.size(); at++) {
                const bool has_rung = at + 1 < watched.size() && watched[at + 1].revents != 0;
                (has_rung && waiters_[at]->attempt() ? ready : waiting).push_back(waiters_[at]);
            }
            waiters_.swap(waiting);
            return ready;
        }

        /* A full pipe rings as well. */
        void ring() noexcept
        {
            while (::write(doorbell_[1], "", 1) < 0 && errno == EINTR) {
            }
        }

        void silence() noexcept
        {
            char taken[64];
            while (::read(doorbell_[0], taken, sizeof taken) > 0) {
            }
        }

        int doorbell_[2] = {-1, -1};
        std::mutex mutex_;
        std::vector<Waiter *> waiters_;
        bool is_closing_ = false;
    };

    std::shared_ptr<State> started()
    {
        const std::lock_guard<std::mutex> lock(starting_);
        if (thread_)
            return state_;
        try {
            state_ = std::make_shared<State>();
            SignalsBlocked blocked;
            thread_ = std::make_unique<std::thread>([state = state_] { state->run(); });
            return state_;
        } catch (const std::system_error &error) {
            throw ConnectError(Status::connect,
                               std::string("no thread can be started to watch streams: ") + error.what());
        }
    }

    const long process_ = process_id();
    std::mutex starting_;
    std::shared_ptr<State> state_;
    std::unique_ptr<std::thread> thread_;
};

#else

class Watcher {};

#endif

} // namespace detail

} // namespace robofy

#endif
