using System;
using System.Collections.Generic;

namespace Robofy
{
    /// <summary>A conversation of an agent, as the service lists it. What the service did not send is null.</summary>
    public sealed class Session
    {
        /// <summary>The conversation.</summary>
        public string SessionId { get; private set; }

        /// <summary>When the last message came, in the service's own words.</summary>
        public string LastMessageTime { get; private set; }

        /// <summary>The text of the last message.</summary>
        public string LastMessage { get; private set; }

        /// <summary>The user's name.</summary>
        public string UserProfileName { get; private set; }

        /// <summary>Whose the last message was, in the service's own words.</summary>
        public string LastMessageDirection { get; private set; }

        /// <summary>The page that the conversation was held on.</summary>
        public string WebsiteUrl { get; private set; }

        /// <summary>Reads the library's sessions, and frees them.</summary>
        internal static List<Session> Take(IntPtr pointer)
        {
            Native native = Library.Native;
            try
            {
                var sessions = new List<Session>();
                for (ulong i = 0; i < native.SessionsCount(pointer); i++)
                    sessions.Add(new Session
                    {
                        SessionId = Arguments.String(native.SessionsSessionId(pointer, i)),
                        LastMessageTime = Arguments.String(native.SessionsLastMessageTime(pointer, i)),
                        LastMessage = Arguments.String(native.SessionsLastMessage(pointer, i)),
                        UserProfileName = Arguments.String(native.SessionsUserProfileName(pointer, i)),
                        LastMessageDirection = Arguments.String(native.SessionsLastMessageDirection(pointer, i)),
                        WebsiteUrl = Arguments.String(native.SessionsWebsiteUrl(pointer, i)),
                    });
                return sessions;
            }
            finally
            {
                native.SessionsFree(pointer);
            }
        }
    }

    /// <summary>The settings of an agent, of which one is a secret. What the service did not send is null.</summary>
    public sealed class AgentSettings
    {
        /// <summary>A number, which the service writes as text.</summary>
        public string Temperature { get; private set; }

        /// <summary>How the agent thinks, in the service's own words.</summary>
        public string ThinkingMode { get; private set; }

        /// <summary>The key to the language model: a secret.</summary>
        public string LlmApiKey { get; private set; }

        /// <summary>Every setting, the secret among them, as the text of a JSON object.</summary>
        public string Json { get; private set; }

        /// <summary>What is no secret.</summary>
        public override string ToString() =>
            "AgentSettings: Temperature = " + Temperature + ", ThinkingMode = " + ThinkingMode;

        /// <summary>Reads the library's settings, and frees them.</summary>
        internal static AgentSettings Take(IntPtr settings)
        {
            Native native = Library.Native;
            try
            {
                return new AgentSettings
                {
                    Temperature = Arguments.String(native.SettingsTemperature(settings)),
                    ThinkingMode = Arguments.String(native.SettingsThinkingMode(settings)),
                    LlmApiKey = Arguments.String(native.SettingsLlmApiKey(settings)),
                    Json = Arguments.String(native.SettingsJson(settings)),
                };
            }
            finally
            {
                native.SettingsFree(settings);
            }
        }
    }
}
