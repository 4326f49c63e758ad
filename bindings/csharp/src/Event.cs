using System;

namespace Robofy
{
    /// <summary>One event of an <see cref="AnswerStream"/>.</summary>
    public sealed class Event
    {
        /// <summary>What it is about.</summary>
        public EventKind Kind { get; private set; }

        /// <summary>The tool at a tool event that names one, else the service's own name, such as "text-delta"; or null.</summary>
        public string Name { get; private set; }

        /// <summary>The piece of the answer, the conversation at a session, the reason at a finish; null at any other event.</summary>
        public string Text { get; private set; }

        /// <summary>The event's JSON text as received.</summary>
        public string Json { get; private set; }

        /// <summary>Reads the library's event, and frees it.</summary>
        internal static Event Take(IntPtr pointer)
        {
            Native native = Library.Native;
            try
            {
                var kind = (EventKind)native.EventKind(pointer);
                return new Event
                {
                    Kind = Enum.IsDefined(typeof(EventKind), kind) ? kind : EventKind.Other,
                    Name = Arguments.String(native.EventName(pointer)),
                    Text = Arguments.String(native.EventText(pointer)),
                    Json = Arguments.String(native.EventJson(pointer)),
                };
            }
            finally
            {
                native.EventFree(pointer);
            }
        }
    }
}
