using System;
using System.Text;

namespace Robofy
{
    /// <summary>C#'s values on their way to C: each is checked first, and a refusal names the parameter.</summary>
    internal static class Arguments
    {
        private static readonly UTF8Encoding Strict = new UTF8Encoding(false, true);

        /// <summary>What a user wrote: half of a surrogate pair, as of an emoji that was cut, becomes U+FFFD as in an answer.</summary>
        internal static byte[] MessageText(string parameter, string value)
        {
            return Encoded(parameter, value, Encoding.UTF8);
        }

        /// <summary>UTF-8 for a C string, which can hold neither U+0000 nor a lone surrogate.</summary>
        internal static byte[] Text(string parameter, string value)
        {
            return Encoded(parameter, value, Strict);
        }

        private static byte[] Encoded(string parameter, string value, Encoding utf8)
        {
            if (value == null)
                throw new ArgumentNullException(parameter);
            int nul = value.IndexOf('\0');
            if (nul >= 0)
                throw Invalid(parameter + " contains a NUL (U+0000) at index " + nul + ": remove it");
            try
            {
                return utf8.GetBytes(value + '\0');
            }
            catch (EncoderFallbackException)
            {
                throw Invalid(parameter + " contains a lone surrogate: remove it");
            }
        }

        internal static ulong Milliseconds(string parameter, TimeSpan value)
        {
            if (value <= TimeSpan.Zero)
                throw Invalid(parameter + " must be more than 0, not " + value);
            return Math.Max(1, (ulong)value.TotalMilliseconds);
        }

        internal static long AtLeast(long least, string parameter, long value)
        {
            if (value < least)
                throw Invalid(parameter + " must be at least " + least + ", not " + value);
            return value;
        }

        private static RobofyException Invalid(string message)
        {
            return RobofyException.Of(new Failure { Status = Status.InvalidArgument, Message = message });
        }
    }
}
