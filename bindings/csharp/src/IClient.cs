using System;
using System.Threading;
using System.Threading.Tasks;

namespace Robofy
{
    /// <summary>
    /// What a program needs of a client, so that its own tests can take a <see cref="FakeClient"/> in place of a
    /// <see cref="Client"/>.
    /// </summary>
    public interface IClient : IDisposable
    {
        /// <summary>
        /// Sends a message. The task fails with a <see cref="RobofyException"/>, or is cancelled by the token, which cancels
        /// the chat: the agent may have seen the message.
        /// </summary>
        Task<Reply> WhatsAppChatAsync(Message message, CancellationToken cancellationToken = default(CancellationToken));

        /// <summary>The same, and blocks the thread meanwhile.</summary>
        Reply WhatsAppChat(Message message);

        /// <summary>Sends a message of any platform, in all else as <see cref="WhatsAppChatAsync"/>.</summary>
        Task<Reply> ChatSendAsync(Message message, CancellationToken cancellationToken = default(CancellationToken));

        /// <summary>The same, and blocks the thread meanwhile.</summary>
        Reply ChatSend(Message message);
    }
}
