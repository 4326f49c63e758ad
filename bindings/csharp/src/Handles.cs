using System;
using System.Runtime.InteropServices;

namespace Robofy
{
    /// <summary>A pointer that is freed once: when it is disposed of or forgotten, and no call uses it any more.</summary>
    internal abstract class Handle : SafeHandle
    {
        protected Handle(IntPtr pointer) : base(IntPtr.Zero, true)
        {
            SetHandle(pointer);
        }

        public override bool IsInvalid
        {
            get { return handle == IntPtr.Zero; }
        }
    }

    internal sealed class OptionsHandle : Handle
    {
        internal OptionsHandle() : base(Native.OptionsNew()) { }

        protected override bool ReleaseHandle()
        {
            Native.OptionsFree(handle);
            return true;
        }
    }

    internal sealed class MessageHandle : Handle
    {
        internal MessageHandle(byte[] pid, byte[] chatbotId, byte[] query) : base(Native.MessageNew(pid, chatbotId, query)) { }

        protected override bool ReleaseHandle()
        {
            Native.MessageFree(handle);
            return true;
        }
    }

    internal sealed class ClientHandle : Handle
    {
        internal ClientHandle(IntPtr pointer) : base(pointer) { }

        protected override bool ReleaseHandle()
        {
            Native.ClientFree(handle);
            return true;
        }
    }
}
