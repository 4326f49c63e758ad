/* Sixteen threads share one client: every answer and every error reaches the thread that asked. */
#include <pthread.h>

#include "service.h"

#define THREADS 16

struct speaker {
    const RobofyClient *client;
    pthread_t thread;
    int number;
};

static void check_own_answer(const struct speaker *speaker, int chat)
{
    char query[64], expected[96], session[32];
    snprintf(session, sizeof session, "speaker-%d-%d", speaker->number, chat);
    snprintf(query, sizeof query, "I am %d and this is %d", speaker->number, chat);
    snprintf(expected, sizeof expected, "Hello! You wrote: \"%s\".", query);
    char *answer = robofy_whatsapp_chat(speaker->client, PID, CHATBOT, session, query, NULL);
    CHECK_TEXT(answer, expected);
    robofy_free_string(answer);
}

static void check_own_error(const struct speaker *speaker, int chat)
{
    char query[64], code[32];
    snprintf(code, sizeof code, "CODE_%d_%d", speaker->number, chat);
    snprintf(query, sizeof query, "!status=400 code=%s", code);
    RobofyError *error = failure_of(speaker->client, query, ROBOFY_STATUS_BAD_REQUEST);
    CHECK_TEXT(robofy_error_code(error), code);
    robofy_error_free(error);
}

static void *speak(void *of)
{
    const struct speaker *speaker = of;
    int chats = rounds(200, 10);
    for (int chat = 0; chat < chats; chat++)
        (chat % 10 == 9 ? check_own_error : check_own_answer)(speaker, chat);
    return NULL;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("threads URL CA_FILE|-");
    struct speaker speakers[THREADS];
    RobofyClient *client = client_trusting(argv[1], argv[2]);
    for (int i = 0; i < THREADS; i++) {
        speakers[i].client = client;
        speakers[i].number = i;
        CHECK_INT(pthread_create(&speakers[i].thread, NULL, speak, &speakers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(speakers[i].thread, NULL);
    robofy_client_free(client);
    return checks_result();
}
