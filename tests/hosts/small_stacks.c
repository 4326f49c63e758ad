/* Every call from threads with small stacks. What each takes of its stack is measured with a stack that was painted
   before; with a file to write to, the figures go there as JSON. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sys/mman.h>

#include "submitted.h"

#define PAINT 0xa5

static const char *url, *ca_file;
static RobofyClient *client;

static void *new_with_roots(void *unused)
{
    RobofyError *error;
    RobofyOptions *options = strcmp(ca_file, "-") == 0 ? robofy_options_new() : options_trusting(ca_file);
    RobofyClient *made = robofy_client_new(KEY, options, &error);
    CHECK(made && !error);
    robofy_options_free(options);
    robofy_client_free(made);
    return unused;
}

static void *blocking(void *unused)
{
    check_answered(client, "Hello");
    return unused;
}

static void *failing(void *unused)
{
    check_fails(client, "!status=401", ROBOFY_STATUS_UNAUTHORIZED);
    return unused;
}

/* Whose thread does the handshake depends on the protocol; a fresh client has to do one. */
static void *first_call(void *unused)
{
    RobofyClient *fresh = client_trusting(url, ca_file);
    for (int i = 0; i < 3; i++)
        check_fails(fresh, "!close=before", ROBOFY_STATUS_INTERRUPTED);
    check_answered(fresh, "Hello");
    robofy_client_free(fresh);
    return unused;
}

static void *submitting(void *unused)
{
    submit_query(client, "Hello", 1);
    check_completes(client, 1, ROBOFY_STATUS_OK);
    return unused;
}

static void *figures(void *unused)
{
    robofy_free_string(robofy_client_stats(client));
    return unused;
}

/* The bytes of its stack that a thread of that size has written to. */
static size_t stack_used(void *(*work)(void *), size_t size)
{
    pthread_t thread;
    pthread_attr_t attributes;
    unsigned char *stack = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (!CHECK(stack != MAP_FAILED))
        return 0;
    memset(stack, PAINT, size);
    pthread_attr_init(&attributes);
    CHECK_INT(pthread_attr_setstack(&attributes, stack, size), 0);
    CHECK_INT(pthread_create(&thread, &attributes, work, NULL), 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    size_t unused = 0;
    while (unused < size && stack[unused] == PAINT)
        unused++;
    munmap(stack, size);
    return size - unused;
}

static const struct {
    const char *name;
    void *(*work)(void *);
} CALLS[] = {
    {"client_new", new_with_roots}, {"whatsapp_send", blocking},   {"failed whatsapp_send", failing},
    {"first whatsapp_send", first_call}, {"submit and poll", submitting}, {"client_stats", figures},
};

int main(int argc, char **argv)
{
    if (argc != 5)
        return usage("small_stacks URL CA_FILE|- STACK_BYTES FIGURES_FILE|-");
    url = argv[1];
    ca_file = argv[2];
    size_t size = strtoul(argv[3], NULL, 10);
    FILE *out = strcmp(argv[4], "-") == 0 ? NULL : fopen(argv[4], "w");
    client = client_trusting(url, ca_file);
    check_answered(client, "Hello");
    for (size_t i = 0; i < sizeof CALLS / sizeof *CALLS; i++) {
        checks_of = CALLS[i].name;
        size_t used = stack_used(CALLS[i].work, size);
        if (out)
            fprintf(out, "%s\"%s\": %zu", i ? ", " : "{", CALLS[i].name, used);
    }
    if (out) {
        fputs("}\n", out);
        fclose(out);
    }
    robofy_client_free(client);
    return checks_result();
}
