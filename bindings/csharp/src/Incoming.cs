using System;
using System.Collections;
using System.Collections.Generic;

namespace Robofy
{
    /// <summary>What a webhook's body says: its events, in their order. None is normal: answer 200.</summary>
    public sealed class Incoming : IReadOnlyList<Event>
    {
        private readonly Event[] events;

        private Incoming(Event[] events, int skipped)
        {
            this.events = events;
            Skipped = skipped;
        }

        /// <summary>How many events there are.</summary>
        public int Count => events.Length;

        /// <summary>
        /// How many messages and statuses have no identifier or no user, and so are no event: worth a line in a log.
        /// </summary>
        public int Skipped { get; }

        /// <summary>One event, from 0 on.</summary>
        public Event this[int index] => events[index];

        /// <summary>The events.</summary>
        public IEnumerator<Event> GetEnumerator() => ((IEnumerable<Event>)events).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        /// <summary>Reads what the library has read, and frees it.</summary>
        internal static Incoming Take(IntPtr incoming)
        {
            Native native = Library.Native;
            try
            {
                var events = new Event[native.IncomingCount(incoming)];
                for (uint i = 0; i < events.Length; i++)
                    events[i] = Event.Read(native.IncomingEvent(incoming, i));
                return new Incoming(events, (int)native.IncomingSkipped(incoming));
            }
            finally
            {
                native.IncomingFree(incoming);
            }
        }
    }
}
