<?php

declare(strict_types=1);

namespace Robofy;

/** One message of a WhatsApp user. */
final class Message
{
    /**
     * @param string $query the user's message as WhatsApp delivered it
     * @param ?string $sessionId the conversation, commonly the user's WhatsApp number; without it a new one begins
     * @param ?array<string, mixed> $userContext more about the user, as JSON values; may not hold "platform"
     * @param ?float $timeout seconds for this message; null is the client's
     * @param ?string $pid the project; null is the client's
     * @param ?string $chatbotId the project's agent that answers; null is the client's
     */
    public function __construct(
        public readonly string $query,
        public readonly ?string $sessionId = null,
        public readonly ?array $userContext = null,
        public readonly ?float $timeout = null,
        public readonly ?string $pid = null,
        public readonly ?string $chatbotId = null,
    ) {
    }

    /** @internal */
    public function native(\FFI $library, ?string $pid, ?string $chatbotId): Handle
    {
        $pointer = $library->robofy_message_new(
            Arguments::once('pid', $this->pid ?? $pid),
            Arguments::once('chatbotId', $this->chatbotId ?? $chatbotId),
            Arguments::messageText('query', $this->query),
        );
        $handle = new Handle($library, $pointer, 'robofy_message_free');
        if ($this->sessionId !== null) {
            $library->robofy_message_set_session_id($pointer, Arguments::messageText('sessionId', $this->sessionId));
        }
        if ($this->userContext !== null) {
            $library->robofy_message_set_user_context($pointer, Arguments::json('userContext', $this->userContext));
        }
        if ($this->timeout !== null) {
            $library->robofy_message_set_timeout_ms($pointer, Arguments::milliseconds('timeout', $this->timeout));
        }

        return $handle;
    }
}
