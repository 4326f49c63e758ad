using System;
using System.Threading;
using System.Threading.Tasks;

namespace Robofy
{
    /// <summary>
    /// The native stream, and the task that waits for its next event. Once closed, it is freed when the collector has left it.
    /// None of what is called of the library within the lock waits.
    /// </summary>
    internal sealed class Events : IWatched
    {
        private readonly object own = new object();
        private readonly StreamHandle stream;
        private readonly int descriptor;
        private TaskCompletionSource<StreamEvent> waiting;
        private bool closed;
        private bool collected;

        internal Events(StreamHandle stream)
        {
            this.stream = stream;
            descriptor = Library.Native.StreamPollFd(stream);
        }

        /// <summary>The next event, or null at the end. It blocks the thread meanwhile.</summary>
        internal StreamEvent Wait()
        {
            CheckOpen();
            TryTake(-1, out StreamEvent taken);
            return taken;
        }

        internal async Task<StreamEvent> Next(CancellationToken cancellation)
        {
            if (cancellation.IsCancellationRequested)
                Cancel();
            cancellation.ThrowIfCancellationRequested();
            var answer = new TaskCompletionSource<StreamEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (own)
            {
                CheckOpen();
                if (waiting != null)
                    throw new InvalidOperationException("a task waits for an event of this AnswerStream: one at a time may");
                if (TryTake(0, out StreamEvent taken))
                    return taken;
                if (!collected)
                    Collector.Add(this, descriptor);
                collected = true;
                waiting = answer;
            }
            Collector.LookAgain();
            using (cancellation.Register(() => Cancel()))
            {
                try
                {
                    return await answer.Task.ConfigureAwait(false);
                }
                catch (ChatCancelledException)
                {
                    cancellation.ThrowIfCancellationRequested();
                    throw;
                }
            }
        }

        /// <summary>False if there is neither an event nor the end in time.</summary>
        private bool TryTake(long timeoutMs, out StreamEvent taken)
        {
            IntPtr pointer = Library.Native.StreamNext(stream, timeoutMs, out IntPtr error);
            if (error != IntPtr.Zero)
                throw RobofyException.Take(error);
            taken = pointer == IntPtr.Zero ? null : StreamEvent.Take(pointer);
            return taken != null || Library.Native.StreamIsDone(stream) != 0;
        }

        internal string Text() => Read(Library.Native.StreamText);

        internal string SessionId() => Read(Library.Native.StreamSessionId);

        private string Read(Native.PointerFromStream getter)
        {
            CheckOpen();
            return Arguments.Take(getter(stream));
        }

        internal bool Cancel()
        {
            lock (own)
                return !closed && Library.Native.StreamCancel(stream) != 0;
        }

        internal void Close()
        {
            lock (own)
            {
                if (closed)
                    return;
                Library.Native.StreamCancel(stream);
                closed = true;
                if (!collected)
                    stream.Dispose();
            }
            Collector.LookAgain();
        }

        private void CheckOpen()
        {
            lock (own)
            {
                if (closed)
                    throw new ObjectDisposedException("AnswerStream", "this AnswerStream is disposed of");
            }
        }

        public int Descriptor
        {
            get
            {
                lock (own)
                    return waiting == null ? -1 : descriptor;
            }
        }

        public void Collect()
        {
            lock (own)
            {
                try
                {
                    if (waiting != null && TryTake(0, out StreamEvent taken))
                        Answered()?.SetResult(taken);
                }
                catch (Exception failure) // the stream's, or there is no memory
                {
                    Answered()?.SetException(failure);
                }
            }
        }

        private TaskCompletionSource<StreamEvent> Answered()
        {
            TaskCompletionSource<StreamEvent> answer = waiting;
            waiting = null;
            return answer;
        }

        /// <summary>A stream that is at its end has nobody who waits, and nobody will.</summary>
        public bool IsDone()
        {
            lock (own)
                return waiting == null && (closed || Library.Native.StreamIsDone(stream) != 0);
        }

        public void Free()
        {
            lock (own)
            {
                collected = false;
                if (closed)
                    stream.Dispose();
            }
        }

        public void GiveUp(Exception failure)
        {
            lock (own)
                Answered()?.SetException(failure);
            Free();
        }
    }
}
