using System;

namespace Robofy
{
    /// <summary>What the <see cref="Collector"/> waits for.</summary>
    internal interface IWatched
    {
        /// <summary>Readable while something is to be collected; -1 while nobody waits for it.</summary>
        int Descriptor { get; }

        /// <summary>Hands out what has come.</summary>
        void Collect();

        /// <summary>Nobody waits, and nobody will.</summary>
        bool IsDone();

        /// <summary>The collector uses it no more.</summary>
        void Free();

        /// <summary>Without a collector nobody may be left to wait; who waits next starts another.</summary>
        void GiveUp(Exception failure);
    }
}
