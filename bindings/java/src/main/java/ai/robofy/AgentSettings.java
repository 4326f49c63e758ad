package ai.robofy;

import com.sun.jna.Pointer;

/**
 * The settings of an agent, of which one is a secret. What the service did not send is null.
 *
 * @param temperature a number, which the service writes as text
 * @param thinkingMode how the agent thinks, in the service's own words
 * @param llmApiKey the key to the language model: a secret
 * @param json every setting, the secret among them, as the text of a JSON object
 */
public record AgentSettings(String temperature, String thinkingMode, String llmApiKey, String json) {
    /** What is no secret. */
    @Override
    public String toString() {
        return "AgentSettings[temperature=" + temperature + ", thinkingMode=" + thinkingMode + "]";
    }

    static AgentSettings read(Pointer settings) {
        return new AgentSettings(
                Arguments.string(Native.robofy_settings_temperature(settings)),
                Arguments.string(Native.robofy_settings_thinking_mode(settings)),
                Arguments.string(Native.robofy_settings_llm_api_key(settings)),
                Arguments.string(Native.robofy_settings_json(settings)));
    }
}
