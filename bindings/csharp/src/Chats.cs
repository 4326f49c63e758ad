using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Robofy
{
    /// <summary>The native client and its tasks that wait. Once closed, it is freed when none waits any more.</summary>
    internal sealed class Chats
    {
        /// <summary>Completions that are handed out before other clients have their turn.</summary>
        private const int Batch = 100;

        private readonly ClientHandle client;
        private readonly Dictionary<ulong, TaskCompletionSource<Reply>> waiting =
            new Dictionary<ulong, TaskCompletionSource<Reply>>();
        private ulong nextTag;
        private bool closed;
        private bool collected;

        internal Chats(ClientHandle client)
        {
            this.client = client;
        }

        /// <summary>Readable while completions wait to be collected.</summary>
        internal int Descriptor { get; private set; }

        internal ClientHandle Open()
        {
            lock (waiting)
            {
                if (closed)
                    throw new ObjectDisposedException("Client", "this Client is disposed of: make another");
            }
            return client;
        }

        internal async Task<Reply> Submit(MessageHandle message, CancellationToken cancellation)
        {
            var answer = new TaskCompletionSource<Reply>(TaskCreationOptions.RunContinuationsAsynchronously);
            ulong tag = Expect(answer);
            if (Library.Native.WhatsappSubmit(client, message, tag, out IntPtr error) == 0)
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
                    return await answer.Task.ConfigureAwait(false);
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

        private ulong Expect(TaskCompletionSource<Reply> answer)
        {
            lock (waiting)
            {
                Open();
                if (!collected)
                {
                    Descriptor = Library.Native.ClientPollFd(client);
                    Collector.Add(this);
                    collected = true;
                }
                ulong tag = nextTag++;
                waiting.Add(tag, answer);
                return tag;
            }
        }

        /// <summary>Null where the task was given up.</summary>
        private TaskCompletionSource<Reply> Forget(ulong tag)
        {
            lock (waiting)
            {
                waiting.TryGetValue(tag, out TaskCompletionSource<Reply> answer);
                waiting.Remove(tag);
                return answer;
            }
        }

        /// <summary>Nothing waits, and nothing will.</summary>
        internal bool IsDone()
        {
            lock (waiting)
                return closed && waiting.Count == 0;
        }

        /// <summary>When the last call has left it.</summary>
        internal void Free() => client.Dispose();

        /// <summary>Without a collector nobody may be left to wait; the next task starts another.</summary>
        internal void GiveUp(Exception failure)
        {
            TaskCompletionSource<Reply>[] left;
            lock (waiting)
            {
                collected = false;
                left = waiting.Values.ToArray();
                waiting.Clear();
                if (closed)
                    client.Dispose();
            }
            foreach (TaskCompletionSource<Reply> answer in left)
                answer.TrySetException(failure);
        }

        /// <summary>Hands out what has come.</summary>
        internal void Collect()
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
            try
            {
                TaskCompletionSource<Reply> answer = Forget(Library.Native.CompletionTag(completion));
                if (answer != null)
                    Answer(answer, completion);
            }
            finally
            {
                Library.Native.CompletionFree(completion);
            }
        }

        private static void Answer(TaskCompletionSource<Reply> answer, IntPtr completion)
        {
            try
            {
                IntPtr reply = Library.Native.CompletionReply(completion);
                if (reply != IntPtr.Zero)
                    answer.SetResult(Reply.Read(reply));
                else
                    answer.SetException(RobofyException.Read(Library.Native.CompletionError(completion)));
            }
            catch (Exception unreadable) // there is no memory for it
            {
                answer.TrySetException(unreadable);
            }
        }
    }
}
