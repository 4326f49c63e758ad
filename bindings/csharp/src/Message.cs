using System;

namespace Robofy
{
    /// <summary>One message of a WhatsApp user, and the agent that is to answer it.</summary>
    public sealed class Message
    {
        /// <summary>For the agent that the client's options name. The query is the user's message as WhatsApp delivered it.</summary>
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

        /// <summary>For this message in place of the client's.</summary>
        public TimeSpan? Timeout { get; set; }

        internal MessageHandle Allocate(string pid, string chatbotId)
        {
            byte[] project = Id("pid", Pid ?? pid);
            byte[] agent = Id("chatbotId", ChatbotId ?? chatbotId);
            byte[] query = Arguments.MessageText("query", Query);
            byte[] sessionId = SessionId == null ? null : Arguments.MessageText("SessionId", SessionId);
            byte[] userContext = UserContext == null ? null : Arguments.MessageText("UserContext", UserContext);
            ulong timeoutMs = Timeout == null ? 0 : Arguments.Milliseconds("Timeout", Timeout.Value);
            var message = new MessageHandle(Library.Native.MessageNew(project, agent, query));
            Library.Native.MessageSetSessionId(message, sessionId);
            Library.Native.MessageSetUserContext(message, userContext);
            Library.Native.MessageSetTimeoutMs(message, timeoutMs);
            return message;
        }

        private static byte[] Id(string parameter, string value)
        {
            if (value == null)
                throw Arguments.Invalid(parameter + " is missing: set it in the Message, or in the client's Options");
            return Arguments.MessageText(parameter, value);
        }
    }
}
