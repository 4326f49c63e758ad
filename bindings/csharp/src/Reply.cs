using System;

namespace Robofy
{
    /// <summary>The agent's answer to one message.</summary>
    public sealed class Reply
    {
        /// <summary>The text to forward to the WhatsApp user: never empty.</summary>
        public string Answer { get; private set; }

        /// <summary>The session that the service answered in, or null if it named none.</summary>
        public string SessionId { get; private set; }

        /// <summary>The service's own message, such as "Success", or null.</summary>
        public string Message { get; private set; }

        /// <summary>The response's JSON text as received.</summary>
        public string Body { get; private set; }

        /// <summary>How many requests it took.</summary>
        public int Attempts { get; private set; }

        /// <summary>How long it took, retries included.</summary>
        public TimeSpan Elapsed { get; private set; }

        /// <summary>The answer.</summary>
        public override string ToString()
        {
            return Answer;
        }

        internal static Reply Read(IntPtr reply)
        {
            return new Reply
            {
                Answer = Native.TextOf(Native.ReplyAnswer(reply)),
                SessionId = Native.TextOf(Native.ReplySessionId(reply)),
                Message = Native.TextOf(Native.ReplyMessage(reply)),
                Body = Native.TextOf(Native.ReplyJson(reply)),
                Attempts = (int)Native.ReplyAttempts(reply),
                Elapsed = TimeSpan.FromTicks((long)Native.ReplyElapsedUs(reply) * (TimeSpan.TicksPerMillisecond / 1000)),
            };
        }
    }
}
