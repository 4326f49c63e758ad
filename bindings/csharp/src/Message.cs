using System;

namespace Robofy
{
    /// <summary>One message of a WhatsApp user, and the agent that is to answer it.</summary>
    public sealed class Message
    {
        /// <summary>The query is the user's message as WhatsApp delivered it.</summary>
        public Message(string pid, string chatbotId, string query)
        {
            Pid = pid;
            ChatbotId = chatbotId;
            Query = query;
        }

        /// <summary>The project's ID.</summary>
        public string Pid { get; private set; }

        /// <summary>The ID of the project's agent that answers.</summary>
        public string ChatbotId { get; private set; }

        /// <summary>The user's text.</summary>
        public string Query { get; private set; }

        /// <summary>Names the conversation, commonly the user's number; null lets the service assign one.</summary>
        public string SessionId { get; set; }

        /// <summary>More about the user, as the text of a JSON object; may not hold "platform".</summary>
        public string UserContext { get; set; }

        /// <summary>For this message in place of the client's.</summary>
        public TimeSpan? Timeout { get; set; }

        internal MessageHandle Allocate()
        {
            byte[] sessionId = SessionId == null ? null : Arguments.MessageText("SessionId", SessionId);
            byte[] userContext = UserContext == null ? null : Arguments.MessageText("UserContext", UserContext);
            ulong timeoutMs = Timeout == null ? 0 : Arguments.Milliseconds("Timeout", Timeout.Value);
            var message = new MessageHandle(
                Arguments.MessageText("pid", Pid), Arguments.MessageText("chatbotId", ChatbotId), Arguments.MessageText("query", Query));
            Native.MessageSetSessionId(message, sessionId);
            Native.MessageSetUserContext(message, userContext);
            Native.MessageSetTimeoutMs(message, timeoutMs);
            return message;
        }
    }
}
