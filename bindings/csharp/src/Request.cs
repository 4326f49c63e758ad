using System;
using System.Collections.Specialized;
using System.Linq;

namespace Robofy
{
    /// <summary>One call of any endpoint.</summary>
    public sealed class Request
    {
        /// <summary>
        /// The method is "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE" or "OPTIONS". The path is below the base URL, such as
        /// "/v1/projects", and cannot lead to another host. What a URL cannot hold in an ID is percent-encoded by the caller,
        /// as by <see cref="Uri.EscapeDataString(string)"/>.
        /// </summary>
        public Request(string method, string path)
        {
            Method = method ?? throw new ArgumentNullException(nameof(method));
            Path = path ?? throw new ArgumentNullException(nameof(path));
        }

        /// <summary>The method.</summary>
        public string Method { get; }

        /// <summary>The path.</summary>
        public string Path { get; }

        /// <summary>The pairs of the URL's query, which are encoded later.</summary>
        public NameValueCollection Query { get; } = new NameValueCollection();

        /// <summary>The text of a JSON value, sent as it is written; null for no body.</summary>
        public string Body { get; set; }

        /// <summary>For this call in place of the client's.</summary>
        public TimeSpan? Timeout { get; set; }

        /// <summary>The largest body that is read, in place of the client's.</summary>
        public long? MaxResponseBytes { get; set; }

        /// <summary>Method and path: what the rest holds may be a secret.</summary>
        public override string ToString() => Method + " " + Path;

        internal CallHandle Allocate()
        {
            var pairs = (
                from name in Query.AllKeys
                from value in Query.GetValues(name) ?? new string[0]
                select new { Name = Arguments.MessageText("Query", name), Value = Arguments.MessageText("Query", value) }).ToList();
            long bytes = MaxResponseBytes == null ? 0 : Arguments.AtLeast(1, "MaxResponseBytes", MaxResponseBytes.Value);
            CallHandle call = Call.Options(Timeout);
            foreach (var pair in pairs)
                Library.Native.CallAddQuery(call, pair.Name, pair.Value);
            Library.Native.CallSetMaxResponseBytes(call, (ulong)bytes);
            return call;
        }
    }
}
