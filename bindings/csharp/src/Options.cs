using System;

namespace Robofy
{
    /// <summary>How a client behaves, and the agent that it asks; null is the default.</summary>
    public sealed partial class Options
    {
        /// <summary>The project of messages that name none.</summary>
        public string Pid { get; set; }

        /// <summary>The agent of messages that name none.</summary>
        public string ChatbotId { get; set; }

        /// <summary>Told in one line of each chat that failed or took more than one request; what it throws is ignored.</summary>
        public Action<string> Log { get; set; }

        internal OptionsHandle Allocate()
        {
            var options = new OptionsHandle(Library.Native.OptionsNew());
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
    }

    /// <summary>So many messages at once, then so many a minute, evenly spread.</summary>
    public sealed class RateLimit
    {
        /// <summary>Each is at least 1.</summary>
        public RateLimit(int perMinute, int burst = 1)
        {
            PerMinute = (uint)Arguments.AtLeast(1, "perMinute", perMinute);
            Burst = (uint)Arguments.AtLeast(1, "burst", burst);
        }

        internal uint PerMinute { get; private set; }

        internal uint Burst { get; private set; }
    }
}
