#define CHANNEL ROBOFY_CHANNEL_EVOLUTION
#include "webhook.h"
