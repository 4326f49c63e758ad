/* Two bytes of a limit and a text: what is promised of its parts, inside (src/fuzzing.rs) and through C. */
#include "promises.h"
#include "texts.h"

/* In UTF-16. */
static uint32_t units(const char *text)
{
    uint32_t count = 0;
    for (const unsigned char *at = (const unsigned char *)text; *at;)
        count += code_point(&at) > 0xffff ? 2 : 1;
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return -1;
    uint32_t limit = data[0] | (uint32_t)(data[1] & 15) << 8;
    uint32_t most = limit == 0 ? 4096 : limit < 2 ? 2 : limit;
    struct texts texts = texts_of(data + 2, size - 2);
    const char *text = next_text(&texts);
    robofy_fuzz_split(text, limit);
    RobofyError *error;
    RobofyParts *parts = robofy_whatsapp_split(text, limit, &error);
    REQUIRE(!parts != !error);
    if (error)
        require_sound_error(error);
    for (uint32_t i = 0; i < robofy_parts_count(parts); i++) {
        const char *part = robofy_parts_text(parts, i);
        REQUIRE(part && *part);
        require_utf8(part);
        REQUIRE(units(part) <= most);
    }
    REQUIRE(!robofy_parts_text(parts, robofy_parts_count(parts)));
    robofy_parts_free(parts);
    robofy_error_free(error);
    free_texts(&texts);
    return 0;
}
