/* Prints all that the library says of a message, blocking and submitted. */
#ifndef SAID_H
#define SAID_H

#include <stdio.h>

#include "robofy.h"

static inline const char *or_nothing(const char *text)
{
    return text ? text : "";
}

static inline void print(const RobofyError *error)
{
    printf("%d %d [%s] [%s] [%s]\n", robofy_error_status(error), robofy_error_http_status(error),
           or_nothing(robofy_error_message(error)), or_nothing(robofy_error_code(error)),
           or_nothing(robofy_error_detail(error)));
}

static inline void send_both_ways(const RobofyClient *client, const char *query)
{
    RobofyError *error;
    RobofyMessage *message = robofy_message_new("project-1", "agent-1", query);
    robofy_reply_free(robofy_whatsapp_send(client, message, &error));
    print(error);
    robofy_error_free(error);
    if (robofy_whatsapp_submit(client, message, 1, NULL)) {
        RobofyCompletion *completion = robofy_client_poll(client, -1);
        print(robofy_completion_error(completion));
        robofy_completion_free(completion);
    }
    robofy_message_free(message);
}

#endif
