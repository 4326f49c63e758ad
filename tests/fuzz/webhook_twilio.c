#define CHANNEL ROBOFY_CHANNEL_TWILIO
#include "webhook.h"
