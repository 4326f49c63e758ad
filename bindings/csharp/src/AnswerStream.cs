using System;
using System.Collections;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Robofy
{
    /// <summary>
    /// An answer while it is written: its events, each of which is waited for, by <c>foreach</c>, which blocks the thread, or by
    /// <c>await foreach</c>. It ends with the service's word for the end, or fails as it ended otherwise:
    /// <see cref="ChatInterruptedException"/> where it was cut short, <see cref="ServerException"/> where the service gave it
    /// up, <see cref="ChatTimeoutException"/> where no event came in time, and others. What came before can still be read. To
    /// dispose of it, or to forget it, cancels what is left of the answer.
    /// </summary>
    public sealed class AnswerStream : IEnumerable<StreamEvent>, IDisposable
    {
        private readonly Events events;

        internal AnswerStream(StreamHandle stream)
        {
            events = new Events(stream);
        }

        /// <summary>At the end of the process, where all is finalized in any order, there is nothing left to do.</summary>
        ~AnswerStream()
        {
            if (!Environment.HasShutdownStarted)
                events?.Close();
        }

        /// <summary>The answer so far: the text of the events that were taken. It goes up to the client's MaxResponseBytes.</summary>
        public string Text => Kept(events.Text());

        /// <summary>The conversation, once its event was taken, which comes near the end; else null.</summary>
        public string SessionId => Kept(events.SessionId());

        /// <summary>
        /// Takes the next event; null at the end. One task at a time waits for an event. The token cancels the answer, and the
        /// task is then cancelled.
        /// </summary>
        public async Task<StreamEvent> NextAsync(CancellationToken cancellationToken = default(CancellationToken)) =>
            Kept(await events.Next(cancellationToken).ConfigureAwait(false));

        /// <summary>The events that were not taken yet, for <c>await foreach</c>.</summary>
        public AsyncEnumerator GetAsyncEnumerator(CancellationToken cancellationToken = default(CancellationToken)) =>
            new AsyncEnumerator(this, cancellationToken);

        /// <summary>The events that were not taken yet.</summary>
        public IEnumerator<StreamEvent> GetEnumerator()
        {
            for (StreamEvent each = Kept(events.Wait()); each != null; each = Kept(events.Wait()))
                yield return each;
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        /// <summary>
        /// Gives the answer up: who waits for an event has <see cref="ChatCancelledException"/> at once. False if the end was
        /// taken before. The agent may have seen the message.
        /// </summary>
        public bool Cancel() => Kept(events.Cancel());

        /// <summary>Cancels what is left of the answer, and lets go of it. May be called again, by any thread.</summary>
        public void Dispose()
        {
            events.Close();
            GC.SuppressFinalize(this);
        }

        /// <summary>Not forgotten before the call has returned.</summary>
        private T Kept<T>(T result)
        {
            GC.KeepAlive(this);
            return result;
        }

        /// <summary>What <c>await foreach</c> needs: IAsyncEnumerator is not everywhere.</summary>
        public sealed class AsyncEnumerator
        {
            private readonly AnswerStream stream;
            private readonly CancellationToken cancellation;

            internal AsyncEnumerator(AnswerStream stream, CancellationToken cancellation)
            {
                this.stream = stream;
                this.cancellation = cancellation;
            }

            /// <summary>The event that was taken last.</summary>
            public StreamEvent Current { get; private set; }

            /// <summary>Takes the next event; false at the end.</summary>
            public async Task<bool> MoveNextAsync()
            {
                Current = await stream.NextAsync(cancellation).ConfigureAwait(false);
                return Current != null;
            }
        }
    }
}
