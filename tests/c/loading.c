/* The library loaded by name: loading starts nothing, and it can be used and closed again and again. */
#include <dlfcn.h>
#include <pthread.h>

#include "process.h"
#include "service.h"

struct library {
    void *handle;
    RobofyOptions *(*options_new)(void);
    void (*options_free)(RobofyOptions *);
    void (*options_set_base_url)(RobofyOptions *, const char *);
    RobofyClient *(*client_new)(const char *, const RobofyOptions *, RobofyError **);
    void (*client_free)(RobofyClient *);
    char *(*whatsapp_chat)(const RobofyClient *, const char *, const char *, const char *, const char *,
                           RobofyError **);
    void (*free_string)(char *);
};

/* Does not compile where the header has another type. */
#define FIND(library, name)                                                                                            \
    ((void)sizeof((library)->name == robofy_##name), find((library)->handle, "robofy_" #name, &(library)->name))

/* C has no cast from dlsym's pointer to a function's. */
static void find(void *handle, const char *name, void *function)
{
    void *symbol = dlsym(handle, name);
    CHECK(symbol != NULL);
    memcpy(function, &symbol, sizeof symbol);
}

static struct library load(const char *path)
{
    struct library library = {.handle = dlopen(path, RTLD_NOW | RTLD_LOCAL)};
    if (!CHECK(library.handle != NULL)) {
        fprintf(stderr, "    %s\n", dlerror());
        exit(EXIT_FAILURE);
    }
    FIND(&library, options_new);
    FIND(&library, options_free);
    FIND(&library, options_set_base_url);
    FIND(&library, client_new);
    FIND(&library, client_free);
    FIND(&library, whatsapp_chat);
    FIND(&library, free_string);
    return library;
}

static void chat_once(const struct library *library, const char *url)
{
    RobofyOptions *options = library->options_new();
    library->options_set_base_url(options, url);
    RobofyClient *client = library->client_new(KEY, options, NULL);
    library->options_free(options);
    char *answer = library->whatsapp_chat(client, PID, CHATBOT, NULL, "Hello", NULL);
    CHECK_TEXT(answer, "Hello! You wrote: \"Hello\".");
    library->free_string(answer);
    library->client_free(client);
}

static void loading_starts_nothing(const char *path)
{
    int descriptors = descriptors_now();
    struct library library = load(path);
    CHECK_INT(threads_now(), 1);
    CHECK_INT(descriptors_now(), descriptors);
    CHECK_INT(dlclose(library.handle), 0);
}

static void it_is_loaded_and_closed_again_and_again(const char *path, const char *url)
{
    int descriptors = descriptors_now();
    for (int i = 0; i < rounds(200, 5); i++) {
        struct library library = load(path);
        chat_once(&library, url);
        CHECK_INT(threads_left(1), 1);
        CHECK_INT(dlclose(library.handle), 0);
        CHECK_INT(descriptors_now(), descriptors);
    }
}

struct guest {
    const struct library *library;
    const char *url;
    pthread_barrier_t used, closed;
};

static void *use_and_outlive(void *of)
{
    struct guest *guest = of;
    chat_once(guest->library, guest->url);
    pthread_barrier_wait(&guest->used);
    pthread_barrier_wait(&guest->closed);
    return NULL;
}

static void a_thread_that_used_it_may_end_after_it_was_closed(const char *path, const char *url)
{
    pthread_t thread;
    struct library library = load(path);
    struct guest guest = {.library = &library, .url = url};
    pthread_barrier_init(&guest.used, NULL, 2);
    pthread_barrier_init(&guest.closed, NULL, 2);
    CHECK_INT(pthread_create(&thread, NULL, use_and_outlive, &guest), 0);
    pthread_barrier_wait(&guest.used);
    CHECK_INT(dlclose(library.handle), 0);
    pthread_barrier_wait(&guest.closed);
    CHECK_INT(pthread_join(thread, NULL), 0);
    pthread_barrier_destroy(&guest.used);
    pthread_barrier_destroy(&guest.closed);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("loading URL LIBRARY");
    loading_starts_nothing(argv[2]);
    it_is_loaded_and_closed_again_and_again(argv[2], argv[1]);
    a_thread_that_used_it_may_end_after_it_was_closed(argv[2], argv[1]);
    return checks_result();
}
