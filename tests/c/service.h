/* A client of the service under test, messages to it, and the marks that every error bears. */
#ifndef SERVICE_H
#define SERVICE_H

#include <ctype.h>

#include "check.h"
#include "robofy.h"

#define KEY "canary-key-41d7"
#define PID "project-1"
#define CHATBOT "agent-1"

/* Takes the options over. */
static inline RobofyClient *client_with(RobofyOptions *options, const char *url)
{
    RobofyError *error;
    robofy_options_set_base_url(options, url);
    RobofyClient *client = robofy_client_new(KEY, options, &error);
    if (!CHECK(client && !error))
        fprintf(stderr, "    %s\n", robofy_error_message(error));
    robofy_error_free(error);
    robofy_options_free(options);
    return client;
}

static inline RobofyClient *client_of(const char *url)
{
    return client_with(robofy_options_new(), url);
}

/* "-" where the service is not over TLS. */
static inline RobofyOptions *options_trusting(const char *ca_file)
{
    RobofyOptions *options = robofy_options_new();
    if (strcmp(ca_file, "-") != 0)
        robofy_options_set_ca_file(options, ca_file);
    return options;
}

static inline RobofyClient *client_trusting(const char *url, const char *ca_file)
{
    return client_with(options_trusting(ca_file), url);
}

/* For tests of a single attempt. */
static inline RobofyClient *client_without_retries(const char *url)
{
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_max_retries(options, 0);
    return client_with(options, url);
}

static inline RobofyReply *send_query(const RobofyClient *client, const char *query, RobofyError **error)
{
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, query);
    RobofyReply *reply = robofy_whatsapp_send(client, message, error);
    robofy_message_free(message);
    return reply;
}

/* The reply to a query that must be answered. */
static inline RobofyReply *reply_to(const RobofyClient *client, const char *query)
{
    RobofyError *error;
    RobofyReply *reply = send_query(client, query, &error);
    if (!CHECK(reply && !error))
        fprintf(stderr, "    %.80s: %s\n", query, robofy_error_message(error));
    robofy_error_free(error);
    return reply;
}

static inline void check_answered(const RobofyClient *client, const char *query)
{
    robofy_reply_free(reply_to(client, query));
}

static inline bool is_one_line(const char *text)
{
    for (; *text; text++)
        if (iscntrl((unsigned char)*text))
            return false;
    return true;
}

/* What holds for every error, whatever its status. */
static inline void check_error(const RobofyError *error, RobofyStatus status)
{
    const char *message = robofy_error_message(error);
    if (!CHECK(error && message))
        return;
    if (!CHECK_INT(robofy_error_status(error), status))
        fprintf(stderr, "    %s\n", message);
    CHECK(*message);
    CHECK(is_one_line(message));
    CHECK_LACKS(message, KEY);
    CHECK_LACKS(robofy_error_code(error), KEY);
    CHECK_LACKS(robofy_error_detail(error), KEY);
}

/* The error of a query that must fail; the caller frees it. */
static inline RobofyError *failure_of(const RobofyClient *client, const char *query, RobofyStatus status)
{
    RobofyError *error;
    RobofyReply *reply = send_query(client, query, &error);
    if (!CHECK(!reply))
        fprintf(stderr, "    %.80s: %.80s\n", query, robofy_reply_answer(reply));
    robofy_reply_free(reply);
    check_error(error, status);
    return error;
}

static inline void check_fails(const RobofyClient *client, const char *query, RobofyStatus status)
{
    robofy_error_free(failure_of(client, query, status));
}

#endif
