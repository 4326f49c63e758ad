/* What holds for whatever the library returns, however odd the input was. A broken promise aborts the target. */
#ifndef PROMISES_H
#define PROMISES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "robofy.h"

#define KEY "canary-key-41d7"

#define REQUIRE(condition)                                                                                             \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__, #condition);                            \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

/* The next code point of UTF-8 text (RFC 3629); -1 if it is none. */
static inline int32_t code_point(const unsigned char **text)
{
    const unsigned char *at = *text;
    static const int32_t smallest[] = {0, 0x80, 0x800, 0x10000};
    int more = at[0] < 0x80 ? 0 : at[0] >> 5 == 6 ? 1 : at[0] >> 4 == 14 ? 2 : at[0] >> 3 == 30 ? 3 : -1;
    if (more < 0)
        return -1;
    int32_t point = more ? at[0] & (0x3f >> more) : at[0];
    for (int i = 1; i <= more; i++) {
        if (at[i] >> 6 != 2)
            return -1;
        point = point << 6 | (at[i] & 0x3f);
    }
    *text = at + more + 1;
    bool is_surrogate = 0xd800 <= point && point <= 0xdfff;
    return point < smallest[more] || point > 0x10ffff || is_surrogate ? -1 : point;
}

static inline void require_utf8(const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at;)
        REQUIRE(code_point(&at) >= 0);
}

static inline void require_one_line(const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at;) {
        int32_t point = code_point(&at);
        REQUIRE(point >= 0x20 && !(0x7f <= point && point <= 0x9f) && point != 0x2028 && point != 0x2029);
    }
}

static inline void require_words_of_the_service(const char *words)
{
    if (!words)
        return;
    require_utf8(words);
    REQUIRE(!strstr(words, KEY));
}

static inline void require_sound_error(const RobofyError *error)
{
    REQUIRE(error);
    const char *message = robofy_error_message(error);
    REQUIRE(message && *message);
    require_one_line(message);
    REQUIRE(strlen(message) < 8000);
    require_words_of_the_service(message);
    require_words_of_the_service(robofy_error_code(error));
    require_words_of_the_service(robofy_error_detail(error));
    REQUIRE(robofy_error_status(error) != ROBOFY_STATUS_OK && robofy_error_status(error) != ROBOFY_STATUS_INTERNAL);
}

static inline void require_sound_reply(const RobofyReply *reply)
{
    REQUIRE(reply);
    REQUIRE(*robofy_reply_answer(reply));
    require_utf8(robofy_reply_answer(reply));
    require_utf8(robofy_reply_json(reply));
    if (robofy_reply_session_id(reply))
        require_utf8(robofy_reply_session_id(reply));
    if (robofy_reply_message(reply))
        require_utf8(robofy_reply_message(reply));
    REQUIRE(robofy_reply_attempts(reply) >= 1);
}

/* Exactly one of the two came back. */
static inline void require_sound_result(const RobofyReply *reply, const RobofyError *error)
{
    REQUIRE(!reply != !error);
    if (reply)
        require_sound_reply(reply);
    else
        require_sound_error(error);
}

/* The status that the documentation gives to a response with this HTTP status that is not a success. */
static inline RobofyStatus documented_status(int http_status)
{
    switch (http_status) {
    case 401:
        return ROBOFY_STATUS_UNAUTHORIZED;
    case 403:
        return ROBOFY_STATUS_FORBIDDEN;
    case 404:
        return ROBOFY_STATUS_NOT_FOUND;
    case 429:
        return ROBOFY_STATUS_RATE_LIMITED;
    }
    if (http_status / 100 == 4)
        return ROBOFY_STATUS_BAD_REQUEST;
    return http_status / 100 == 5 ? ROBOFY_STATUS_SERVER : ROBOFY_STATUS_PROTOCOL;
}

/* In builds for fuzzing alone: what a client makes of a response, a line for each event of a stream, and a
 * message's request body. */
RobofyReply *robofy_fuzz_response(const char *key, uint16_t http_status, const uint8_t *retry_after,
                                  size_t retry_after_length, const uint8_t *body, size_t body_length,
                                  RobofyError **error);
char *robofy_fuzz_events(const char *key, const uint8_t *body, size_t body_length, size_t size, RobofyError **error);
char *robofy_fuzz_request(const RobofyMessage *message, RobofyError **error);
/* These abort where a text or its parts break a promise. */
void robofy_fuzz_format(const char *text);
void robofy_fuzz_split(const char *text, uint32_t limit);

#endif
