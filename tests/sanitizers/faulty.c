/* Breaks one rule of the header on purpose, on memory that the library allocated: a checker has to see it. */
#include <pthread.h>

#include "service.h"

static void *rename_again_and_again(void *message)
{
    for (int i = 0; i < 1000; i++)
        robofy_message_set_query(message, i % 2 ? "a" : "another, longer one");
    return NULL;
}

static void race(void)
{
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, "Hello");
    pthread_t other;
    pthread_create(&other, NULL, rename_again_and_again, message);
    rename_again_and_again(message);
    pthread_join(other, NULL);
}

static void leak(void)
{
    for (int i = 0; i < 3; i++)
        robofy_whatsapp_send(NULL, NULL, &(RobofyError *){NULL});
}

static int read_after_free(void)
{
    RobofyError *error;
    robofy_client_new("", NULL, &error);
    const char *message = robofy_error_message(error);
    robofy_error_free(error);
    return message[0];
}

static int overflow(int argc)
{
    return INT32_MAX + argc;
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return usage("faulty race|leak|read-after-free|overflow");
    if (strcmp(argv[1], "race") == 0)
        race();
    else if (strcmp(argv[1], "leak") == 0)
        leak();
    else if (strcmp(argv[1], "overflow") == 0)
        return overflow(argc) == 0;
    else
        return read_after_free() == 0;
    return 0;
}
