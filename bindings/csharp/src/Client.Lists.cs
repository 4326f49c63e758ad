using System;
using System.Collections.Generic;

namespace Robofy
{
    public sealed partial class Client
    {
        private delegate IntPtr Question(ClientHandle client, CallHandle options, out IntPtr error);

        /// <summary>
        /// The leads that an agent has collected. Each is the text of a JSON value, as the service has written it. Each page is
        /// asked for when it is needed, which blocks the thread, and each enumeration begins at the first. Without IDs it is the
        /// agent of the client's options; a session's ID gives the leads of that conversation only. The timeout is for each page.
        /// </summary>
        public IEnumerable<string> Leads(
            string pid = null, string chatbotId = null, string sessionId = null, TimeSpan? timeout = null)
        {
            byte[] project = Arguments.Id("pid", pid ?? this.pid);
            byte[] agent = Arguments.Id("chatbotId", chatbotId ?? this.chatbotId);
            byte[] session = sessionId == null ? null : Arguments.MessageText("sessionId", sessionId);
            return Leads(project, agent, session, timeout);
        }

        private IEnumerable<string> Leads(byte[] project, byte[] agent, byte[] session, TimeSpan? timeout)
        {
            using (var leads = new LeadsHandle(Library.Native.LeadsNew(project, agent)))
            {
                Library.Native.LeadsSetSessionId(leads, session);
                for (List<string> page = Page(leads, timeout); page != null; page = Page(leads, timeout))
                    foreach (string row in page)
                        yield return row;
            }
        }

        private List<string> Page(LeadsHandle leads, TimeSpan? timeout)
        {
            IntPtr page = Ask(timeout, (ClientHandle client, CallHandle options, out IntPtr error) =>
                Library.Native.LeadsNext(leads, client, options, out error));
            if (page == IntPtr.Zero)
                return null;
            try
            {
                var rows = new List<string>();
                for (ulong i = 0; i < Library.Native.PageCount(page); i++)
                    rows.Add(Arguments.String(Library.Native.PageRow(page, i)));
                return rows;
            }
            finally
            {
                Library.Native.PageFree(page);
            }
        }

        /// <summary>The conversations of an agent, or else of the one of the client's options. It blocks the thread.</summary>
        public IReadOnlyList<Session> Sessions(string chatbotId = null, TimeSpan? timeout = null)
        {
            byte[] agent = Arguments.Id("chatbotId", chatbotId ?? this.chatbotId);
            return Session.Take(Ask(timeout, (ClientHandle client, CallHandle options, out IntPtr error) =>
                Library.Native.InboxSessions(client, agent, options, out error)));
        }

        /// <summary>
        /// The settings of an agent, or else of the one of the client's options; they hold a secret. It blocks the thread.
        /// </summary>
        public AgentSettings AgentSettings(string pid = null, string chatbotId = null, TimeSpan? timeout = null)
        {
            byte[] project = Arguments.Id("pid", pid ?? this.pid);
            byte[] agent = Arguments.Id("chatbotId", chatbotId ?? this.chatbotId);
            return Robofy.AgentSettings.Take(Ask(timeout, (ClientHandle client, CallHandle options, out IntPtr error) =>
                Library.Native.AgentSettings(client, project, agent, options, out error)));
        }

        /// <summary>
        /// Sends a message to a path where the agent answers in events, and does not wait: the stream brings them. The service's
        /// reference does not name the path. The message's timeout, or else the client's, bounds the time to the first event,
        /// and then from each event to the next. The stream goes on when the client is disposed of.
        /// </summary>
        /// <exception cref="RobofyException">Nothing was sent.</exception>
        public AnswerStream Stream(string path, Message message)
        {
            byte[] there = Arguments.Text("path", path);
            using (MessageHandle allocated = Allocated(message))
            {
                IntPtr stream = Library.Native.StreamOpen(chats.Open(), there, allocated, out IntPtr error);
                GC.KeepAlive(this);
                if (stream == IntPtr.Zero)
                    throw RobofyException.Take(error);
                return new AnswerStream(new StreamHandle(stream));
            }
        }

        /// <summary>Waits in the library, for as long as the timeout says.</summary>
        private IntPtr Ask(TimeSpan? timeout, Question question)
        {
            using (CallHandle options = Call.Options(timeout))
            {
                IntPtr result = question(chats.Open(), options, out IntPtr error);
                GC.KeepAlive(this);
                if (error != IntPtr.Zero)
                    throw RobofyException.Take(error);
                return result;
            }
        }
    }
}
