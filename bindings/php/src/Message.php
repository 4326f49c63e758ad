<?php

declare(strict_types=1);

namespace Robofy;

/** One message of a WhatsApp user, and the agent that is to answer it. */
final class Message
{
    /**
     * @param string $pid the project
     * @param string $chatbotId the project's agent that answers
     * @param string $query the user's message as WhatsApp delivered it
     * @param ?string $sessionId the conversation, commonly the user's WhatsApp number; without it a new one begins
     * @param ?array<string, mixed> $userContext more about the user, as JSON values; may not hold "platform"
     * @param ?float $timeout seconds for this message; null is the client's
     */
    public function __construct(
        public readonly string $pid,
        public readonly string $chatbotId,
        public readonly string $query,
        public readonly ?string $sessionId = null,
        public readonly ?array $userContext = null,
        public readonly ?float $timeout = null,
    ) {
    }

    /** @internal */
    public function native(\FFI $library): Handle
    {
        $pointer = $library->robofy_message_new(
            Arguments::text('pid', $this->pid),
            Arguments::text('chatbot_id', $this->chatbotId),
            Arguments::text('query', $this->query),
        );
        $handle = new Handle($library, $pointer, 'robofy_message_free');
        if ($this->sessionId !== null) {
            $library->robofy_message_set_session_id($pointer, Arguments::text('session_id', $this->sessionId));
        }
        if ($this->userContext !== null) {
            $library->robofy_message_set_user_context($pointer, Arguments::json('user_context', $this->userContext));
        }
        if ($this->timeout !== null) {
            $library->robofy_message_set_timeout_ms($pointer, Arguments::milliseconds('timeout', $this->timeout));
        }

        return $handle;
    }
}
