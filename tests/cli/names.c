/* Preloaded into a program: it knows localhost and addresses, and no other name, whatever this machine's DNS says.
 * The name slow.invalid is looked up for ever. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

typedef int Lookup(const char *, const char *, const struct addrinfo *, struct addrinfo **);

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
    void *symbol = dlsym(RTLD_NEXT, "getaddrinfo");
    Lookup *look_up;
    memcpy(&look_up, &symbol, sizeof look_up);
    if (!name || !strcmp(name, "localhost"))
        return look_up(name, service, hints, found);
    while (!strcmp(name, "slow.invalid"))
        pause();
    struct addrinfo numeric = hints ? *hints : (struct addrinfo) {0};
    numeric.ai_flags |= AI_NUMERICHOST;
    return look_up(name, service, &numeric, found);
}
