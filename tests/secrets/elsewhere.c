/* A loopback name that resolves to another machine. This program resolves it, in the library's place, and keeps watch
   over where connections go. */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "key.h"
#include "robofy.h"

/* Documentation's, and so nobody's (RFC 5737). */
#define ELSEWHERE "203.0.113.7"

static int lookups, connections_elsewhere;

/* What stands behind this program's own functions. */
static void *in_libc(const char *name)
{
    static void *libc;
    if (!libc)
        libc = dlopen("libc.so.6", RTLD_NOW);
    return dlsym(libc, name);
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    void *symbol = in_libc("getaddrinfo");
    memcpy(&real, &symbol, sizeof symbol);
    (void)name;
    lookups++;
    return real(ELSEWHERE, service, hints, found);
}

int connect(int fd, const struct sockaddr *address, socklen_t size)
{
    int (*real)(int, const struct sockaddr *, socklen_t);
    char to[INET6_ADDRSTRLEN] = "";
    void *symbol = in_libc("connect");
    memcpy(&real, &symbol, sizeof symbol);
    if (address->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)address)->sin_addr, to, sizeof to);
    connections_elsewhere += strcmp(to, ELSEWHERE) == 0;
    return real(fd, address, size);
}

int main(int argc, char **argv)
{
    if (argc != 2 || !read_key()) {
        fputs("usage: elsewhere URL < KEY\n", stderr);
        return 2;
    }
    RobofyError *error;
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_base_url(options, argv[1]);
    robofy_options_set_max_retries(options, 0);
    robofy_options_set_timeout_ms(options, 3000);
    RobofyClient *client = robofy_client_new(key, options, NULL);
    char *answer = robofy_whatsapp_chat(client, "project-1", "agent-1", NULL, "Hello", &error);
    printf("%d lookups, %d connections elsewhere, %s, status %d: %s\n", lookups > 0, connections_elsewhere,
           answer ? "answered" : "failed", robofy_error_status(error), robofy_error_message(error));
    robofy_free_string(answer);
    robofy_error_free(error);
    robofy_client_free(client);
    robofy_options_free(options);
    return 0;
}
