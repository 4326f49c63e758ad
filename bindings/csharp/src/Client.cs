using System;

namespace Robofy
{
    /// <summary>
    /// Sends users' messages to the agents of one Robofy account, and calls the rest of the service. Make one per API key and
    /// keep it; any number of threads share it. One that is forgotten is freed when its last chat is answered.
    /// </summary>
    public sealed partial class Client : IClient
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

        /// <summary>A snapshot of the client's figures: a JSON object that robofy_client_stats in robofy.h describes.</summary>
        public string Stats()
        {
            IntPtr text = Library.Native.ClientStats(chats.Open());
            GC.KeepAlive(this);
            return Arguments.Take(text);
        }

        /// <summary>The agent is the client's where none is named.</summary>
        internal InboxHandle NewInbox(string inboxPid, string inboxChatbotId, InboxOptions inboxOptions)
        {
            byte[] project = Arguments.Id("pid", inboxPid ?? pid);
            byte[] agent = Arguments.Id("chatbotId", inboxChatbotId ?? chatbotId);
            using (InboxOptionsHandle allocated = inboxOptions.Allocate())
            {
                IntPtr inbox = Library.Native.InboxNew(chats.Open(), project, agent, allocated, out IntPtr error);
                GC.KeepAlive(this);
                if (inbox == IntPtr.Zero)
                    throw RobofyException.Take(error);
                return new InboxHandle(inbox);
            }
        }

        /// <summary>Lets go of everything; tasks that wait fail with ChatCancelledException. May be called again.</summary>
        public void Dispose()
        {
            chats.Close();
            GC.SuppressFinalize(this);
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
