using System;

namespace Robofy
{
    /// <summary>A call in both its ways: one that waits in the library, and one that is submitted and collected.</summary>
    internal sealed class Call<T> : IDisposable
    {
        internal delegate IntPtr Sending(ClientHandle client, out IntPtr error);

        internal delegate byte Submission(ClientHandle client, ulong tag, out IntPtr error);

        /// <summary>What is allocated for it.</summary>
        internal Handle Allocated;

        /// <summary>What the log calls it.</summary>
        internal string Name;

        internal Sending Send;

        internal Submission Submit;

        /// <summary>Reads what Send gave, and owns it.</summary>
        internal Func<IntPtr, T> Take;

        /// <summary>Reads a completion without an error, and owns it.</summary>
        internal Func<IntPtr, T> Completed;

        internal Func<T, int> Attempts;

        public void Dispose() => Allocated.Dispose();
    }

    /// <summary>What is asked of the service.</summary>
    internal static class Call
    {
        private static Native Native => Library.Native;

        internal static Call<Reply> WhatsApp(MessageHandle message) => Chat(message, Native.WhatsappSend, Native.WhatsappSubmit);

        internal static Call<Reply> Chat(MessageHandle message) => Chat(message, Native.ChatSend, Native.ChatSubmit);

        private static Call<Reply> Chat(
            MessageHandle message,
            Native.PointerFromClientMessageError send,
            Native.BoolFromClientMessageUInt64Error submit)
        {
            return new Call<Reply>
            {
                Allocated = message,
                Name = "a chat",
                Send = (ClientHandle client, out IntPtr error) => send(client, message, out error),
                Submit = (ClientHandle client, ulong tag, out IntPtr error) => submit(client, message, tag, out error),
                Take = Reply.Take,
                Completed = Reply.OfCompletion,
                Attempts = reply => reply.Attempts,
            };
        }

        internal static Call<Response> Request(Request request)
        {
            byte[] method = Arguments.Text("method", request.Method);
            byte[] path = Arguments.Text("path", request.Path);
            byte[] body = request.Body == null ? null : Arguments.MessageText("Body", request.Body);
            CallHandle options = request.Allocate();
            return Responding(
                options,
                (ClientHandle client, out IntPtr error) =>
                    Native.ClientRequest(client, method, path, null, body, options, out error),
                (ClientHandle client, ulong tag, out IntPtr error) =>
                    Native.RequestSubmit(client, method, path, null, body, options, tag, out error));
        }

        internal static Call<Response> Upload(string path, Upload upload, TimeSpan? timeout)
        {
            byte[] there = Arguments.Text("path", path);
            CallHandle options = Options(timeout);
            return Responding(
                options,
                (ClientHandle client, out IntPtr error) =>
                    Native.ClientUpload(client, there, upload.Handle, options, out error),
                (ClientHandle client, ulong tag, out IntPtr error) =>
                    Native.UploadSubmit(client, there, upload.Handle, options, tag, out error));
        }

        private static Call<Response> Responding(
            CallHandle options, Call<Response>.Sending send, Call<Response>.Submission submit)
        {
            return new Call<Response>
            {
                Allocated = options,
                Name = "a call",
                Send = send,
                Submit = submit,
                Take = Response.Take,
                Completed = Response.OfCompletion,
                Attempts = response => response.Attempts,
            };
        }

        internal static CallHandle Options(TimeSpan? timeout)
        {
            ulong timeoutMs = timeout == null ? 0 : Arguments.Milliseconds("timeout", timeout.Value);
            var options = new CallHandle(Native.CallNew());
            Native.CallSetTimeoutMs(options, timeoutMs);
            return options;
        }
    }
}
