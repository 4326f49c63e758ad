using System;
using System.Collections.Generic;

namespace Robofy
{
    /// <summary>
    /// Something that the program is to send, to show or to know. Each of its parts is to be sent, in their order, and reported by
    /// <see cref="Inbox.Sent"/> or <see cref="Inbox.Failed"/>. Null is what is not known. Immutable, and of use on any thread; it
    /// outlives its inbox. One that is forgotten is freed.
    /// </summary>
    public sealed partial class Outcome : IDisposable
    {
        internal OutcomeHandle Handle { get; }

        /// <summary>
        /// The JSON body of Meta's POST to <c>/&lt;phone number ID&gt;/messages</c> for a part; of typing, as part 0, that of the
        /// indicator. Null if there are not so many parts, or nobody to send them to.
        /// </summary>
        public string Request(int part)
        {
            bool isHeld = false;
            try
            {
                Handle.DangerousAddRef(ref isHeld);
                return Arguments.String(Library.Native.OutcomeRequest(Handle, unchecked((uint)part)));
            }
            finally
            {
                if (isHeld)
                    Handle.DangerousRelease();
            }
        }

        /// <summary>Lets go of the requests, and of what is needed to report it; what it tells stays. May be called again.</summary>
        public void Dispose() => Handle.Dispose();

        /// <summary>What it is and how much: neither a text nor the user.</summary>
        public override string ToString() =>
            "Outcome: Kind = " + Kind + ", MessageIds = " + MessageIds.Count + ", Parts = " + Parts.Count;

        /// <summary>Owns the library's outcome.</summary>
        internal static Outcome Take(IntPtr pointer)
        {
            var outcome = new OutcomeHandle(pointer);
            try
            {
                return new Outcome(outcome);
            }
            catch
            {
                outcome.Dispose();
                throw;
            }
        }

        private static T Optional<T>(IntPtr pointer, Func<IntPtr, T> read) where T : class =>
            pointer == IntPtr.Zero ? null : read(pointer);

        private static IReadOnlyList<string> IdsOf(OutcomeHandle outcome)
        {
            var ids = new string[Library.Native.OutcomeMessageCount(outcome)];
            for (uint i = 0; i < ids.Length; i++)
                ids[i] = Arguments.String(Library.Native.OutcomeMessageId(outcome, i));
            return Array.AsReadOnly(ids);
        }
    }
}
