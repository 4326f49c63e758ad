#define CHANNEL ROBOFY_CHANNEL_META
#include "webhook.h"
