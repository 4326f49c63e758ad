/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_FAILURE_HPP
#define ROBOFY_FAILURE_HPP

/**
 * @file
 * From what a C function reports to what is thrown.
 */

#include <robofy/values.hpp>

#include <cstdlib>

namespace robofy {

namespace detail {

/* The `RobofyError **` of one call after another. */
class Failure {
public:
    Failure() = default;
    Failure(const Failure &) = delete;
    Failure &operator=(const Failure &) = delete;

    ~Failure()
    {
        robofy_error_free(error_);
    }

    /* Of the next call, which fails at most once. */
    RobofyError **out() noexcept
    {
        return &error_;
    }

    explicit operator bool() const noexcept
    {
        return error_ != nullptr;
    }

    [[noreturn]] void raise() const
    {
        throw_copy(*error_);
    }

    void raise_if_any() const
    {
        if (error_)
            raise();
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

} // namespace robofy

#endif
