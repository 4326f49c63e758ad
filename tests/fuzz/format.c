/* An agent's answer as WhatsApp text, in each dialect: what is promised of it, inside (src/fuzzing.rs) and through C. */
#include "promises.h"
#include "texts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct texts texts = texts_of(data, size);
    const char *text = next_text(&texts);
    robofy_fuzz_format(text);
    for (uint32_t dialect = ROBOFY_DIALECT_AUTO; dialect <= ROBOFY_DIALECT_WHATSAPP; dialect++) {
        RobofyError *error;
        char *formatted = robofy_whatsapp_format(text, dialect, &error);
        REQUIRE(!formatted != !error);
        if (formatted) {
            require_utf8(formatted);
            REQUIRE(!*text == !*formatted);
        } else {
            require_sound_error(error);
            REQUIRE(robofy_error_status(error) == ROBOFY_STATUS_INVALID_ARGUMENT);
        }
        robofy_free_string(formatted);
        robofy_error_free(error);
    }
    free_texts(&texts);
    return 0;
}
