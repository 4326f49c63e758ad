/* Fails the syncs, or the writes of the first pages, while a file of that name is there. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static int fails(const char *variable) {
    const char *file = getenv(variable);
    return file && access(file, F_OK) == 0;
}

int fdatasync(int fd) {
    int (*next)(int) = dlsym(RTLD_NEXT, "fdatasync");
    if (!fails("FAIL_SYNC")) return next(fd);
    errno = EIO;
    return -1;
}

static ssize_t write_at(const char *name, int fd, const void *bytes, size_t length, off_t at) {
    ssize_t (*next)(int, const void *, size_t, off_t) = dlsym(RTLD_NEXT, name);
    ssize_t wrote = next(fd, bytes, length, at);
    if (at >= 8192 || !fails("FAIL_META")) return wrote;
    errno = EIO;
    return -1;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) { return write_at("pwrite", fd, bytes, length, at); }
ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t at) { return write_at("pwrite64", fd, bytes, length, at); }
