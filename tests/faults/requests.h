/* The same message as a request by its path, for faults that any call meets. */
#ifndef REQUESTS_H
#define REQUESTS_H

#include "settings.h"

#define CHAT_PATH "/v1/ai-agent/whatsapp/chat"

/* The caller frees it. Queries here have nothing to escape. */
static inline char *json_of(const char *session, const char *query)
{
    const char *form = "{\"query\":\"%s\",\"pid\":\"project-1\",\"chatbot_id\":\"agent-1\","
                       "\"user_context\":{\"session_id\":\"%s\",\"platform\":\"whatsapp\"}}";
    size_t size = strlen(form) + strlen(session) + strlen(query);
    char *json = malloc(size);
    snprintf(json, size, form, query, session);
    return json;
}

static inline RobofyResponse *request_chat(const RobofyClient *client, const char *session, const char *query,
                                           RobofyError **error)
{
    char *json = json_of(session, query);
    RobofyResponse *response = robofy_client_request(client, given.method, CHAT_PATH, NULL, json, NULL, error);
    free(json);
    return response;
}

static inline bool submit_request(const RobofyClient *client, const char *session, const char *query, uint64_t tag,
                                  RobofyError **error)
{
    char *json = json_of(session, query);
    bool accepted = robofy_request_submit(client, given.method, CHAT_PATH, NULL, json, NULL, tag, error);
    free(json);
    return accepted;
}

#endif
