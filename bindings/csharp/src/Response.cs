using System;
using System.Runtime.InteropServices;
using System.Text;

namespace Robofy
{
    /// <summary>What an endpoint has answered, with a status from 200 to 299. Immutable, and of use on any thread.</summary>
    public sealed class Response
    {
        private readonly IntPtr response;
        private readonly Owner owner;
        private readonly byte[] body;

        /// <summary>The garbage collector does not see native memory, but the copy of the body it does.</summary>
        private Response(IntPtr response, Owner owner)
        {
            this.response = response;
            this.owner = owner;
            body = new byte[checked((int)Library.Native.ResponseBodyLength(response))];
            Marshal.Copy(Library.Native.ResponseBody(response), body, 0, body.Length);
            Status = Library.Native.ResponseStatus(response);
            Attempts = (int)Library.Native.ResponseAttempts(response);
            Elapsed = Arguments.Microseconds(Library.Native.ResponseElapsedUs(response));
        }

        /// <summary>The HTTP status.</summary>
        public int Status { get; }

        /// <summary>How many requests it took.</summary>
        public int Attempts { get; }

        /// <summary>How long it took, retries included.</summary>
        public TimeSpan Elapsed { get; }

        /// <summary>The body as UTF-8, such as the text of a JSON object.</summary>
        public string Text => Encoding.UTF8.GetString(body);

        /// <summary>The text of the JSON value that the service's envelope holds under "data", or null without an envelope.</summary>
        public string Data
        {
            get
            {
                string data = Arguments.String(Library.Native.ResponseData(response));
                GC.KeepAlive(owner);
                return data;
            }
        }

        /// <summary>The body as it was received, copied anew at each call.</summary>
        public byte[] GetBody() => (byte[])body.Clone();

        /// <summary>The first header of this name, which may be in upper or lower case, or null.</summary>
        public string Header(string name)
        {
            string value = Arguments.String(Library.Native.ResponseHeader(response, Arguments.Text("name", name)));
            GC.KeepAlive(owner);
            return value;
        }

        /// <summary>The status and the length: the body may hold a secret.</summary>
        public override string ToString() => "Response " + Status + ", " + body.Length + " bytes";

        internal static Response Take(IntPtr response) =>
            new Response(response, new Owner(response, Library.Native.ResponseFree));

        internal static Response OfCompletion(IntPtr completion) =>
            new Response(
                Library.Native.CompletionResponse(completion), new Owner(completion, Library.Native.CompletionFree));

        /// <summary>What the response is freed with.</summary>
        private sealed class Owner : Handle
        {
            private readonly Native.VoidFromPointer free;

            internal Owner(IntPtr pointer, Native.VoidFromPointer free) : base(pointer)
            {
                this.free = free;
            }

            protected override bool ReleaseHandle()
            {
                free(handle);
                return true;
            }
        }
    }
}
