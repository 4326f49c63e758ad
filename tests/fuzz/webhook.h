/* A webhook's body of one CHANNEL: an error that names it, or events whose texts are all sound. */
#ifndef WEBHOOK_H
#define WEBHOOK_H

#include "promises.h"

static const char *(*const event_texts[])(const RobofyEvent *) = {
    robofy_event_id,         robofy_event_session_id,  robofy_event_channel_id,       robofy_event_phone,
    robofy_event_user_id,    robofy_event_name,        robofy_event_parent_user_id,   robofy_event_username,
    robofy_event_group_id,   robofy_event_type,        robofy_event_text,             robofy_event_reply_to,
    robofy_event_original_id, robofy_event_media_id,   robofy_event_media_url,        robofy_event_media_type,
    robofy_event_file_name,  robofy_event_status,      robofy_event_previous_user_id, robofy_event_previous_phone,
};

static void require_sound_event(const RobofyEvent *event)
{
    REQUIRE(event && robofy_event_kind(event) <= ROBOFY_EVENT_KIND_OTHER);
    for (size_t i = 0; i < sizeof event_texts / sizeof *event_texts; i++) {
        const char *text = event_texts[i](event);
        if (text) {
            REQUIRE(*text);
            require_utf8(text);
        }
    }
    REQUIRE(robofy_event_json(event));
    require_utf8(robofy_event_json(event));
    robofy_event_timestamp_ms(event);
    robofy_event_error_code(event);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static RobofyWebhook *without, *with;
    if (!without) {
        without = robofy_webhook_new(CHANNEL, NULL, NULL);
        with = robofy_webhook_new(CHANNEL, KEY, NULL);
    }
    RobofyError *error;
    RobofyIncoming *incoming = robofy_webhook_read(without, "https://e.com/?a=1", NULL, (const char *)data, size, &error);
    REQUIRE(!incoming != !error);
    if (error) {
        require_sound_error(error);
        REQUIRE(robofy_error_status(error) == ROBOFY_STATUS_INVALID_ARGUMENT);
        REQUIRE(strncmp(robofy_error_message(error), "body ", 5) == 0);
    }
    uint32_t count = robofy_incoming_count(incoming);
    for (uint32_t i = 0; i < count; i++)
        require_sound_event(robofy_incoming_event(incoming, i));
    REQUIRE(!robofy_incoming_event(incoming, count));
    robofy_incoming_free(incoming);
    robofy_error_free(error);
    /* Nobody has signed it. The key itself, in a body of Evolution API's, is none that the fuzzer should find. */
    incoming = robofy_webhook_read(with, "https://e.com/?a=1", "sha256=00", (const char *)data, size, &error);
    REQUIRE(!incoming && error);
    require_sound_error(error);
    REQUIRE(robofy_error_status(error) == ROBOFY_STATUS_SIGNATURE);
    robofy_error_free(error);
    return 0;
}

#endif
