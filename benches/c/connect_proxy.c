/* An HTTP proxy for tunnels to 127.0.0.1 (CONNECT, RFC 9110, 9.3.6), a thread each. What comes is passed on at once. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char ESTABLISHED[] = "HTTP/1.1 200 Connection established\r\n\r\n";

static struct sockaddr_in loopback(unsigned port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

static void send_at_once(int end) { setsockopt(end, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)); }

static bool write_all(int end, const char *bytes, size_t length) {
  for (ssize_t count; length > 0; bytes += count, length -= (size_t)count) {
    count = write(end, bytes, length);
    if (count <= 0) return false;
  }
  return true;
}

/* The port of "CONNECT 127.0.0.1:PORT HTTP/1.1"; 0 if the client asks for something else. */
static unsigned requested_port(int client) {
  char head[4096];
  size_t length = 0;
  do {
    ssize_t count = read(client, head + length, sizeof head - 1 - length);
    if (count <= 0) return 0;
    length += (size_t)count;
    head[length] = '\0';
  } while (!strstr(head, "\r\n\r\n") && length < sizeof head - 1);
  unsigned port;
  return sscanf(head, "CONNECT 127.0.0.1:%u HTTP/1.1", &port) == 1 ? port : 0;
}

static void relay(int client, int server) {
  char bytes[1 << 16];
  struct pollfd ends[] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};
  while (poll(ends, 2, -1) > 0) {
    for (int from = 0; from < 2; from++) {
      if (!ends[from].revents) continue;
      ssize_t count = read(ends[from].fd, bytes, sizeof bytes);
      if (count <= 0 || !write_all(ends[!from].fd, bytes, (size_t)count)) return;
    }
  }
}

static void *tunnel(void *argument) {
  int client = (int)(intptr_t)argument;
  send_at_once(client);
  unsigned port = requested_port(client);
  int server = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = loopback(port);
  if (port && connect(server, (struct sockaddr *)&address, sizeof address) == 0 &&
      write_all(client, ESTABLISHED, sizeof ESTABLISHED - 1)) {
    send_at_once(server);
    relay(client, server);
  }
  close(server);
  close(client);
  return NULL;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: %s PORT\n", argv[0]);
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = loopback((unsigned)strtoul(argv[1], NULL, 10));
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
  if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 1024) != 0) {
    perror(argv[0]);
    return 1;
  }
  for (;;) {
    int client = accept(listener, NULL, NULL);
    pthread_t thread;
    if (client < 0) continue;
    if (pthread_create(&thread, NULL, tunnel, (void *)(intptr_t)client) == 0)
      pthread_detach(thread);
    else
      close(client);
  }
}
