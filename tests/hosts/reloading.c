/* A host of plugins: threads that load the library, chat, close it and end, again and again. */
#include <dlfcn.h>
#include <pthread.h>

#include "process.h"
#include "service.h"

#define PLUGINS 4

static const char *path, *url;

static void *symbol_of(void *library, const char *name)
{
    void *symbol = dlsym(library, name);
    CHECK(symbol != NULL);
    return symbol;
}

/* The compiler knows each function's type from the header. */
#define FIND(library, name, into)                                                                                      \
    do {                                                                                                               \
        void *symbol = symbol_of(library, #name);                                                                      \
        (void)sizeof(into == name);                                                                                    \
        memcpy(&into, &symbol, sizeof symbol);                                                                         \
    } while (0)

static void *plugin(void *unused)
{
    RobofyOptions *(*options_new)(void);
    void (*options_free)(RobofyOptions *);
    void (*set_base_url)(RobofyOptions *, const char *);
    RobofyClient *(*client_new)(const char *, const RobofyOptions *, RobofyError **);
    void (*client_free)(RobofyClient *);
    char *(*chat)(const RobofyClient *, const char *, const char *, const char *, const char *, RobofyError **);
    void (*free_string)(char *);
    RobofyMessage *(*message_new)(const char *, const char *, const char *);
    void (*message_free)(RobofyMessage *);
    bool (*submit)(const RobofyClient *, const RobofyMessage *, uint64_t, RobofyError **);
    RobofyCompletion *(*poll)(const RobofyClient *, int64_t);
    void (*completion_free)(RobofyCompletion *);

    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!CHECK(library != NULL)) {
        fprintf(stderr, "    %s\n", dlerror());
        return unused;
    }
    FIND(library, robofy_options_new, options_new);
    FIND(library, robofy_options_free, options_free);
    FIND(library, robofy_options_set_base_url, set_base_url);
    FIND(library, robofy_client_new, client_new);
    FIND(library, robofy_client_free, client_free);
    FIND(library, robofy_whatsapp_chat, chat);
    FIND(library, robofy_free_string, free_string);
    FIND(library, robofy_message_new, message_new);
    FIND(library, robofy_message_free, message_free);
    FIND(library, robofy_whatsapp_submit, submit);
    FIND(library, robofy_client_poll, poll);
    FIND(library, robofy_completion_free, completion_free);

    RobofyOptions *options = options_new();
    set_base_url(options, url);
    RobofyClient *client = client_new(KEY, options, NULL);
    options_free(options);
    RobofyMessage *message = message_new(PID, CHATBOT, "Hello");
    CHECK(submit(client, message, 1, NULL));
    message_free(message);
    char *answer = chat(client, PID, CHATBOT, NULL, "Hello", NULL);
    CHECK_TEXT(answer, "Hello! You wrote: \"Hello\".");
    free_string(answer);
    RobofyCompletion *completion = poll(client, 60000);
    CHECK(completion != NULL);
    completion_free(completion);
    client_free(client);
    CHECK_INT(dlclose(library), 0);
    return unused;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("reloading URL LIBRARY");
    url = argv[1];
    path = argv[2];
    int descriptors = descriptors_now();
    for (int i = 0; i < rounds(50, 5); i++) {
        pthread_t plugins[PLUGINS];
        for (int j = 0; j < PLUGINS; j++)
            CHECK_INT(pthread_create(&plugins[j], NULL, plugin, NULL), 0);
        for (int j = 0; j < PLUGINS; j++)
            pthread_join(plugins[j], NULL);
        CHECK_INT(threads_left(1), 1);
        CHECK_INT(descriptors_now(), descriptors);
    }
    return checks_result();
}
