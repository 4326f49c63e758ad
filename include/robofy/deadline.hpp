/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_DEADLINE_HPP
#define ROBOFY_DEADLINE_HPP

/**
 * @file
 * How long to wait.
 */

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>

namespace robofy {

namespace detail {

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

} // namespace detail

} // namespace robofy

#endif
