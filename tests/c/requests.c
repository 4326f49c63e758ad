/* Sends the messages whose requests the stand-in's record must show exactly; the answers are not looked at. */
#include "service.h"

static void send_with_context(const RobofyClient *client, const char *query, const char *session_id,
                              const char *context)
{
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, query);
    RobofyError *error;
    robofy_message_set_session_id(message, session_id);
    robofy_message_set_user_context(message, context);
    RobofyReply *reply = robofy_whatsapp_send(client, message, &error);
    if (!CHECK(reply))
        fprintf(stderr, "    %s\n", robofy_error_message(error));
    robofy_error_free(error);
    robofy_reply_free(reply);
    robofy_message_free(message);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return usage("requests URL");
    RobofyClient *client = client_of(argv[1]);
    robofy_free_string(robofy_whatsapp_chat(client, PID, CHATBOT, "918727000001", "one call", NULL));
    robofy_free_string(robofy_whatsapp_chat(client, PID, CHATBOT, NULL, "no session", NULL));
    send_with_context(client, "context", "s-1",
                      "{\"name\":\"Ana\",\"tags\":[1,2.5,null],\"inner\":{\"platform\":\"web\"}}");
    send_with_context(client, "session in context", NULL, "{\"session_id\":\"s-2\"}");
    send_with_context(client, "session twice", "s-3", " {\"session_id\" : \"s-3\"} ");
    send_with_context(client, "cut emoji", NULL, "{\"n\\ud83d\":[\"x\\ud83d\",\"\\ud83d\\udc4b\\udc4b\",1.10]}");
    send_with_context(client, "empty context", NULL, "{}");
    send_with_context(client, "context unset", NULL, NULL);
    send_with_context(client, "quote \" slash \\ line\nend \x01 \xf0\x9f\x91\x8b", "\xe2\x98\x8e 1", NULL);
    robofy_client_free(client);
    return checks_result();
}
