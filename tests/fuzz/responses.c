/* A status and a body, as the service or whatever stands in front of it may send them. */
#include "promises.h"

static const uint16_t statuses[] = {200, 200, 200, 200, 201, 204, 302, 400, 401, 403,
                                    404, 408, 413, 422, 429, 500, 502, 503, 504, 999};

static void require_documented_failure(const RobofyError *error, int http_status)
{
    REQUIRE(robofy_error_http_status(error) == http_status);
    REQUIRE(robofy_error_status(error) == documented_status(http_status));
    bool safe = http_status == 408 || http_status == 429 || http_status == 503;
    REQUIRE(robofy_error_is_retryable(error) == safe);
    REQUIRE(robofy_error_retry_after_ms(error) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return -1;
    uint16_t status = statuses[data[0] % (sizeof statuses / sizeof *statuses)];
    RobofyError *error;
    RobofyReply *reply = robofy_fuzz_response(KEY, status, NULL, 0, data + 1, size - 1, &error);
    require_sound_result(reply, error);
    if (error)
        require_documented_failure(error, status);
    else
        REQUIRE(status == 200);
    robofy_reply_free(reply);
    robofy_error_free(error);
    return 0;
}
