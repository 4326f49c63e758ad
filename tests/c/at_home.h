/* Included before a program that names neither a service nor a port: the service is the stand-in, the port a free one. */
#ifndef AT_HOME_H
#define AT_HOME_H

#include <civetweb.h>
#include <robofy.h>
#include <stdlib.h>

static RobofyClient *client_at_home(const char *api_key, RobofyOptions *options, RobofyError **error)
{
    RobofyOptions *usual = robofy_options_new();
    robofy_options_set_base_url(usual, getenv("ROBOFY_BASE_URL"));
    RobofyClient *client = robofy_client_new(api_key, options ? options : usual, error);
    robofy_options_free(usual);
    return client;
}

static struct mg_context *server_at_home(void)
{
    const char *options[] = {"listening_ports", getenv("PORT"), NULL};
    return mg_start(NULL, NULL, options);
}

#define robofy_client_new client_at_home
#define mg_start(callbacks, data, options) server_at_home()

#endif
