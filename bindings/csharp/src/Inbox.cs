using System;
using System.Collections;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Robofy
{
    /// <summary>
    /// Takes what users write, asks the agent once for each burst of messages, in the order of each session, and hands out the
    /// answers. What it accepts ends in one outcome, also after a restart if its options have a Path. Its outcomes are waited for by
    /// <c>foreach</c>, which blocks the thread, by <c>await foreach</c>, or by <see cref="NextAsync"/>. Any number of threads share
    /// it, and each outcome goes to one who waits. It may outlive its client. One that is forgotten is freed.
    /// </summary>
    public sealed class Inbox : IEnumerable<Outcome>, IDisposable
    {
        private readonly Outcomes outcomes;

        /// <summary>
        /// For an agent, which is the client's where none is named. What an earlier inbox has left at its path is taken up at once.
        /// </summary>
        /// <exception cref="StorageException">Nothing can be kept at the path: another inbox may have it.</exception>
        public Inbox(Client client, string pid = null, string chatbotId = null, InboxOptions options = null)
        {
            if (client == null)
                throw new ArgumentNullException(nameof(client));
            outcomes = new Outcomes(client.NewInbox(pid, chatbotId, options ?? new InboxOptions()));
        }

        /// <summary>At the end of the process, where all is finalized in any order, there is nothing left to do.</summary>
        ~Inbox()
        {
            if (!Environment.HasShutdownStarted)
                outcomes?.Close();
        }

        /// <summary>
        /// Takes an event of a webhook, of any kind, which is kept when this returns: with a path, on disk. What would be
        /// <see cref="Accept.Refused"/> is thrown: answer the webhook with 503.
        /// </summary>
        /// <exception cref="StorageException">It is not kept.</exception>
        /// <exception cref="OverloadedException">There are as many messages as MaxPending.</exception>
        public Accept Offer(Event message)
        {
            if (message == null)
                throw new ArgumentNullException(nameof(message));
            if (message.Owner == null)
                throw Arguments.Invalid("message must be one that a Webhook has read");
            bool isHeld = false;
            try
            {
                message.Owner.DangerousAddRef(ref isHeld);
                uint accept = Library.Native.InboxOffer(Open(), message.Pointer, out IntPtr error);
                return (Accept)Kept(accept, error);
            }
            finally
            {
                if (isHeld)
                    message.Owner.DangerousRelease();
            }
        }

        /// <summary>
        /// Takes a text, for who has no webhook; in all else as <see cref="Offer"/>. By the message's identifier it is a duplicate
        /// when it comes again. The channel's may be null where there is one channel alone.
        /// </summary>
        public Accept OfferText(string channelId, string user, string messageId, string text)
        {
            byte[] channel = channelId == null ? null : Arguments.Text("channelId", channelId);
            byte[] from = Arguments.Text("user", user), id = Arguments.Text("messageId", messageId);
            byte[] written = Arguments.MessageText("text", text);
            uint accept = Library.Native.InboxOfferText(Open(), channel, from, id, written, out IntPtr error);
            return (Accept)Kept(accept, error);
        }

        /// <summary>The next outcome; null if there is none in time. It blocks the thread meanwhile, unless the time is zero.</summary>
        public Outcome Poll(TimeSpan timeout)
        {
            ulong ms = Arguments.NotNegative("timeout", timeout);
            return Kept(outcomes.Wait((int)Math.Min(ms, int.MaxValue)));
        }

        /// <summary>The next outcome, waited for. The token ends the wait, and the task is then cancelled.</summary>
        /// <exception cref="ObjectDisposedException">The inbox is disposed of, also meanwhile.</exception>
        public async Task<Outcome> NextAsync(CancellationToken cancellationToken = default(CancellationToken)) =>
            Kept(await outcomes.Next(cancellationToken).ConfigureAwait(false));

        /// <summary>The outcomes as they come, for <c>await foreach</c>, until the inbox is disposed of or the token ends the wait.</summary>
        public AsyncEnumerator GetAsyncEnumerator(CancellationToken cancellationToken = default(CancellationToken)) =>
            new AsyncEnumerator(this, cancellationToken);

        /// <summary>The outcomes as they come, until the inbox is disposed of.</summary>
        public IEnumerator<Outcome> GetEnumerator()
        {
            while (true)
                yield return Kept(outcomes.Wait(Timeout.Infinite));
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        /// <summary>
        /// A part of an outcome was sent. Only when each part is reported does the session go on, and only then is it certain that
        /// the part does not come again after a restart. The identifier is the channel's of the message; null if it gave none.
        /// </summary>
        /// <exception cref="StorageException">It is not kept: report it again.</exception>
        public void Sent(Outcome outcome, int part, string providerId = null)
        {
            byte[] id = providerId == null ? null : Arguments.Text("providerId", providerId);
            Library.Native.InboxSent(Open(), HandleOf(outcome), unchecked((uint)part), id, out IntPtr error);
            Kept(0, error);
        }

        /// <summary>
        /// A part of an outcome could not be sent. Send no more of its parts: what is left of them comes again in another outcome,
        /// when it is time to send it; the part itself too, unless the code says that it will never be sent or it has failed too
        /// often. The code is Meta's; else the HTTP status, from 400 on; less than 0 for a connection that was lost.
        /// </summary>
        public void Failed(Outcome outcome, int part, int code)
        {
            Library.Native.InboxFailed(Open(), HandleOf(outcome), unchecked((uint)part), code, out IntPtr error);
            Kept(0, error);
        }

        /// <summary>
        /// A person has the conversation for so long: the agent is silent, and what is under way for the user ends as
        /// <see cref="OutcomeKind.Expired"/>. The session may be any other identifier of the user.
        /// </summary>
        /// <exception cref="InvalidArgumentException">No channel has brought a message yet.</exception>
        public void Pause(string sessionId, TimeSpan time)
        {
            ulong ms = Arguments.NotNegative("time", time);
            Library.Native.InboxPause(Open(), Arguments.Text("sessionId", sessionId), ms, out IntPtr error);
            Kept(0, error);
        }

        /// <summary>The agent has the conversation again. Messages that came meanwhile stay unanswered.</summary>
        public void Resume(string sessionId)
        {
            Library.Native.InboxResume(Open(), Arguments.Text("sessionId", sessionId), out IntPtr error);
            Kept(0, error);
        }

        /// <summary>A snapshot of the inbox's figures.</summary>
        /// <exception cref="StorageException">What is kept cannot be read.</exception>
        public InboxStats Stats()
        {
            string json = Kept(Arguments.Take(Library.Native.InboxStats(Open())));
            if (json == null)
                throw RobofyException.Of(Status.Storage, "the inbox's figures cannot be read: look at its path");
            return new InboxStats(json);
        }

        /// <summary>
        /// Lets go of the inbox: who waits has an ObjectDisposedException at once. What was queued stays at its path, and what was
        /// handed out and not reported comes again there. May be called again, by any thread.
        /// </summary>
        public void Dispose()
        {
            outcomes.Close();
            GC.SuppressFinalize(this);
        }

        private InboxHandle Open() => outcomes.Open();

        private static OutcomeHandle HandleOf(Outcome outcome) =>
            (outcome ?? throw new ArgumentNullException(nameof(outcome))).Handle;

        private T Kept<T>(T result, IntPtr error)
        {
            GC.KeepAlive(this);
            return error == IntPtr.Zero ? result : throw RobofyException.Take(error);
        }

        /// <summary>Not forgotten before the call has returned.</summary>
        private T Kept<T>(T result) => Kept(result, IntPtr.Zero);

        /// <summary>What <c>await foreach</c> needs: IAsyncEnumerator is not everywhere.</summary>
        public sealed class AsyncEnumerator
        {
            private readonly Inbox inbox;
            private readonly CancellationToken cancellation;

            internal AsyncEnumerator(Inbox inbox, CancellationToken cancellation)
            {
                this.inbox = inbox;
                this.cancellation = cancellation;
            }

            /// <summary>The outcome that was taken last.</summary>
            public Outcome Current { get; private set; }

            /// <summary>Takes the next outcome; it has no end.</summary>
            public async Task<bool> MoveNextAsync()
            {
                Current = await inbox.NextAsync(cancellation).ConfigureAwait(false);
                return true;
            }
        }
    }
}
