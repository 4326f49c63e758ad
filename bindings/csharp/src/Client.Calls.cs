using System;
using System.Threading;
using System.Threading.Tasks;

namespace Robofy
{
    public sealed partial class Client
    {
        /// <inheritdoc/>
        public Task<Reply> WhatsAppChatAsync(
            Message message, CancellationToken cancellationToken = default(CancellationToken)) =>
            Start(() => Call.WhatsApp(Allocated(message)), cancellationToken);

        /// <inheritdoc/>
        public Reply WhatsAppChat(Message message) => Run(() => Call.WhatsApp(Allocated(message)));

        /// <inheritdoc/>
        public Task<Reply> ChatSendAsync(
            Message message, CancellationToken cancellationToken = default(CancellationToken)) =>
            Start(() => Call.Chat(Allocated(message)), cancellationToken);

        /// <inheritdoc/>
        public Reply ChatSend(Message message) => Run(() => Call.Chat(Allocated(message)));

        /// <summary>
        /// Calls any endpoint. The task fails with a <see cref="RobofyException"/> unless there is a response of a status from
        /// 200 to 299. GET and HEAD are repeated as messages are; what changes something only where the service cannot have
        /// seen it. The token cancels the call.
        /// </summary>
        public Task<Response> RequestAsync(
            Request request, CancellationToken cancellationToken = default(CancellationToken)) =>
            Start(() => Call.Request(request ?? throw new ArgumentNullException(nameof(request))), cancellationToken);

        /// <summary>The same, and blocks the thread meanwhile.</summary>
        public Response Request(Request request) =>
            Run(() => Call.Request(request ?? throw new ArgumentNullException(nameof(request))));

        /// <summary>
        /// Sends a form with files as a POST to a path, as for <see cref="RequestAsync"/>. Meanwhile <see cref="Robofy.Upload.Sent"/>
        /// grows. The timeout is in place of the client's; the token cancels the upload.
        /// </summary>
        public Task<Response> UploadAsync(
            string path,
            Upload upload,
            TimeSpan? timeout = null,
            CancellationToken cancellationToken = default(CancellationToken)) =>
            Start(
                () => Call.Upload(path, upload ?? throw new ArgumentNullException(nameof(upload)), timeout), cancellationToken);

        /// <summary>The same, and blocks the thread meanwhile.</summary>
        public Response Upload(string path, Upload upload, TimeSpan? timeout = null) =>
            Run(() => Call.Upload(path, upload ?? throw new ArgumentNullException(nameof(upload)), timeout));

        private MessageHandle Allocated(Message message)
        {
            if (message == null)
                throw new ArgumentNullException(nameof(message));
            return message.Allocate(pid, chatbotId);
        }

        private async Task<T> Start<T>(Func<Call<T>> make, CancellationToken cancellation)
        {
            string name = null;
            try
            {
                chats.Open();
                cancellation.ThrowIfCancellationRequested();
                Call<T> call;
                Task<T> answer;
                using (call = make())
                {
                    name = call.Name;
                    answer = chats.Submit(call, cancellation);
                }
                GC.KeepAlive(this);
                return Logged(call, await answer.ConfigureAwait(false));
            }
            catch (RobofyException failure) when (IsLogged(name, failure))
            {
                throw;
            }
        }

        private T Run<T>(Func<Call<T>> make)
        {
            string name = null;
            try
            {
                using (Call<T> call = make())
                {
                    name = call.Name;
                    IntPtr result = call.Send(chats.Open(), out IntPtr error);
                    GC.KeepAlive(this);
                    if (result == IntPtr.Zero)
                        throw RobofyException.Take(error);
                    return Logged(call, call.Take(result));
                }
            }
            catch (RobofyException failure) when (IsLogged(name, failure))
            {
                throw;
            }
        }

        private T Logged<T>(Call<T> call, T result)
        {
            if (call.Attempts(result) > 1)
                Tell(call.Name + " was answered at request " + call.Attempts(result));
            return result;
        }

        /// <summary>False, so that as an exception's filter it leaves the exception as it was.</summary>
        private bool IsLogged(string name, RobofyException failure)
        {
            Tell((name ?? "a call") + " failed: " + failure.Message);
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
    }
}
