/* robofy_whatsapp_chat from every thread. */
#include "robofy_peer.h"

static bool client_chat(void *client) {
  RobofyError *error = NULL;
  char *answer = robofy_whatsapp_chat(client, CHAT_PID, CHAT_CHATBOT_ID, CHAT_SESSION_ID, CHAT_QUERY, &error);
  if (!answer) return failed("robofy_whatsapp_chat", error);
  robofy_free_string(answer);
  return true;
}

int main(int argc, char **argv) { return robofy_main(argc, argv, client_chat); }
