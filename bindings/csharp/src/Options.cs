using System;

namespace Robofy
{
    /// <summary>How a client behaves; null is the library's default.</summary>
    public sealed class Options
    {
        /// <summary>Where the service is: https://agents.robofy.ai by default. Plain http:// is refused except to loopback.</summary>
        public string BaseUrl { get; set; }

        /// <summary>Bounds a whole chat, retries and waits included: a minute by default.</summary>
        public TimeSpan? Timeout { get; set; }

        /// <summary>Bounds reaching the service, at each attempt: ten seconds by default.</summary>
        public TimeSpan? ConnectTimeout { get; set; }

        /// <summary>How often a message that the agent cannot have seen is sent again: 2 by default.</summary>
        public int? MaxRetries { get; set; }

        /// <summary>Also sends again what the agent may have seen, and so may answer twice.</summary>
        public bool? RetryAmbiguous { get; set; }

        /// <summary>A proxy's URL; "" for none. By default HTTPS_PROXY and NO_PROXY are read.</summary>
        public string Proxy { get; set; }

        /// <summary>A PEM file of certificate authorities to trust besides the platform's.</summary>
        public string CaFile { get; set; }

        /// <summary>The name of your product, such as "my-gateway/1.2", put before the library's own.</summary>
        public string UserAgent { get; set; }

        /// <summary>The longest response body that is accepted: 8 MiB by default.</summary>
        public long? MaxResponseBytes { get; set; }

        /// <summary>How many tasks may wait at once; one more is an OverloadedException. 0, the default, is no limit.</summary>
        public int? MaxInFlight { get; set; }

        /// <summary>Sends the messages of one session one after another, in the order of the calls.</summary>
        public bool? OrderedSessions { get; set; }

        /// <summary>The pace of the account's messages.</summary>
        public RateLimit RateLimit { get; set; }

        internal OptionsHandle Allocate()
        {
            var options = new OptionsHandle();
            try
            {
                Set(options);
                return options;
            }
            catch
            {
                options.Dispose();
                throw;
            }
        }

        private void Set(OptionsHandle options)
        {
            if (BaseUrl != null)
                Native.OptionsSetBaseUrl(options, Arguments.Text("BaseUrl", BaseUrl));
            if (Timeout != null)
                Native.OptionsSetTimeoutMs(options, Arguments.Milliseconds("Timeout", Timeout.Value));
            if (ConnectTimeout != null)
                Native.OptionsSetConnectTimeoutMs(options, Arguments.Milliseconds("ConnectTimeout", ConnectTimeout.Value));
            if (MaxRetries != null)
                Native.OptionsSetMaxRetries(options, (uint)Arguments.AtLeast(0, "MaxRetries", MaxRetries.Value));
            if (RetryAmbiguous != null)
                Native.OptionsSetRetryAmbiguous(options, (byte)(RetryAmbiguous.Value ? 1 : 0));
            if (Proxy != null)
                Native.OptionsSetProxy(options, Arguments.Text("Proxy", Proxy));
            if (CaFile != null)
                Native.OptionsSetCaFile(options, Arguments.Text("CaFile", CaFile));
            if (UserAgent != null)
                Native.OptionsSetUserAgent(options, Arguments.Text("UserAgent", UserAgent));
            if (MaxResponseBytes != null)
                Native.OptionsSetMaxResponseBytes(
                    options, (ulong)Arguments.AtLeast(1, "MaxResponseBytes", MaxResponseBytes.Value));
            if (MaxInFlight != null)
                Native.OptionsSetMaxInFlight(options, (uint)Arguments.AtLeast(0, "MaxInFlight", MaxInFlight.Value));
            if (OrderedSessions != null)
                Native.OptionsSetOrderedSessions(options, (byte)(OrderedSessions.Value ? 1 : 0));
            if (RateLimit != null)
                Native.OptionsSetRateLimit(options, RateLimit.PerMinute, RateLimit.Burst);
        }
    }

    /// <summary>So many messages at once, then so many a minute, evenly spread.</summary>
    public sealed class RateLimit
    {
        public RateLimit(int perMinute, int burst = 1)
        {
            PerMinute = (uint)Arguments.AtLeast(1, "perMinute", perMinute);
            Burst = (uint)Arguments.AtLeast(1, "burst", burst);
        }

        internal uint PerMinute { get; private set; }

        internal uint Burst { get; private set; }
    }
}
