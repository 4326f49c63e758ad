using System;
using System.Threading;
using System.Threading.Tasks;

namespace Robofy
{
    /// <summary>
    /// Sends WhatsApp users' messages to the agents of one Robofy account. Make one per API key and keep it; any number of
    /// threads share it. One that is forgotten is freed when its last chat is answered.
    /// </summary>
    public sealed class Client : IDisposable
    {
        private readonly Chats chats;

        /// <summary>A client for the account of the permanent API key. It connects to nothing yet.</summary>
        /// <exception cref="RobofyException">The key or an option cannot be used.</exception>
        public Client(string apiKey, Options options = null)
        {
            byte[] key = Arguments.Text("apiKey", apiKey);
            using (OptionsHandle allocated = (options ?? new Options()).Allocate())
            {
                IntPtr error;
                IntPtr client = Native.ClientNew(key, allocated, out error);
                if (client == IntPtr.Zero)
                    throw RobofyException.Take(error);
                chats = new Chats(new ClientHandle(client));
            }
        }

        /// <summary>The version of the library that is loaded.</summary>
        public static string Version
        {
            get { return Native.TextOf(Native.Version()); }
        }

        /// <summary>
        /// Sends a message. The task fails with a <see cref="RobofyException"/>, or is cancelled by the token, which cancels
        /// the chat: the agent may have seen the message.
        /// </summary>
        public async Task<Reply> WhatsAppChatAsync(
            Message message, CancellationToken cancellationToken = default(CancellationToken))
        {
            if (message == null)
                throw new ArgumentNullException("message");
            chats.Open();
            cancellationToken.ThrowIfCancellationRequested();
            using (MessageHandle allocated = message.Allocate())
                return await chats.Submit(allocated, cancellationToken).ConfigureAwait(false);
        }

        /// <summary>The same, and blocks the thread meanwhile.</summary>
        public Reply WhatsAppChat(Message message)
        {
            if (message == null)
                throw new ArgumentNullException("message");
            using (MessageHandle allocated = message.Allocate())
            {
                IntPtr error;
                IntPtr reply = Native.WhatsappSend(chats.Open(), allocated, out error);
                if (reply == IntPtr.Zero)
                    throw RobofyException.Take(error);
                try
                {
                    return Reply.Read(reply);
                }
                finally
                {
                    Native.ReplyFree(reply);
                }
            }
        }

        /// <summary>A snapshot of the client's figures: a JSON object that robofy_client_stats in robofy.h describes.</summary>
        public string Stats()
        {
            IntPtr text = Native.ClientStats(chats.Open());
            try
            {
                return Native.TextOf(text);
            }
            finally
            {
                Native.FreeString(text);
            }
        }

        /// <summary>Lets go of everything; tasks that wait fail with ChatCancelledException. May be called again.</summary>
        public void Dispose()
        {
            chats.Close();
        }
    }
}
