using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Robofy
{
    /// <summary>A client for a program's own tests: it answers as it was told, needs no library, and keeps what it was asked.</summary>
    public sealed class FakeClient : IClient
    {
        private readonly Queue<Func<Message, Reply>> script = new Queue<Func<Message, Reply>>();
        private readonly List<Message> messages = new List<Message>();
        private bool disposed;

        /// <summary>The messages that were sent, oldest first.</summary>
        public IReadOnlyList<Message> Messages => messages;

        /// <summary>The answer to the next message that has none yet.</summary>
        public FakeClient Answers(string answer)
        {
            if (answer == null)
                throw new ArgumentNullException("answer");
            script.Enqueue(message => new Reply
            {
                Answer = answer, SessionId = message.SessionId, Message = "Success", Body = "{}", Attempts = 1,
            });
            return this;
        }

        /// <summary>
        /// The failure of the next message that has no answer yet. Connect and RateLimited are retryable unless it says
        /// otherwise, as the library's always are.
        /// </summary>
        public FakeClient Fails(Status status, string message, bool? isRetryable = null, TimeSpan? retryAfter = null)
        {
            var failure = new Failure
            {
                Status = status,
                Message = message,
                IsRetryable = isRetryable ?? RobofyException.IsAlwaysRetryable(status),
                RetryAfter = retryAfter,
            };
            script.Enqueue(ignored => throw RobofyException.Of(failure));
            return this;
        }

        /// <inheritdoc/>
        public Reply WhatsAppChat(Message message)
        {
            Func<Message, Reply> answer;
            lock (script)
            {
                if (disposed)
                    throw new ObjectDisposedException("Client", "this Client is disposed of: make another");
                messages.Add(message ?? throw new ArgumentNullException("message"));
                if (script.Count == 0)
                    throw new InvalidOperationException("this FakeClient has no answer left: tell it one more");
                answer = script.Dequeue();
            }
            return answer(message);
        }

        /// <inheritdoc/>
        public Task<Reply> WhatsAppChatAsync(
            Message message, CancellationToken cancellationToken = default(CancellationToken))
        {
            if (cancellationToken.IsCancellationRequested)
                return Task.FromCanceled<Reply>(cancellationToken);
            try
            {
                return Task.FromResult(WhatsAppChat(message));
            }
            catch (Exception failure)
            {
                return Task.FromException<Reply>(failure);
            }
        }

        /// <inheritdoc/>
        public Reply ChatSend(Message message) => WhatsAppChat(message);

        /// <inheritdoc/>
        public Task<Reply> ChatSendAsync(
            Message message, CancellationToken cancellationToken = default(CancellationToken)) =>
            WhatsAppChatAsync(message, cancellationToken);

        /// <summary>After it, messages are refused.</summary>
        public void Dispose()
        {
            disposed = true;
        }
    }
}
