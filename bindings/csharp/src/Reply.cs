using System;
using System.Collections.Generic;

namespace Robofy
{
    /// <summary>The agent's answer to one message.</summary>
    public sealed class Reply
    {
        /// <summary>The text to forward to the user: never empty.</summary>
        public string Answer { get; internal set; }

        /// <summary>The session that the service answered in, or null if it named none.</summary>
        public string SessionId { get; internal set; }

        /// <summary>The service's own message, such as "Success", or null.</summary>
        public string Message { get; internal set; }

        /// <summary>The response's JSON text as received.</summary>
        public string Body { get; internal set; }

        /// <summary>How many requests it took.</summary>
        public int Attempts { get; internal set; }

        /// <summary>How long it took, retries included.</summary>
        public TimeSpan Elapsed { get; internal set; }

        /// <summary>
        /// The answer as the WhatsApp messages to send, each of at most so many UTF-16 units; 0 for the 4 096 of the Cloud API.
        /// Twilio takes 1 600. It is <see cref="WhatsAppText.Format"/>, then <see cref="WhatsAppText.Split"/>.
        /// </summary>
        public IReadOnlyList<string> Parts(int limit = 0) => WhatsAppText.Split(WhatsAppText.Format(Answer), limit);

        /// <summary>The answer.</summary>
        public override string ToString() => Answer;

        /// <summary>Reads the library's reply, and frees it.</summary>
        internal static Reply Take(IntPtr reply)
        {
            try
            {
                return Read(reply);
            }
            finally
            {
                Library.Native.ReplyFree(reply);
            }
        }

        /// <summary>Reads a completion, and frees it.</summary>
        internal static Reply OfCompletion(IntPtr completion)
        {
            try
            {
                return Read(Library.Native.CompletionReply(completion));
            }
            finally
            {
                Library.Native.CompletionFree(completion);
            }
        }

        /// <summary>Reads the library's reply, and leaves it to its owner.</summary>
        internal static Reply Read(IntPtr reply)
        {
            return new Reply
            {
                Answer = Arguments.String(Library.Native.ReplyAnswer(reply)),
                SessionId = Arguments.String(Library.Native.ReplySessionId(reply)),
                Message = Arguments.String(Library.Native.ReplyMessage(reply)),
                Body = Arguments.String(Library.Native.ReplyJson(reply)),
                Attempts = (int)Library.Native.ReplyAttempts(reply),
                Elapsed = Arguments.Microseconds(Library.Native.ReplyElapsedUs(reply)),
            };
        }
    }
}
