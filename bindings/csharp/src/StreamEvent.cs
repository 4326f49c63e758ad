using System;

namespace Robofy
{
    /// <summary>One event of an <see cref="AnswerStream"/>.</summary>
    public sealed class StreamEvent
    {
        /// <summary>What it is about.</summary>
        public StreamEventKind Kind { get; private set; }

        /// <summary>The tool at a tool event that names one, else the service's own name, such as "text-delta"; or null.</summary>
        public string Name { get; private set; }

        /// <summary>The piece of the answer, the conversation at a session, the reason at a finish; null at any other event.</summary>
        public string Text { get; private set; }

        /// <summary>The event's JSON text as received.</summary>
        public string Json { get; private set; }

        /// <summary>Reads the library's event, and frees it.</summary>
        internal static StreamEvent Take(IntPtr pointer)
        {
            Native native = Library.Native;
            try
            {
                var kind = (StreamEventKind)native.StreamEventKind(pointer);
                return new StreamEvent
                {
                    Kind = Enum.IsDefined(typeof(StreamEventKind), kind) ? kind : StreamEventKind.Other,
                    Name = Arguments.String(native.StreamEventName(pointer)),
                    Text = Arguments.String(native.StreamEventText(pointer)),
                    Json = Arguments.String(native.StreamEventJson(pointer)),
                };
            }
            finally
            {
                native.StreamEventFree(pointer);
            }
        }
    }
}
