/* The bytes of a stream of events, which mean the same however they are cut into chunks. */
#include "promises.h"

static char *events(const uint8_t *data, size_t size, size_t chunk, RobofyError **error)
{
    char *lines = robofy_fuzz_events(KEY, data, size, chunk, error);
    REQUIRE(!lines != !*error);
    if (lines) {
        require_utf8(lines);
        return lines;
    }
    require_sound_error(*error);
    RobofyStatus status = robofy_error_status(*error);
    REQUIRE(status == ROBOFY_STATUS_PROTOCOL || status == ROBOFY_STATUS_SERVER);
    REQUIRE(!robofy_error_is_retryable(*error));
    return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return -1;
    RobofyError *of_whole, *of_parts;
    char *whole = events(data + 1, size - 1, SIZE_MAX, &of_whole);
    char *parts = events(data + 1, size - 1, (size_t)(data[0] % 7) + 1, &of_parts);
    REQUIRE(!whole == !parts);
    if (whole)
        REQUIRE(strcmp(whole, parts) == 0);
    else
        REQUIRE(strcmp(robofy_error_message(of_whole), robofy_error_message(of_parts)) == 0);
    robofy_free_string(whole);
    robofy_free_string(parts);
    robofy_error_free(of_whole);
    robofy_error_free(of_parts);
    return 0;
}
