using System;

namespace Robofy
{
    /// <summary>How an inbox behaves; null is the default. The inbox copies them.</summary>
    public sealed partial class InboxOptions
    {
        internal InboxOptionsHandle Allocate()
        {
            var options = new InboxOptionsHandle(Library.Native.InboxOptionsNew());
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

    /// <summary>What becomes of a medium that the agent cannot read.</summary>
    public sealed class InboxMedia
    {
        /// <summary>The text is what the user is told, or what the agent reads.</summary>
        public InboxMedia(MediaPolicy policy, string text)
        {
            Policy = unchecked((uint)policy);
            Text = Arguments.Text("text", text);
        }

        internal uint Policy { get; }

        internal byte[] Text { get; }
    }

    /// <summary>Words of a user that the agent does not read, and what the user is told then.</summary>
    public sealed class InboxWords
    {
        /// <summary>The text is WhatsApp text; null for nothing.</summary>
        public InboxWords(string text, params string[] words)
        {
            if (words == null)
                throw new ArgumentNullException(nameof(words));
            Text = text == null ? null : Arguments.Text("text", text);
            Words = Arguments.Text("words", string.Join("\n", words));
        }

        internal byte[] Text { get; }

        internal byte[] Words { get; }
    }
}
