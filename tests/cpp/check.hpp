// Checks that count: a failed one says where, of what and why, and the program goes on. Silence means success.
#ifndef CHECK_HPP
#define CHECK_HPP

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <thread>

#include "robofy.hpp"

using namespace std::chrono_literals;

inline const char *const key = "canary-key-41d7";
inline const char *const pid = "project-1";
inline const char *const chatbot = "agent-1";

inline std::atomic<int> checks_failed{0};

#define CHECK(condition) check_true((condition), #condition, __FILE__, __LINE__)
#define CHECK_EQUAL(actual, expected) check_equal((actual), (expected), #actual, __FILE__, __LINE__)
#define CHECK_CONTAINS(text, part) check_contains((text), (part), #text, __FILE__, __LINE__)
// The class must be exactly this one, or one derived from it; the error is given back to be looked at.
#define CHECK_THROWS(Class, expression)                                                                                \
    check_throws<Class>([&] { (void)(expression); }, #Class " from " #expression, __FILE__, __LINE__)

inline bool check_true(bool passed, const char *what, const char *file, int line)
{
    if (!passed) {
        ++checks_failed;
        std::cerr << file << ':' << line << ": failed: " << what << '\n';
    }
    return passed;
}

template <class Value> void show(const Value &value)
{
    std::cerr << value;
}

template <class Value> void show(const std::optional<Value> &value)
{
    if (value)
        std::cerr << *value;
    else
        std::cerr << "(none)";
}

inline void show(robofy::Status status)
{
    std::cerr << static_cast<int>(status);
}

template <class Actual, class Expected>
void check_equal(const Actual &actual, const Expected &expected, const char *what, const char *file, int line)
{
    if (check_true(actual == expected, what, file, line))
        return;
    std::cerr << "    is \"";
    show(actual);
    std::cerr << "\", not \"";
    show(expected);
    std::cerr << "\"\n";
}

inline void check_contains(const std::string &text, const std::string &part, const char *what, const char *file,
                           int line)
{
    if (!check_true(text.find(part) != text.npos, what, file, line))
        std::cerr << "    is \"" << text << "\", without \"" << part << "\"\n";
}

template <class Class, class Call>
std::optional<Class> check_throws(Call call, const char *what, const char *file, int line)
{
    try {
        call();
        check_true(false, what, file, line);
        std::cerr << "    throws nothing\n";
    } catch (const Class &error) {
        return error;
    } catch (const std::exception &error) {
        check_true(false, what, file, line);
        std::cerr << "    throws something else: " << error.what() << '\n';
    }
    return std::nullopt;
}

// Far longer than anything here takes: what does not hold by then does not come to hold.
template <class Condition> bool becomes(Condition condition)
{
    const auto give_up = std::chrono::steady_clock::now() + 60s;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > give_up)
            return false;
        std::this_thread::sleep_for(5ms);
    }
    return true;
}

inline robofy::Client client_of(const char *url, robofy::Options options = robofy::Options())
{
    options.set_base_url(url);
    return robofy::Client(key, options);
}

inline robofy::Message message_of(const robofy::Text &query)
{
    return robofy::Message(pid, chatbot, query);
}

inline int checks_result()
{
    return checks_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
