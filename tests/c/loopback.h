/* Sockets of this machine that are no service: nobody listening, nobody answering. */
#ifndef LOOPBACK_H
#define LOOPBACK_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

/* A socket on a free port; connecting to it is refused until somebody listens. */
static inline int bound_socket(struct sockaddr_in *address)
{
    socklen_t size = sizeof *address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    memset(address, 0, sizeof *address);
    address->sin_family = AF_INET;
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(fd >= 0);
    CHECK_INT(bind(fd, (struct sockaddr *)address, size), 0);
    CHECK_INT(getsockname(fd, (struct sockaddr *)address, &size), 0);
    return fd;
}

static inline const char *url_of(const char *scheme, const struct sockaddr_in *address)
{
    static char url[64];
    snprintf(url, sizeof url, "%s://127.0.0.1:%d", scheme, ntohs(address->sin_port));
    return url;
}

#endif
