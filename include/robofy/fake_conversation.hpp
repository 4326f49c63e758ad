/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_FAKE_CONVERSATION_HPP
#define ROBOFY_FAKE_CONVERSATION_HPP

/**
 * @file
 * The part of robofy/fake.hpp for WhatsApp text, which stays as it is, and webhooks, which say what the script says.
 */

#include <robofy/fake.hpp>

#include <cstdint>
#include <cstring>
#include <string>

/** The whole text, or nothing. */
struct RobofyParts {
    std::string text;
};

/** Not looked at. */
struct RobofyWebhook {};

extern "C" {

char *robofy_whatsapp_format(const char *text, std::uint32_t, RobofyError **)
{
    return strdup(text ? text : "");
}

RobofyParts *robofy_whatsapp_split(const char *text, std::uint32_t, RobofyError **)
{
    return new RobofyParts{text ? text : ""};
}

RobofyParts *robofy_reply_parts(const RobofyReply *reply, std::uint32_t)
{
    return reply ? new RobofyParts{reply->answer} : nullptr;
}

std::uint32_t robofy_parts_count(const RobofyParts *parts)
{
    return parts && !parts->text.empty();
}

const char *robofy_parts_text(const RobofyParts *parts, std::uint32_t index)
{
    return index < robofy_parts_count(parts) ? parts->text.c_str() : nullptr;
}

void robofy_parts_free(RobofyParts *parts)
{
    delete parts;
}

RobofyWebhook *robofy_webhook_new(std::uint32_t, const char *, RobofyError **)
{
    return new RobofyWebhook;
}

void robofy_webhook_add_secret(RobofyWebhook *, const char *) {}

char *robofy_webhook_challenge(const RobofyWebhook *, const char *, const char *)
{
    return nullptr;
}

RobofyIncoming *robofy_webhook_read(const RobofyWebhook *, const char *, const char *, const char *, std::uint64_t,
                                    RobofyError **error)
{
    return robofy::handed_out<RobofyIncoming>(robofy::Fake::read<RobofyIncoming>(), error);
}

void robofy_webhook_free(RobofyWebhook *webhook)
{
    delete webhook;
}

std::uint32_t robofy_incoming_count(const RobofyIncoming *incoming)
{
    return incoming ? static_cast<std::uint32_t>(incoming->events.size()) : 0;
}

const RobofyEvent *robofy_incoming_event(const RobofyIncoming *incoming, std::uint32_t index)
{
    return index < robofy_incoming_count(incoming) ? &incoming->events[index] : nullptr;
}

std::uint32_t robofy_incoming_skipped(const RobofyIncoming *incoming)
{
    return incoming ? incoming->skipped : 0;
}

void robofy_incoming_free(RobofyIncoming *incoming)
{
    delete incoming;
}

RobofyEventKind robofy_event_kind(const RobofyEvent *event)
{
    return event ? event->kind : ROBOFY_EVENT_KIND_OTHER;
}
}

#endif
