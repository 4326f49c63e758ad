#define CHANNEL ROBOFY_CHANNEL_WAHA
#include "webhook.h"
