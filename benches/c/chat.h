/* The one chat that every C peer sends, so that all do the same work. */
#ifndef BENCH_CHAT_H
#define BENCH_CHAT_H

#define CHAT_PATH "/v1/ai-agent/whatsapp/chat"
#define CHAT_API_KEY "bench-0123456789abcdef0123456789abcdef"
#define CHAT_PID "3141592653"
#define CHAT_CHATBOT_ID "DKDvwnBenchAgent"
#define CHAT_SESSION_ID "918727000001"
#define CHAT_QUERY "Hello, can I book a table for four on Friday at eight?"
#define CHAT_TIMEOUT_MS 60000

#endif
