/** The settings of an agent. Its secret is shown by no `console.log`, and is in no JSON made of it. */
export declare class AgentSettings {
    private constructor();
    /** A number, which the service writes as text. */
    readonly temperature: string | null;
    /** How the agent thinks, in the service's own words. */
    readonly thinkingMode: string | null;
    /** The key to the language model: a secret. */
    get llmApiKey(): string | null;
    /** Every setting, the secret among them. */
    get all(): Record<string, unknown>;
}
