using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Pipes;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;

namespace Robofy
{
    /// <summary>
    /// The background thread that collects the completions of all clients of the process, and the events that streams wait
    /// for: it waits for all of them with one call of poll(2), which ignores a negative descriptor. It starts with the first client that has a task and ends when none is left. A client is freed only
    /// after the collector has left it, and so never while it is polled. A client that comes, or closes without a task, ends
    /// the wait through a pipe. A stream is a client here.
    /// </summary>
    internal sealed class Collector
    {
        private const short PollIn = 1;
        private const int StackBytes = 256 * 1024;

        private static readonly object Lock = new object();
        private static Collector running;

        private readonly HashSet<IWatched> clients = new HashSet<IWatched>();
        private readonly AnonymousPipeServerStream pipe;
        private readonly AnonymousPipeClientStream bell;
        private bool rung;

        private Collector()
        {
            try
            {
                pipe = new AnonymousPipeServerStream(PipeDirection.In);
                bell = new AnonymousPipeClientStream(PipeDirection.Out, pipe.ClientSafePipeHandle);
            }
            catch (IOException)
            {
                throw NoDescriptorLeft();
            }
        }

        internal static void Add(IWatched client, int descriptor)
        {
            if (descriptor < 0)
                throw NoDescriptorLeft();
            lock (Lock)
            {
                if (running == null)
                    running = Started();
                running.clients.Add(client);
                running.Ring();
            }
        }

        /// <summary>A client may be done, or have another descriptor.</summary>
        internal static void LookAgain()
        {
            lock (Lock)
                running?.Ring();
        }

        private static Collector Started()
        {
            var collector = new Collector();
            try
            {
                new Thread(collector.Run, StackBytes) { IsBackground = true, Name = "robofy-collect" }.Start();
                return collector;
            }
            catch
            {
                collector.ClosePipe();
                throw;
            }
        }

        private void Run()
        {
            try
            {
                for (IWatched[] left = Left(); left.Length > 0; left = Left())
                    foreach (IWatched client in Ready(left))
                        client.Collect();
            }
            catch (ObjectDisposedException) when (Environment.HasShutdownStarted)
            {
                // At the end of the process the clients are finalized before the threads have ended.
            }
            catch (Exception failure) // there is no memory
            {
                foreach (IWatched client in End())
                    client.GiveUp(failure);
            }
        }

        private IWatched[] End()
        {
            lock (Lock)
            {
                if (running == this)
                    running = null;
                ClosePipe();
                return clients.ToArray();
            }
        }

        /// <summary>The clients that are not done; with the last one the collector ends.</summary>
        private IWatched[] Left()
        {
            IWatched[] all;
            lock (Lock)
                all = clients.ToArray();
            IWatched[] done = all.Where(client => client.IsDone()).ToArray();
            lock (Lock)
            {
                clients.ExceptWith(done);
                all = clients.Count == 0 ? End() : clients.ToArray();
            }
            foreach (IWatched client in done)
                client.Free();
            return all;
        }

        /// <summary>Waits until a client has completions, or the bell was rung.</summary>
        private IEnumerable<IWatched> Ready(IWatched[] polled)
        {
            var descriptors = new PollFd[polled.Length + 1];
            descriptors[polled.Length] = new PollFd { Descriptor = (int)pipe.SafePipeHandle.DangerousGetHandle(), Events = PollIn };
            for (int i = 0; i < polled.Length; i++)
                descriptors[i] = new PollFd { Descriptor = polled[i].Descriptor, Events = PollIn };
            poll(descriptors, (UIntPtr)descriptors.Length, -1);
            if (descriptors[polled.Length].Happened != 0)
                Hear();
            return polled.Where((client, i) => descriptors[i].Happened != 0);
        }

        /// <summary>Once is enough, and so the pipe is never full.</summary>
        private void Ring()
        {
            if (!rung)
                bell.WriteByte(1);
            rung = true;
        }

        private void Hear()
        {
            lock (Lock)
            {
                pipe.ReadByte();
                rung = false;
            }
        }

        private void ClosePipe()
        {
            bell.Dispose();
            pipe.Dispose();
        }

        private static RobofyException NoDescriptorLeft()
        {
            return RobofyException.Of(
                Status.Connect, "the process has no file descriptor left: let it close some, or raise its limit (ulimit -n)");
        }

        [StructLayout(LayoutKind.Sequential)]
        private struct PollFd
        {
            internal int Descriptor;
            internal short Events;
            internal short Happened;
        }

        [DllImport("libc")]
        private static extern int poll([In, Out] PollFd[] descriptors, UIntPtr count, int timeoutMs);
    }
}
