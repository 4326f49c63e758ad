/* The value of a Retry-After header. */
#include <ctype.h>

#include "promises.h"

static bool is_space(uint8_t byte)
{
    return byte == ' ' || byte == '\t';
}

/* Digits alone are seconds; anything else is a date or says nothing. */
static bool is_seconds(const uint8_t *value, size_t length, uint64_t *ms)
{
    while (length && is_space(*value))
        value++, length--;
    while (length && is_space(value[length - 1]))
        length--;
    uint64_t seconds = 0;
    for (size_t i = 0; i < length; i++) {
        if (!isdigit(value[i]))
            return false;
        uint64_t digit = value[i] - (uint64_t)'0';
        seconds = seconds > (UINT64_MAX - digit) / 10 ? UINT64_MAX : seconds * 10 + digit;
    }
    *ms = seconds > UINT64_MAX / 1000 ? UINT64_MAX : seconds * 1000;
    return length > 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* Not empty, so that its address is not NULL, which would mean that there is no such header. */
    static const uint8_t nothing[1];
    RobofyError *error;
    RobofyReply *reply = robofy_fuzz_response(KEY, 503, size ? data : nothing, size, nothing, 0, &error);
    require_sound_result(reply, error);
    REQUIRE(robofy_error_status(error) == ROBOFY_STATUS_SERVER && robofy_error_is_retryable(error));
    uint64_t ms;
    if (is_seconds(data, size, &ms))
        REQUIRE(robofy_error_retry_after_ms(error) == ms);
    else if (size < strlen("Sun Nov  6 08:49:37 1994"))
        REQUIRE(robofy_error_retry_after_ms(error) == 0);
    robofy_error_free(error);
    return 0;
}
