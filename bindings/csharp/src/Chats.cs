using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Robofy
{
    /// <summary>The native client and its tasks that wait, of chats and other calls. Once closed, it is freed when none waits any more.</summary>
    internal sealed class Chats : IWatched
    {
        /// <summary>Completions that are handed out before other clients have their turn.</summary>
        private const int Batch = 100;

        private readonly ClientHandle client;
        private readonly Dictionary<ulong, Waiting> waiting = new Dictionary<ulong, Waiting>();
        private ulong nextTag;
        private bool closed;
        private bool collected;

        internal Chats(ClientHandle client)
        {
            this.client = client;
        }

        /// <summary>Readable while completions wait to be collected.</summary>
        public int Descriptor { get; private set; }

        internal ClientHandle Open()
        {
            lock (waiting)
            {
                if (closed)
                    throw new ObjectDisposedException("Client", "this Client is disposed of: make another");
            }
            return client;
        }

        internal async Task<T> Submit<T>(Call<T> call, CancellationToken cancellation)
        {
            var caller = new Waiting<T>(call.Completed);
            ulong tag = Expect(caller);
            if (call.Submit(client, tag, out IntPtr error) == 0)
            {
                Forget(tag);
                Collector.LookAgain();
                throw RobofyException.Take(error);
            }
            if (IsClosed())
                Cancel(tag);
            using (cancellation.Register(() => Cancel(tag)))
            {
                try
                {
                    return await caller.Answer.ConfigureAwait(false);
                }
                catch (ChatCancelledException)
                {
                    cancellation.ThrowIfCancellationRequested();
                    throw;
                }
            }
        }

        /// <summary>No more calls; tasks that wait are still answered.</summary>
        internal void Retire() => Shut();

        /// <summary>No more calls; tasks that wait are cancelled.</summary>
        internal void Close()
        {
            foreach (ulong tag in Shut())
                Cancel(tag);
        }

        /// <summary>The tags of the tasks that wait.</summary>
        private ulong[] Shut()
        {
            lock (waiting)
            {
                closed = true;
                if (!collected)
                    client.Dispose();
            }
            Collector.LookAgain();
            lock (waiting)
                return waiting.Keys.ToArray();
        }

        private void Cancel(ulong tag)
        {
            try
            {
                Library.Native.ClientCancel(client, tag);
            }
            catch (ObjectDisposedException)
            {
                // All chats have completed meanwhile.
            }
        }

        private bool IsClosed()
        {
            lock (waiting)
                return closed;
        }

        private ulong Expect(Waiting caller)
        {
            lock (waiting)
            {
                Open();
                if (!collected)
                {
                    Descriptor = Library.Native.ClientPollFd(client);
                    Collector.Add(this, Descriptor);
                    collected = true;
                }
                ulong tag = nextTag++;
                waiting.Add(tag, caller);
                return tag;
            }
        }

        /// <summary>Null where the task was given up.</summary>
        private Waiting Forget(ulong tag)
        {
            lock (waiting)
            {
                waiting.TryGetValue(tag, out Waiting caller);
                waiting.Remove(tag);
                return caller;
            }
        }

        /// <summary>Nothing waits, and nothing will.</summary>
        public bool IsDone()
        {
            lock (waiting)
                return closed && waiting.Count == 0;
        }

        /// <summary>When the last call has left it.</summary>
        public void Free() => client.Dispose();

        public void GiveUp(Exception failure)
        {
            Waiting[] left;
            lock (waiting)
            {
                collected = false;
                left = waiting.Values.ToArray();
                waiting.Clear();
                if (closed)
                    client.Dispose();
            }
            foreach (Waiting caller in left)
                caller.Fail(failure);
        }

        public void Collect()
        {
            for (int i = 0; i < Batch; i++)
            {
                IntPtr completion = Library.Native.ClientPoll(client, 0);
                if (completion == IntPtr.Zero)
                    return;
                HandOut(completion);
            }
        }

        private void HandOut(IntPtr completion)
        {
            Waiting caller = Forget(Library.Native.CompletionTag(completion));
            if (caller == null)
                Library.Native.CompletionFree(completion);
            else
                caller.End(completion);
        }

        /// <summary>Whose task waits for a completion.</summary>
        private abstract class Waiting
        {
            /// <summary>Owns the completion.</summary>
            internal abstract void End(IntPtr completion);

            internal abstract void Fail(Exception failure);
        }

        private sealed class Waiting<T> : Waiting
        {
            private readonly TaskCompletionSource<T> source =
                new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            private readonly Func<IntPtr, T> completed;

            internal Waiting(Func<IntPtr, T> completed)
            {
                this.completed = completed;
            }

            internal Task<T> Answer => source.Task;

            internal override void Fail(Exception failure) => source.TrySetException(failure);

            internal override void End(IntPtr completion)
            {
                try
                {
                    RobofyException failure = Failure(completion);
                    if (failure == null)
                        source.SetResult(completed(completion));
                    else
                        source.SetException(failure);
                }
                catch (Exception unreadable) // there is no memory for it
                {
                    Fail(unreadable);
                }
            }

            /// <summary>Frees a completion that has an error.</summary>
            private static RobofyException Failure(IntPtr completion)
            {
                IntPtr error = Library.Native.CompletionError(completion);
                if (error == IntPtr.Zero)
                    return null;
                try
                {
                    return RobofyException.Read(error);
                }
                finally
                {
                    Library.Native.CompletionFree(completion);
                }
            }
        }
    }
}
