// A coroutine of the tests.
#ifndef TASK_HPP
#define TASK_HPP

#include <coroutine>
#include <exception>
#include <future>
#include <string>

// Begins at once and ends by itself, with its result or its exception in a future.
struct Task {
    struct promise_type {
        std::promise<std::string> result;

        Task get_return_object()
        {
            return Task{result.get_future()};
        }
        std::suspend_never initial_suspend() noexcept
        {
            return {};
        }
        std::suspend_never final_suspend() noexcept
        {
            return {};
        }
        void return_value(std::string answer)
        {
            result.set_value(std::move(answer));
        }
        void unhandled_exception()
        {
            result.set_exception(std::current_exception());
        }
    };

    std::future<std::string> result;
};

#endif
