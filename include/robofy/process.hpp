/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_PROCESS_HPP
#define ROBOFY_PROCESS_HPP

/**
 * @file
 * Which process this is, and threads that take no signals.
 */

#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#include <signal.h>
#include <unistd.h>
#endif

namespace robofy {

namespace detail {

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

} // namespace detail

} // namespace robofy

#endif
