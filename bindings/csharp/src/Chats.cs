using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Robofy
{
    /// <summary>
    /// The native client, its chats that wait, and the background thread that collects them. The thread ends when for a
    /// second no chat has waited, or when none waits any more and the client is closed.
    /// </summary>
    internal sealed class Chats
    {
        private const int IdleMs = 1000;
        private const int StackBytes = 256 * 1024;

        private readonly ClientHandle client;
        private readonly Dictionary<ulong, TaskCompletionSource<Reply>> waiting =
            new Dictionary<ulong, TaskCompletionSource<Reply>>();
        private ulong nextTag;
        private bool closed;
        private bool collecting;

        internal Chats(ClientHandle client)
        {
            this.client = client;
        }

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
            IntPtr error;
            if (Native.WhatsappSubmit(client, message, tag, out error) == 0)
            {
                Forget(tag);
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

        internal void Close()
        {
            ulong[] tags;
            lock (waiting)
            {
                if (closed)
                    return;
                closed = true;
                tags = new ulong[waiting.Count];
                waiting.Keys.CopyTo(tags, 0);
                if (!collecting)
                    client.Dispose();
            }
            foreach (ulong tag in tags)
                Cancel(tag);
        }

        private void Cancel(ulong tag)
        {
            try
            {
                Native.ClientCancel(client, tag);
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
                if (!collecting)
                    new Thread(Collect, StackBytes) { IsBackground = true, Name = "robofy" }.Start();
                collecting = true;
                ulong tag = nextTag++;
                waiting.Add(tag, answer);
                return tag;
            }
        }

        private TaskCompletionSource<Reply> Forget(ulong tag)
        {
            lock (waiting)
            {
                TaskCompletionSource<Reply> answer = waiting[tag];
                waiting.Remove(tag);
                return answer;
            }
        }

        private void Collect()
        {
            while (true)
            {
                IntPtr completion = Native.ClientPoll(client, IdleMs);
                if (completion != IntPtr.Zero)
                    HandOut(completion);
                lock (waiting)
                {
                    if (waiting.Count > 0 || completion != IntPtr.Zero && !closed)
                        continue;
                    collecting = false;
                    if (closed)
                        client.Dispose();
                    return;
                }
            }
        }

        private void HandOut(IntPtr completion)
        {
            try
            {
                TaskCompletionSource<Reply> answer = Forget(Native.CompletionTag(completion));
                IntPtr reply = Native.CompletionReply(completion);
                if (reply != IntPtr.Zero)
                    answer.SetResult(Reply.Read(reply));
                else
                    answer.SetException(RobofyException.Read(Native.CompletionError(completion)));
            }
            finally
            {
                Native.CompletionFree(completion);
            }
        }
    }
}
