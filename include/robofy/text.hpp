/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_TEXT_HPP
#define ROBOFY_TEXT_HPP

/**
 * @file
 * Texts, durations and handles on their way between C++ and C.
 */

#include <robofy/errors.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace robofy {

/** What is not for programs to use. */
namespace detail {

template <auto Free> struct Freeing {
    template <class Handle> void operator()(Handle *handle) const noexcept
    {
        Free(handle);
    }
};

using StringHandle = std::unique_ptr<char, Freeing<robofy_free_string>>;

[[noreturn]] inline void refuse(const char *parameter, const char *problem)
{
    throw InvalidArgumentError(Status::invalid_argument, std::string(parameter) + " " + problem);
}

inline std::uint64_t milliseconds(std::chrono::milliseconds time, const char *parameter)
{
    if (time.count() < 0)
        refuse(parameter, "must not be negative");
    return static_cast<std::uint64_t>(time.count());
}

inline std::string_view view(const char *text) noexcept
{
    return text ? std::string_view(text) : std::string_view();
}

inline std::optional<std::string_view> view_or_none(const char *text) noexcept
{
    return text ? std::optional<std::string_view>(text) : std::nullopt;
}

/* A text in which what is not UTF-8 is U+FFFD, one for each maximal part of a sequence; NULL stays NULL. */
class Utf8 {
public:
    explicit Utf8(const char *text) : text_(text)
    {
        const char *kept = text;
        for (const char *at = text; at && *at;) {
            const Sequence next = sequence(reinterpret_cast<const unsigned char *>(at));
            if (!next.is_whole) {
                copy_.append(kept, at).append("\xEF\xBF\xBD");
                kept = at + next.length;
            }
            at += next.length;
        }
        if (kept != text)
            text_ = copy_.append(kept).c_str();
    }
    Utf8(const Utf8 &) = delete;
    Utf8 &operator=(const Utf8 &) = delete;

    const char *c_str() const noexcept
    {
        return text_;
    }

private:
    struct Sequence {
        std::size_t length;
        bool is_whole;
    };

    /* The Unicode Standard, table 3-7. */
    static Sequence sequence(const unsigned char *at) noexcept
    {
        const unsigned char lead = *at;
        if (lead < 0x80 || lead < 0xC2 || lead > 0xF4)
            return {1, lead < 0x80};
        const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        unsigned least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        unsigned most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        for (std::size_t have = 1; have < length; have++, least = 0x80, most = 0xBF)
            if (at[have] < least || at[have] > most)
                return {have, false};
        return {length, true};
    }

    std::string copy_;
    const char *text_;
};

} // namespace detail

/**
 * A text that is passed to a function; made by the compiler from what stands there, and not kept.
 *
 * NULL, `nullptr` and `std::nullopt` mean that there is none. A copy is made of a `std::string_view` only, and wiped.
 */
class Text {
public:
    /** None. */
    Text(std::nullptr_t) noexcept {}
    /** None. */
    Text(std::nullopt_t) noexcept {}
    /** Up to the first NUL, as always in C; NULL for none. */
    Text(const char *text) noexcept : text_(text) {}
    /** Not copied. */
    Text(const std::string &text) noexcept : text_(text.c_str()), has_nul_(text.find('\0') != std::string::npos) {}
    /** Copied, since it need not end with NUL. */
    Text(std::string_view text) : copy_(text), text_(copy_.c_str()), has_nul_(text.find('\0') != text.npos) {}
    /** Not copied. */
    Text(const std::optional<std::string> &text) noexcept
    {
        if (text) {
            text_ = text->c_str();
            has_nul_ = text->find('\0') != std::string::npos;
        }
    }
    /** Copied, since it need not end with NUL. */
    Text(std::optional<std::string_view> text) : copy_(text.value_or(std::string_view()))
    {
        if (text) {
            text_ = copy_.c_str();
            has_nul_ = text->find('\0') != text->npos;
        }
    }

    Text(const Text &) = delete;
    Text &operator=(const Text &) = delete;

    ~Text()
    {
        /* It may be the API key. Volatile, since nobody reads it again. */
        for (volatile char &character : copy_)
            character = 0;
    }

    /** For C: NULL if there is none. Throws InvalidArgumentError with the parameter's name for a NUL within. */
    const char *c_str(const char *parameter) const
    {
        if (has_nul_)
            detail::refuse(parameter, "must not contain a NUL character");
        return text_;
    }

private:
    std::string copy_;
    const char *text_ = nullptr;
    bool has_nul_ = false;
};

} // namespace robofy

#endif
