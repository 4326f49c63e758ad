<?php

declare(strict_types=1);

namespace Robofy;

/** One message of a user, of WhatsApp or of another platform. */
final class Message
{
    /**
     * @param string $query the user's message as WhatsApp delivered it
     * @param ?string $sessionId the conversation, commonly the user's WhatsApp number; without it a new one begins
     * @param ?array<string, mixed> $userContext more about the user, as JSON values; may not hold "platform"
     * @param ?float $timeout seconds for this message; null is the client's
     * @param ?string $pid the project; null is the client's
     * @param ?string $chatbotId the project's agent that answers; null is the client's
     * @param ?string $platform where the user writes, in the service's own words, for chatSend() and stream(); null is
     *   "web" there, and "whatsapp" for a WhatsApp message
     */
    public function __construct(
        public readonly string $query,
        public readonly ?string $sessionId = null,
        public readonly ?array $userContext = null,
        public readonly ?float $timeout = null,
        public readonly ?string $pid = null,
        public readonly ?string $chatbotId = null,
        public readonly ?string $platform = null,
    ) {
    }

    /** @internal */
    public function native(\FFI $library, ?string $pid, ?string $chatbotId): Handle
    {
        [$texts, $settings] = $this->checked($pid, $chatbotId);
        $handle = new Handle($library, $library->robofy_message_new(...$texts), 'robofy_message_free');
        foreach ($settings as $name => $value) {
            $library->{"robofy_message_set_$name"}($handle->pointer, $value);
        }

        return $handle;
    }

    /**
     * @internal
     * @return array{list<string>, array<string, string|int>} what a message is made of, then what is set of it
     */
    public function checked(?string $pid, ?string $chatbotId): array
    {
        $settings = [
            'session_id' => Arguments::messageText('sessionId', $this->sessionId),
            'user_context' => Arguments::json('userContext', $this->userContext),
            'platform' => Arguments::messageText('platform', $this->platform),
            'timeout_ms' => Arguments::milliseconds('timeout', $this->timeout),
        ];

        return [
            [
                Arguments::once('pid', $this->pid ?? $pid),
                Arguments::once('chatbotId', $this->chatbotId ?? $chatbotId),
                Arguments::messageText('query', $this->query),
            ],
            array_filter($settings, static fn (mixed $value): bool => $value !== null),
        ];
    }
}
