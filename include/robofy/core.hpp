/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_CORE_HPP
#define ROBOFY_CORE_HPP

/**
 * @file
 * A C client, and what works for it.
 */

#include <robofy/collector.hpp>
#include <robofy/watcher.hpp>

#include <atomic>
#include <memory>
#include <utility>

namespace robofy {

namespace detail {

/*
 * A part that each process has of its own. One that came through fork() is left as it is: its thread, and the holder of
 * its lock, do not exist here.
 */
template <class Part> class OfThisProcess {
public:
    OfThisProcess() = default;
    OfThisProcess(const OfThisProcess &) = delete;
    OfThisProcess &operator=(const OfThisProcess &) = delete;

    ~OfThisProcess()
    {
        if (look())
            delete kept_.load(std::memory_order_acquire);
    }

    /* NULL if there is none yet. */
    Part *look() const noexcept
    {
        Kept *current = kept_.load(std::memory_order_acquire);
        return current && current->process == process_id() ? &current->part : nullptr;
    }

    template <class... Arguments> Part &get(Arguments... arguments)
    {
        Kept *current = kept_.load(std::memory_order_acquire);
        if (current && current->process == process_id())
            return current->part;
        auto fresh = std::make_unique<Kept>(arguments...);
        if (kept_.compare_exchange_strong(current, fresh.get(), std::memory_order_acq_rel))
            return fresh.release()->part;
        return current->part;
    }

private:
    struct Kept {
        template <class... Arguments> explicit Kept(Arguments... arguments) : part(arguments...) {}

        Part part;
        const long process = process_id();
    };

    std::atomic<Kept *> kept_{nullptr};
};

/* A C client, who collects for it, and who watches its streams. */
class Core {
public:
    explicit Core(ClientHandle client) noexcept : client_(std::move(client)) {}

    RobofyClient *client() const noexcept
    {
        return client_.get();
    }

    Collector &collector()
    {
        return collector_.get(client());
    }

    std::shared_ptr<Watcher> watcher()
    {
        return watcher_.get().shared;
    }

    static void close(const std::shared_ptr<Core> &core) noexcept
    {
        if (Collector *collector = core ? core->collector_.look() : nullptr)
            collector->close(core);
    }

private:
    struct SharedWatcher {
        std::shared_ptr<Watcher> shared = std::make_shared<Watcher>();
    };

    ClientHandle client_;
    OfThisProcess<Collector> collector_;
    OfThisProcess<SharedWatcher> watcher_;
};

} // namespace detail

} // namespace robofy

#endif
