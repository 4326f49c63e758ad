using System;
using System.Collections;
using System.Collections.Generic;

namespace Robofy
{
    /// <summary>
    /// What a webhook's body says: its events, in their order. None is normal: answer 200. To dispose of it, or to forget it and
    /// its events, lets go of what <see cref="Inbox.Offer"/> needs of them; what they tell stays.
    /// </summary>
    public sealed class Incoming : IReadOnlyList<Event>, IDisposable
    {
        private readonly IncomingHandle owner;
        private readonly Event[] events;

        internal Incoming(IncomingHandle owner)
        {
            this.owner = owner;
            events = new Event[Library.Native.IncomingCount(owner)];
            for (uint i = 0; i < events.Length; i++)
                events[i] = Event.Read(Library.Native.IncomingEvent(owner, i), owner);
            Skipped = (int)Library.Native.IncomingSkipped(owner);
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

        /// <summary>Its events can be offered no more. May be called again, by any thread.</summary>
        public void Dispose() => owner.Dispose();
    }
}
