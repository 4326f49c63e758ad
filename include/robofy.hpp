/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_HPP
#define ROBOFY_HPP

/**
 * @file
 * robofy for C++17 and later: a WhatsApp user's message in, the Robofy AI agent's complete answer out.
 *
 *     robofy::Client client("API key");
 *     std::cout << client.chat("pid", "chatbot_id", "918727000000", "Hello") << '\n';
 *
 * A header over robofy.h and the standard library, with its parts in robofy/; link with -lrobofy, and with -pthread
 * where the system wants that. robofy/fake.hpp stands in for the library in a program's own tests.
 * Exceptions are needed, RTTI is not. What robofy.h says holds here too; the comments here say what C++ adds.
 *
 * OWNERSHIP. Client, Options, Message, Reply, Completion and the like own their handles and are moved, not copied.
 * After a move the source may be destroyed or assigned to; to use it otherwise is an InvalidArgumentError. A
 * `std::string_view` belongs to the object that it was read from; a getter on a temporary gives a `std::string`
 * instead.
 *
 * TEXT. A parameter `const Text &` takes a literal, a `const char *`, `std::string`, `std::string_view` or an optional
 * one, as UTF-8. What holds a NUL character is refused with an InvalidArgumentError, never cut off. In what a user
 * wrote (query, session_id, user context) bytes that are not UTF-8 are sent as U+FFFD; elsewhere they are refused.
 *
 * ERRORS are exceptions: an Error, of one class for each Status. Moves, destructors and what is marked `noexcept` throw
 * nothing. `std::bad_alloc` may come from everything else.
 *
 * THREADS. A Client may be used by any number of threads at once; moving, assigning to or destroying one must not race
 * with its use. Options, Message, Request, Call and Upload must not be set while another thread uses them. What a call
 * brought back may be read by several threads at once; Leads and Stream say what they allow.
 *
 * FORK. A Client may be used and destroyed in a child of fork(). Futures and hooks that wait belong to the parent: in
 * the child they do not complete. A Stream is at its end there.
 */

#include <robofy.h>
#include <robofy/awaiters.hpp>
#include <robofy/client.hpp>
#include <robofy/errors.hpp>
#include <robofy/format.hpp>
#include <robofy/inbox.hpp>
#include <robofy/webhook.hpp>

#include <cstdint>
#include <string_view>

/** The Robofy AI agents, from C++. */
namespace robofy {

/** The version of the library that is loaded, for example "0.1.0"; ROBOFY_VERSION is the header's. */
inline std::string_view version() noexcept
{
    return robofy_version();
}

/** The name of a status in lower case, for example "rate_limited"; "unknown" for one that the library does not have. */
inline std::string_view status_name(Status status) noexcept
{
    return robofy_status_name(static_cast<std::uint32_t>(status));
}

} // namespace robofy

#endif
