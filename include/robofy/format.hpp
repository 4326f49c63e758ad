/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_FORMAT_HPP
#define ROBOFY_FORMAT_HPP

/**
 * @file
 * An agent's answer as WhatsApp text, in messages that fit. Nothing here waits, and no client is needed.
 */

#include <robofy/failure.hpp>
#include <robofy/outputs.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace robofy {

namespace detail {

inline std::vector<std::string> texts_of(const PartsHandle &parts)
{
    const std::uint32_t count = robofy_parts_count(parts.get());
    std::vector<std::string> texts;
    texts.reserve(count);
    for (std::uint32_t at = 0; at < count; at++)
        texts.emplace_back(view(robofy_parts_text(parts.get(), at)));
    return texts;
}

} // namespace detail

/**
 * An agent's answer as WhatsApp text: bold, italic, struck and code, `text: url` for a link. Code and URLs are left as they
 * are. Formatting twice changes nothing unless the dialect is Markdown. Throws InvalidArgumentError for what is not UTF-8.
 */
inline std::string format(const Text &text, Dialect dialect = Dialect::automatic)
{
    detail::Failure failure;
    const detail::StringHandle formatted(
        robofy_whatsapp_format(text.c_str("text"), static_cast<std::uint32_t>(dialect), failure.out()));
    failure.raise_if_any();
    return formatted.get();
}

/**
 * A WhatsApp text as messages that fit, none of them blank.
 *
 * @param text  The text, as format() gives it.
 * @param limit The most UTF-16 units of a part; 0 for the 4 096 of the Cloud API. Twilio takes 1 600, a caption 1 024.
 */
inline std::vector<std::string> split(const Text &text, std::uint32_t limit = 0)
{
    detail::Failure failure;
    const detail::PartsHandle parts(robofy_whatsapp_split(text.c_str("text"), limit, failure.out()));
    failure.raise_if_any();
    return detail::texts_of(parts);
}

/** The answer of a reply as the messages to send: format(), then split(). None of a reply that was moved from. */
inline std::vector<std::string> parts(const Reply &reply, std::uint32_t limit = 0)
{
    return detail::texts_of(detail::PartsHandle(robofy_reply_parts(reply.native_handle(), limit)));
}

} // namespace robofy

#endif
