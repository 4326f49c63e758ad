/* The fields of a message: pid, chatbot_id, query, session_id and user_context, with a NUL after each but the last. */
#include "promises.h"
#include "texts.h"

/* An argument that is refused is named. */
static void require_named_parameter(const RobofyError *error)
{
    static const char *const parameters[] = {"pid ", "chatbot_id ", "query ", "session_id ", "user_context "};
    REQUIRE(robofy_error_status(error) == ROBOFY_STATUS_INVALID_ARGUMENT);
    REQUIRE(robofy_error_http_status(error) == 0 && !robofy_error_is_retryable(error));
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++)
        if (strncmp(robofy_error_message(error), parameters[i], strlen(parameters[i])) == 0)
            return;
    REQUIRE(!"the message begins with the parameter's name");
}

static char *require_sound_request(const RobofyMessage *message)
{
    RobofyError *error;
    char *body = robofy_fuzz_request(message, &error);
    REQUIRE(!body != !error);
    if (body) {
        require_utf8(body);
        REQUIRE(strncmp(body, "{\"query\":\"", 10) == 0);
    } else {
        require_sound_error(error);
        require_named_parameter(error);
    }
    robofy_error_free(error);
    return body;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct texts texts = texts_of(data, size);
    char *pid = next_text(&texts), *chatbot_id = next_text(&texts), *query = next_text(&texts);
    RobofyMessage *message = robofy_message_new(pid, chatbot_id, query);
    robofy_message_set_session_id(message, next_text(&texts));
    robofy_message_set_user_context(message, next_text(&texts));
    char *body = require_sound_request(message);
    /* A message may be sent again, and says the same. */
    char *again = require_sound_request(message);
    REQUIRE(!body == !again);
    REQUIRE(!body || strcmp(body, again) == 0);
    robofy_free_string(body);
    robofy_free_string(again);
    robofy_message_free(message);
    free_texts(&texts);
    return 0;
}
