using System;
using System.Collections.Generic;

namespace Robofy
{
    /// <summary>
    /// An agent's answer as WhatsApp text, in messages that fit: <see cref="Reply.Parts"/> is both in one. Nothing here waits,
    /// and no client is needed. Half of a surrogate pair becomes U+FFFD.
    /// </summary>
    public static class WhatsAppText
    {
        /// <summary>
        /// Writes an answer as WhatsApp text: bold, italic, struck and code with WhatsApp's marks, a link as <c>text: url</c>, a
        /// table as code or as lines. Code and URLs are left as they are.
        /// Formatting twice changes nothing unless the dialect is Markdown. The text is empty
        /// only for an empty one.
        /// </summary>
        public static string Format(string text, Dialect dialect = Dialect.Auto)
        {
            byte[] answer = Arguments.MessageText("text", text);
            IntPtr formatted = Library.Native.WhatsappFormat(answer, unchecked((uint)dialect), out IntPtr error);
            if (formatted == IntPtr.Zero)
                throw RobofyException.Take(error);
            return Arguments.Take(formatted);
        }

        /// <summary>
        /// Splits a WhatsApp text into messages of at most so many UTF-16 units, none of them blank: a blank text has none. A part
        /// ends between paragraphs and items of a list where it can, else after a line, a sentence or a word. URLs, and
        /// characters that are drawn as one, are kept whole. A mark or a block of code that goes on is closed and opened again.
        /// A limit of 0 is the 4 096 of the Cloud API; Twilio takes 1 600, a caption 1 024.
        /// </summary>
        public static IReadOnlyList<string> Split(string text, int limit = 0)
        {
            byte[] whole = Arguments.MessageText("text", text);
            Native native = Library.Native;
            IntPtr parts = native.WhatsappSplit(whole, (uint)Arguments.AtLeast(0, "limit", limit), out IntPtr error);
            if (parts == IntPtr.Zero)
                throw RobofyException.Take(error);
            try
            {
                return Read(parts);
            }
            finally
            {
                native.PartsFree(parts);
            }
        }

        /// <summary>Reads the library's parts, and leaves them to their owner.</summary>
        internal static IReadOnlyList<string> Read(IntPtr parts)
        {
            var texts = new string[Library.Native.PartsCount(parts)];
            for (uint i = 0; i < texts.Length; i++)
                texts[i] = Arguments.String(Library.Native.PartsText(parts, i));
            return Array.AsReadOnly(texts);
        }
    }
}
