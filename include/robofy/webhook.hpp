/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_WEBHOOK_HPP
#define ROBOFY_WEBHOOK_HPP

/**
 * @file
 * Webhooks of WhatsApp's channels: verified and read. Nothing here waits, and no client is needed.
 */

#include <robofy/failure.hpp>
#include <robofy/getters.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace robofy {

/** One thing that has happened, in one form for every channel: a look at its Incoming, whose texts it lends. */
class Event : public EventGetters {
public:
    /** `event` stays whose it is. */
    explicit Event(const RobofyEvent *event) noexcept : EventGetters(event) {}

    /** What it is; EventKind::other for what a later library knows. */
    EventKind kind() const noexcept
    {
        return detail::kind_of(handle_);
    }
};

/** What a webhook's body says: a range of events. None is normal: answer 200. Immutable; after a move it is empty. */
class Incoming {
public:
    /** Goes over the events. */
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = Event;
        using difference_type = std::ptrdiff_t;
        using pointer = void;
        using reference = Event;

        iterator() noexcept = default;
        iterator(const RobofyIncoming *incoming, std::uint32_t index) noexcept : incoming_(incoming), index_(index) {}

        Event operator*() const noexcept
        {
            return Event(robofy_incoming_event(incoming_, index_));
        }
        iterator &operator++() noexcept
        {
            ++index_;
            return *this;
        }
        iterator operator++(int) noexcept
        {
            return iterator(incoming_, index_++);
        }
        friend bool operator==(const iterator &one, const iterator &other) noexcept
        {
            return one.index_ == other.index_;
        }
        friend bool operator!=(const iterator &one, const iterator &other) noexcept
        {
            return one.index_ != other.index_;
        }

    private:
        const RobofyIncoming *incoming_ = nullptr;
        std::uint32_t index_ = 0;
    };

    /** Takes `incoming` over. */
    explicit Incoming(RobofyIncoming *incoming) noexcept : handle_(incoming) {}

    /** How many events there are. */
    std::size_t size() const noexcept
    {
        return robofy_incoming_count(handle_.get());
    }

    /** How many messages and statuses have no identifier or no user, and so are no event: worth a line in a log. */
    std::size_t skipped() const noexcept
    {
        return robofy_incoming_skipped(handle_.get());
    }

    /** The event at `index`, which must be less than size(). */
    Event operator[](std::size_t index) const noexcept
    {
        return *iterator(handle_.get(), static_cast<std::uint32_t>(index));
    }

    /** The first one. */
    iterator begin() const noexcept
    {
        return iterator(handle_.get(), 0);
    }
    /** After the last one. */
    iterator end() const noexcept
    {
        return iterator(handle_.get(), robofy_incoming_count(handle_.get()));
    }

    /** For robofy.h; stays this object's. NULL after a move. */
    const RobofyIncoming *native_handle() const noexcept
    {
        return handle_.get();
    }

private:
    detail::IncomingHandle handle_;
};

/**
 * Verifies and reads the webhooks of one channel, in one call. Any number of threads may read with it at once; only one at
 * a time may add a secret.
 *
 *     const robofy::Webhook webhook(robofy::Channel::meta, app_secret);
 *     for (const robofy::Event &event : webhook.read(body, header))
 *         std::cout << event.session_id().value_or("?") << ": " << event.text().value_or("") << '\n';
 */
class Webhook {
public:
    /**
     * @param channel Where they come from.
     * @param secret  Meta's app secret, WAHA's HMAC key, Evolution API's jwt_key or the instance's API key, Twilio's auth
     *     token. `nullptr` reads what is not signed: something else has to keep strangers away then. An empty one is an
     *     InvalidArgumentError.
     */
    Webhook(Channel channel, const Text &secret)
    {
        detail::Failure failure;
        handle_.reset(
            robofy_webhook_new(static_cast<std::uint32_t>(channel), secret.c_str("secret"), failure.out()));
        failure.raise_if_any();
    }

    /** Accepts this secret too, while one is replaced by another. A bad one is reported by read(). */
    Webhook &add_secret(const Text &secret) &
    {
        robofy_webhook_add_secret(handle_.get(), secret.c_str("secret"));
        return *this;
    }
    /** @overload */
    Webhook add_secret(const Text &secret) &&
    {
        return std::move(add_secret(secret));
    }

    /** What to answer, with 200 and as plain text, to Meta's GET with this query; none: answer 403. */
    std::optional<std::string> challenge(const Text &query, const Text &verify_token) const
    {
        const detail::StringHandle answer(
            robofy_webhook_challenge(handle_.get(), query.c_str("query"), verify_token.c_str("verify_token")));
        return detail::text_or_none(answer.get());
    }

    /**
     * Verifies the body of a POST and reads it. Throws SignatureError: answer 401; InvalidArgumentError where the body cannot
     * be read: answer 400.
     *
     * @param body      Its bytes as they came: one that was parsed and written again has another signature.
     * @param signature The header X-Hub-Signature-256 of Meta, X-Webhook-Hmac of WAHA, Authorization of Evolution API,
     *     X-Twilio-Signature of Twilio; none if the request has none.
     * @param url       The public URL as Twilio calls it, with its query; others do not sign it.
     */
    Incoming read(std::string_view body, const Text &signature, const Text &url = nullptr) const
    {
        detail::Failure failure;
        RobofyIncoming *incoming = robofy_webhook_read(handle_.get(), url.c_str("url"), signature.c_str("signature"),
                                                       body.data(), body.size(), failure.out());
        failure.raise_if_any();
        return Incoming(incoming);
    }

    /** For robofy.h; stays this object's. NULL after a move. */
    const RobofyWebhook *native_handle() const noexcept
    {
        return handle_.get();
    }

private:
    detail::WebhookHandle handle_;
};

} // namespace robofy

#endif
