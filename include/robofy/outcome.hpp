/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_OUTCOME_HPP
#define ROBOFY_OUTCOME_HPP

/**
 * @file
 * What comes of the messages that an inbox has taken.
 */

#include <robofy/outputs.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace robofy {

/** The agent's reply within an Outcome, which lends it. */
class ReplyView : public ReplyGetters {
public:
    /** `reply` stays whose it is. */
    explicit ReplyView(const RobofyReply *reply) noexcept : ReplyGetters(reply) {}
};

/**
 * Something that the program is to send, to show or to know. Each of its parts is to be sent in this order and reported with
 * Inbox::sent() or Inbox::failed(). Immutable; after a move it is empty. It may outlive its inbox.
 */
class Outcome : public detail::Owning<OutcomeGetters, detail::OutcomeHandle> {
public:
    /** Takes `outcome` over. */
    explicit Outcome(RobofyOutcome *outcome) noexcept : Owning(outcome) {}

    /** What it is. One that a later library knows is given as OutcomeKind::notice: send its parts. */
    OutcomeKind kind() const noexcept
    {
        const auto number = static_cast<unsigned>(robofy_outcome_kind(handle_));
        return number <= ROBOFY_OUTCOME_KIND_EXPIRED ? static_cast<OutcomeKind>(number) : OutcomeKind::notice;
    }

    /** How many parts there are to send. */
    std::uint32_t size() const noexcept
    {
        return robofy_parts_count(robofy_outcome_parts(handle_));
    }

    /** The text of a part, lent; `part` must be less than size(). */
    std::string_view part(std::uint32_t part) const & noexcept
    {
        return detail::view(robofy_parts_text(robofy_outcome_parts(handle_), part));
    }

    /**
     * The JSON body of Meta's POST to `/<phone number ID>/messages` for a part, lent; of OutcomeKind::typing, as part 0, that
     * of the indicator. None if there are not so many parts, or nobody to send them to.
     */
    std::optional<std::string_view> request(std::uint32_t part) const & noexcept
    {
        return detail::view_or_none(robofy_outcome_request(handle_, part));
    }

    /** The agent's reply, lent, of OutcomeKind::answer. */
    std::optional<ReplyView> reply() const & noexcept
    {
        const RobofyReply *reply = robofy_outcome_reply(handle_);
        return reply ? std::optional<ReplyView>(reply) : std::nullopt;
    }

    /** Why the agent has not answered, of OutcomeKind::fallback. */
    std::optional<Error> error() const
    {
        const RobofyError *error = robofy_outcome_error(handle_);
        return error ? std::optional<Error>(*error) : std::nullopt;
    }

    /** The channel's identifiers, lent, of the messages that end in it, in the order in which they were accepted. */
    std::vector<std::string_view> message_ids() const &
    {
        std::vector<std::string_view> ids;
        for (std::uint32_t at = 0; at < robofy_outcome_message_count(handle_); at++)
            ids.push_back(detail::view(robofy_outcome_message_id(handle_, at)));
        return ids;
    }
};

} // namespace robofy

#endif
