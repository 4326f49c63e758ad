<?php

declare(strict_types=1);

namespace Robofy;

use FFI\CData;

/** The settings of an agent. Neither a dump nor an export shows the secret among them, the key to the language model. */
final class AgentSettings
{
    private readonly \Closure $secrets;

    /** @param array<string, mixed> $all every setting, the secret among them */
    public function __construct(
        /** A number, which the service writes as text. */
        public readonly ?string $temperature = null,
        /** How the agent thinks, in the service's own words. */
        public readonly ?string $thinkingMode = null,
        #[\SensitiveParameter] ?string $llmApiKey = null,
        #[\SensitiveParameter] array $all = [],
    ) {
        $this->secrets = static fn (): array => [$llmApiKey, $all];
    }

    /** The key to the language model: a secret. */
    public function llmApiKey(): ?string
    {
        return ($this->secrets)()[0];
    }

    /** Every setting, the secret among them. */
    public function all(): array
    {
        return ($this->secrets)()[1];
    }

    public function __debugInfo(): array
    {
        return ['temperature' => $this->temperature, 'thinkingMode' => $this->thinkingMode];
    }

    /** @internal Reads settings of the library, which stay their owner's. */
    public static function read(\FFI $library, CData $settings): self
    {
        return new self(
            $library->robofy_settings_temperature($settings),
            $library->robofy_settings_thinking_mode($settings),
            $library->robofy_settings_llm_api_key($settings),
            json_decode($library->robofy_settings_json($settings), true, flags: JSON_THROW_ON_ERROR),
        );
    }
}
