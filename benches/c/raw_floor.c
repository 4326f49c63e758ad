/* The floor: the same bytes written to and read from one socket a thread. No HTTP is parsed, no JSON, nothing. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chat.h"
#include "measure.h"

#define BODY                                                                                                         \
  "{\"query\":\"" CHAT_QUERY "\",\"pid\":\"" CHAT_PID "\",\"chatbot_id\":\"" CHAT_CHATBOT_ID                         \
  "\",\"user_context\":{\"session_id\":\"" CHAT_SESSION_ID "\",\"platform\":\"whatsapp\"}}"

typedef struct Session {
  int socket;
  char request[1024];
  size_t request_length;
  size_t reply_length; /* learned from the first reply: the server sends the same bytes every time */
  char reply[4096];
} Session;

static void write_request(Session *session) {
  if (write(session->socket, session->request, session->request_length) != (ssize_t)session->request_length)
    peer_fail("raw_floor: short write");
}

static size_t read_some(Session *session, size_t have) {
  ssize_t got = read(session->socket, session->reply + have, sizeof session->reply - 1 - have);
  if (got <= 0) peer_fail("raw_floor: the server closed the connection");
  return have + (size_t)got;
}

static size_t read_first_reply(Session *session) {
  for (size_t have = 0;;) {
    have = read_some(session, have);
    session->reply[have] = '\0';
    const char *length = strcasestr(session->reply, "content-length:");
    const char *body = strstr(session->reply, "\r\n\r\n");
    if (!length || !body) continue;
    size_t whole = (size_t)(body + 4 - session->reply) + strtoul(length + strlen("content-length:"), NULL, 10);
    if (have >= whole) return whole;
  }
}

static void *session_open(void *shared, const Server *server) {
  (void)shared;
  Session *session = calloc(1, sizeof *session);
  if (!session) peer_fail("out of memory");
  session->socket = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)server->port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(session->socket, (struct sockaddr *)&address, sizeof address) != 0) peer_fail(strerror(errno));
  setsockopt(session->socket, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
  session->request_length = (size_t)snprintf(
      session->request, sizeof session->request,
      "POST " CHAT_PATH " HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUser-Agent: bench\r\nAccept: */*\r\n"
      "Content-Type: application/json\r\nAuthorization: Bearer " CHAT_API_KEY "\r\nContent-Length: %zu\r\n\r\n%s",
      server->port, strlen(BODY), BODY);
  write_request(session);
  session->reply_length = read_first_reply(session);
  return session;
}

static bool session_chat(void *argument) {
  Session *session = argument;
  write_request(session);
  for (size_t have = 0; have < session->reply_length;) have = read_some(session, have);
  return true;
}

static void session_close(void *argument) {
  Session *session = argument;
  close(session->socket);
  free(session);
}

int main(int argc, char **argv) {
  const Peer peer = {.version = "the kernel's sockets", .open = session_open, .chat = session_chat, .close = session_close};
  return measure_main(argc, argv, &peer);
}
