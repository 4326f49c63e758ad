using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Robofy
{
    /// <summary>
    /// The native inbox, and the tasks that wait for its next outcomes. None of what is called of the library within the lock
    /// waits. The collector calls the library within it too, and so the inbox is freed as soon as it is closed.
    /// </summary>
    internal sealed class Outcomes : IWatched
    {
        private readonly object own = new object();
        private readonly InboxHandle inbox;
        private readonly Queue<Outcome> returned = new Queue<Outcome>();
        private int descriptor = -1;
        private readonly LinkedList<TaskCompletionSource<Outcome>> waiting = new LinkedList<TaskCompletionSource<Outcome>>();
        private bool closed;
        private bool collected;

        internal Outcomes(InboxHandle inbox)
        {
            this.inbox = inbox;
        }

        internal InboxHandle Open()
        {
            lock (own)
            {
                if (closed)
                    throw Closed();
            }
            return inbox;
        }

        /// <summary>The next outcome, or null if there is none in time; -1 has no end. It blocks the thread meanwhile.</summary>
        internal Outcome Wait(int timeoutMs)
        {
            if (timeoutMs == 0)
                return TakeOpen();
            TaskCompletionSource<Outcome> answer = Expect(out Outcome taken);
            if (answer == null)
                return taken;
            try
            {
                Collector.LookAgain();
                if (Task.WaitAny(new Task[] { answer.Task }, timeoutMs) < 0 && Forget(answer))
                    return null;
            }
            catch (ThreadInterruptedException)
            {
                bool isBack = false;
                Uninterrupted(() => isBack = GiveBack(answer));
                if (isBack)
                    Uninterrupted(Collect);
                throw;
            }
            return answer.Task.GetAwaiter().GetResult();
        }

        /// <summary>Nobody waits for it any longer; an outcome that has come meanwhile is another's, and there is one if true.</summary>
        private bool GiveBack(TaskCompletionSource<Outcome> answer)
        {
            if (Forget(answer) || answer.Task.Status != TaskStatus.RanToCompletion)
                return false;
            lock (own)
                returned.Enqueue(answer.Task.Result);
            return true;
        }

        /// <summary>Does it, also if the thread is interrupted once more, at a lock that is not entered yet.</summary>
        private static void Uninterrupted(Action work)
        {
            for (bool isInterrupted = false; ;)
                try
                {
                    work();
                    if (isInterrupted)
                        Thread.CurrentThread.Interrupt();
                    return;
                }
                catch (ThreadInterruptedException)
                {
                    isInterrupted = true;
                }
        }

        internal async Task<Outcome> Next(CancellationToken cancellation)
        {
            cancellation.ThrowIfCancellationRequested();
            TaskCompletionSource<Outcome> answer = Expect(out Outcome taken);
            if (answer == null)
                return taken;
            Collector.LookAgain();
            using (cancellation.Register(() => Cancel(answer)))
                return await answer.Task.ConfigureAwait(false);
        }

        private void Cancel(TaskCompletionSource<Outcome> answer)
        {
            if (Forget(answer))
                answer.SetCanceled();
        }

        /// <summary>Null if an outcome was there.</summary>
        private TaskCompletionSource<Outcome> Expect(out Outcome taken)
        {
            var answer = new TaskCompletionSource<Outcome>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (own)
            {
                taken = TakeOpen();
                if (taken != null)
                    return null;
                // One that could not be had at an earlier time is asked for again.
                if (descriptor < 0)
                    descriptor = Library.Native.InboxPollFd(inbox);
                if (!collected)
                    Collector.Add(this, descriptor);
                collected = true;
                waiting.AddLast(answer);
            }
            return answer;
        }

        /// <summary>False if it was answered before.</summary>
        private bool Forget(TaskCompletionSource<Outcome> answer)
        {
            lock (own)
                return waiting.Remove(answer);
        }

        private Outcome TakeOpen()
        {
            lock (own)
            {
                InboxHandle open = Open();
                if (returned.Count > 0)
                    return returned.Dequeue();
                IntPtr pointer = Library.Native.InboxPoll(open, 0);
                return pointer == IntPtr.Zero ? null : Outcome.Take(pointer);
            }
        }

        internal void Close()
        {
            TaskCompletionSource<Outcome>[] left;
            lock (own)
            {
                closed = true;
                left = Left();
            }
            inbox.Dispose();
            Collector.LookAgain();
            foreach (TaskCompletionSource<Outcome> answer in left)
                answer.SetException(Closed());
        }

        private static ObjectDisposedException Closed() =>
            new ObjectDisposedException("Inbox", "this Inbox is disposed of: make another");

        private TaskCompletionSource<Outcome>[] Left()
        {
            TaskCompletionSource<Outcome>[] left = waiting.ToArray();
            waiting.Clear();
            return left;
        }

        public int Descriptor
        {
            get
            {
                lock (own)
                    return waiting.Count == 0 ? -1 : descriptor;
            }
        }

        public void Collect()
        {
            lock (own)
            {
                try
                {
                    while (waiting.Count > 0 && TakeOpen() is Outcome taken)
                        First().SetResult(taken);
                }
                catch (Exception failure) // there is no memory for it
                {
                    First().SetException(failure);
                }
            }
        }

        private TaskCompletionSource<Outcome> First()
        {
            TaskCompletionSource<Outcome> answer = waiting.First.Value;
            waiting.RemoveFirst();
            return answer;
        }

        public bool IsDone()
        {
            lock (own)
                return closed;
        }

        public void Free()
        {
            lock (own)
                collected = false;
        }

        public void GiveUp(Exception failure)
        {
            TaskCompletionSource<Outcome>[] left;
            lock (own)
            {
                collected = false;
                left = Left();
            }
            foreach (TaskCompletionSource<Outcome> answer in left)
                answer.SetException(failure);
        }
    }
}
