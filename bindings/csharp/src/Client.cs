using System;
using System.Threading;
using System.Threading.Tasks;

namespace Robofy
{
    /// <summary>
    /// Sends WhatsApp users' messages to the agents of one Robofy account. Make one per API key and keep it; any number of
    /// threads share it. One that is forgotten is freed when its last chat is answered.
    /// </summary>
    public sealed class Client : IClient
    {
        private readonly Chats chats;
        private readonly string pid;
        private readonly string chatbotId;
        private readonly Action<string> log;

        /// <summary>
        /// A client for the account of the permanent API key; null is the environment's ROBOFY_API_KEY. It connects to nothing
        /// yet.
        /// </summary>
        /// <exception cref="RobofyException">The key or an option cannot be used.</exception>
        public Client(string apiKey = null, Options options = null)
        {
            options = options ?? new Options();
            byte[] key = Arguments.Text("apiKey", apiKey ?? KeyOfEnvironment());
            pid = options.Pid;
            chatbotId = options.ChatbotId;
            log = options.Log;
            using (OptionsHandle allocated = options.Allocate())
            {
                IntPtr client = Library.Native.ClientNew(key, allocated, out IntPtr error);
                if (client == IntPtr.Zero)
                    throw RobofyException.Take(error);
                chats = new Chats(new ClientHandle(client));
            }
        }

        /// <summary>At the end of the process, where all is finalized in any order, there is nothing left to do.</summary>
        ~Client()
        {
            if (!Environment.HasShutdownStarted)
                chats?.Retire();
        }

        /// <summary>The version of the library that is loaded.</summary>
        public static string Version => Arguments.String(Library.Native.Version());

        /// <inheritdoc/>
        public async Task<Reply> WhatsAppChatAsync(
            Message message, CancellationToken cancellationToken = default(CancellationToken))
        {
            try
            {
                return Logged(await Submit(message, cancellationToken).ConfigureAwait(false));
            }
            catch (RobofyException failure) when (IsLogged(failure))
            {
                throw;
            }
        }

        private Task<Reply> Submit(Message message, CancellationToken cancellation)
        {
            if (message == null)
                throw new ArgumentNullException("message");
            chats.Open();
            cancellation.ThrowIfCancellationRequested();
            using (MessageHandle allocated = message.Allocate(pid, chatbotId))
            {
                Task<Reply> answer = chats.Submit(allocated, cancellation);
                GC.KeepAlive(this);
                return answer;
            }
        }

        /// <inheritdoc/>
        public Reply WhatsAppChat(Message message)
        {
            try
            {
                return Logged(Send(message));
            }
            catch (RobofyException failure) when (IsLogged(failure))
            {
                throw;
            }
        }

        private Reply Send(Message message)
        {
            if (message == null)
                throw new ArgumentNullException("message");
            using (MessageHandle allocated = message.Allocate(pid, chatbotId))
            {
                IntPtr reply = Library.Native.WhatsappSend(chats.Open(), allocated, out IntPtr error);
                GC.KeepAlive(this);
                if (reply == IntPtr.Zero)
                    throw RobofyException.Take(error);
                try
                {
                    return Reply.Read(reply);
                }
                finally
                {
                    Library.Native.ReplyFree(reply);
                }
            }
        }

        /// <summary>A snapshot of the client's figures: a JSON object that robofy_client_stats in robofy.h describes.</summary>
        public string Stats()
        {
            IntPtr text = Library.Native.ClientStats(chats.Open());
            GC.KeepAlive(this);
            try
            {
                return Arguments.String(text);
            }
            finally
            {
                Library.Native.FreeString(text);
            }
        }

        /// <summary>Lets go of everything; tasks that wait fail with ChatCancelledException. May be called again.</summary>
        public void Dispose()
        {
            chats.Close();
            GC.SuppressFinalize(this);
        }

        private Reply Logged(Reply reply)
        {
            if (reply.Attempts > 1)
                Tell("a chat was answered at request " + reply.Attempts);
            return reply;
        }

        /// <summary>False, so that as an exception's filter it leaves the exception as it was.</summary>
        private bool IsLogged(RobofyException failure)
        {
            Tell("a chat failed: " + failure.Message);
            return false;
        }

        /// <summary>A log that throws takes no answer away: the program would send the message again.</summary>
        private void Tell(string line)
        {
            try
            {
                log?.Invoke(line);
            }
            catch (Exception)
            {
                // It is the log's to tell.
            }
        }

        private static string KeyOfEnvironment()
        {
            string key = Environment.GetEnvironmentVariable("ROBOFY_API_KEY");
            if (string.IsNullOrEmpty(key))
                throw Arguments.Invalid("apiKey is missing: give the Client one, or set ROBOFY_API_KEY");
            return key;
        }
    }
}
