using System;

namespace Robofy
{
    /// <summary>One message of a user, and the agent that is to answer it.</summary>
    public sealed class Message
    {
        /// <summary>For the agent that the client's options name. The query is the user's message.</summary>
        public Message(string query) : this(null, null, query) { }

        /// <summary>For the agent that is named here; null is the one of the client's options.</summary>
        public Message(string pid, string chatbotId, string query)
        {
            Pid = pid;
            ChatbotId = chatbotId;
            Query = query ?? throw new ArgumentNullException(nameof(query));
        }

        /// <summary>The project's ID.</summary>
        public string Pid { get; }

        /// <summary>The ID of the project's agent that answers.</summary>
        public string ChatbotId { get; }

        /// <summary>The user's text.</summary>
        public string Query { get; }

        /// <summary>Names the conversation, commonly the user's number; null lets the service assign one.</summary>
        public string SessionId { get; set; }

        /// <summary>More about the user, as the text of a JSON object; may not hold "platform".</summary>
        public string UserContext { get; set; }

        /// <summary>
        /// Where the user writes from, in the service's own words; null is WhatsApp at <see cref="Client.WhatsAppChat"/>,
        /// elsewhere "web".
        /// </summary>
        public string Platform { get; set; }

        /// <summary>For this message in place of the client's.</summary>
        public TimeSpan? Timeout { get; set; }

        internal MessageHandle Allocate(string pid, string chatbotId)
        {
            byte[] project = Arguments.Id("pid", Pid ?? pid);
            byte[] agent = Arguments.Id("chatbotId", ChatbotId ?? chatbotId);
            byte[] query = Arguments.MessageText("query", Query);
            byte[] sessionId = SessionId == null ? null : Arguments.MessageText("SessionId", SessionId);
            byte[] userContext = UserContext == null ? null : Arguments.MessageText("UserContext", UserContext);
            byte[] platform = Platform == null ? null : Arguments.MessageText("Platform", Platform);
            ulong timeoutMs = Timeout == null ? 0 : Arguments.Milliseconds("Timeout", Timeout.Value);
            var message = new MessageHandle(Library.Native.MessageNew(project, agent, query));
            Library.Native.MessageSetSessionId(message, sessionId);
            Library.Native.MessageSetUserContext(message, userContext);
            Library.Native.MessageSetPlatform(message, platform);
            Library.Native.MessageSetTimeoutMs(message, timeoutMs);
            return message;
        }
    }
}
