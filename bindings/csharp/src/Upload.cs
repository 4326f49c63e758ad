using System;

namespace Robofy
{
    /// <summary>A form with files, for uploads. It may be sent again; any thread may ask how far it has come.</summary>
    public sealed class Upload : IDisposable
    {
        /// <summary>An empty form.</summary>
        public Upload()
        {
            Handle = new UploadHandle(Library.Native.UploadNew());
        }

        internal UploadHandle Handle { get; }

        /// <summary>How many bytes of the request's body were handed to its connection. It begins anew with each attempt.</summary>
        public long Sent => (long)Library.Native.UploadSent(Handle);

        /// <summary>How many bytes the request's body has; 0 before it is sent for the first time.</summary>
        public long Total => (long)Library.Native.UploadTotal(Handle);

        /// <summary>Adds a field that is a text.</summary>
        public Upload AddText(string name, string value)
        {
            byte[] field = Arguments.MessageText("name", name), text = Arguments.MessageText("value", value);
            lock (Handle)
                Library.Native.UploadAddText(Handle, field, text);
            return this;
        }

        /// <summary>
        /// Adds a file, which is read while it is sent. It goes by its own name, and has the media type of the name's ending,
        /// unless others are given.
        /// </summary>
        public Upload AddFile(string name, string path, string fileName = null, string contentType = null)
        {
            byte[] field = Arguments.MessageText("name", name), file = Arguments.Text("path", path);
            byte[] called = Optional("fileName", fileName), type = Optional("contentType", contentType);
            lock (Handle)
                Library.Native.UploadAddFile(Handle, field, file, called, type);
            return this;
        }

        /// <summary>Adds a file that is in memory; it is copied.</summary>
        public Upload AddBytes(string name, byte[] content, string fileName, string contentType = null)
        {
            if (content == null)
                throw new ArgumentNullException(nameof(content));
            byte[] field = Arguments.MessageText("name", name), called = Arguments.MessageText("fileName", fileName);
            byte[] type = Optional("contentType", contentType);
            lock (Handle)
                Library.Native.UploadAddBytes(Handle, field, content, (ulong)content.Length, called, type);
            return this;
        }

        /// <summary>Lets go of what was added; an upload under way goes on. May be called again.</summary>
        public void Dispose() => Handle.Dispose();

        private static byte[] Optional(string parameter, string value) =>
            value == null ? null : Arguments.MessageText(parameter, value);
    }
}
