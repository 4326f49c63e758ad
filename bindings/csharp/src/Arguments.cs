using System;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Robofy
{
    /// <summary>C#'s values on their way to C, each checked first and refused by its name, and C's texts on theirs.</summary>
    internal static class Arguments
    {
        private static readonly UTF8Encoding Strict = new UTF8Encoding(false, true);
        private static readonly Regex Parameters =
            new Regex("^(session_id|user_context|proxy)\\b|\\b(" + Native.Parameters + ")\\b");

        /// <summary>Those that are no properties.</summary>
        private static readonly string[] OfCalls = { "api_key", "chatbot_id", "channel_id", "message_id" };

        /// <summary>What a user wrote: half of a surrogate pair, as of an emoji that was cut, becomes U+FFFD as in an answer.</summary>
        internal static byte[] MessageText(string parameter, string value) => Encoded(parameter, value, Encoding.UTF8);

        /// <summary>Of the call, or else of the client's options.</summary>
        internal static byte[] Id(string parameter, string value)
        {
            if (value == null)
                throw Invalid(parameter + " is missing: name it in the call, or in the client's Options");
            return MessageText(parameter, value);
        }

        /// <summary>UTF-8 for a C string, which can hold neither U+0000 nor a lone surrogate.</summary>
        internal static byte[] Text(string parameter, string value) => Encoded(parameter, value, Strict);

        internal static byte[] Secret(string parameter, string value)
        {
            byte[] text = Text(parameter, value);
            if (value.Length == 0)
                throw Invalid(parameter + " must not be empty");
            return text;
        }

        /// <summary>
        /// What a stranger sent, which is no fault of the caller's whatever it holds. A NUL, which would end it early, is 0xFF.
        /// </summary>
        internal static byte[] Received(string value)
        {
            byte[] terminated = Encoding.UTF8.GetBytes(value + '\0');
            for (int i = 0; i < terminated.Length - 1; i++)
                terminated[i] = terminated[i] == 0 ? (byte)0xff : terminated[i];
            return terminated;
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

        internal static TimeSpan Microseconds(ulong value) => TimeSpan.FromTicks((long)value * (TimeSpan.TicksPerMillisecond / 1000));

        internal static ulong Milliseconds(string parameter, TimeSpan value)
        {
            if (value <= TimeSpan.Zero)
                throw Invalid(parameter + " must be more than 0, not " + value);
            return Math.Max(1, (ulong)value.TotalMilliseconds);
        }

        internal static ulong NotNegative(string parameter, TimeSpan value)
        {
            if (value < TimeSpan.Zero)
                throw Invalid(parameter + " must not be less than 0, but is " + value);
            return (ulong)Math.Ceiling(value.TotalMilliseconds);
        }

        /// <summary>Milliseconds since 1970. 0 is none, and so is what this platform has no date for, as a stranger may send.</summary>
        internal static DateTimeOffset? Time(ulong ms) =>
            ms == 0 || ms > (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
                ? (DateTimeOffset?)null
                : DateTimeOffset.FromUnixTimeMilliseconds((long)ms);

        /// <summary>0 is none.</summary>
        internal static int? Number(int value) => value == 0 ? (int?)null : value;

        internal static long AtLeast(long least, string parameter, long value)
        {
            if (value < least)
                throw Invalid(parameter + " must be at least " + least + ", not " + value);
            return value;
        }

        internal static RobofyException Invalid(string message) => RobofyException.Of(Status.InvalidArgument, message);

        /// <summary>A text that C lends.</summary>
        internal static string String(IntPtr text)
        {
            if (text == IntPtr.Zero)
                return null;
            int length = 0;
            while (Marshal.ReadByte(text, length) != 0)
                length++;
            var bytes = new byte[length];
            Marshal.Copy(text, bytes, 0, length);
            return Encoding.UTF8.GetString(bytes);
        }

        /// <summary>A text that C hands over; null for none.</summary>
        internal static string Take(IntPtr text)
        {
            try
            {
                return String(text);
            }
            finally
            {
                Library.Native.FreeString(text);
            }
        }

        /// <summary>The library's message, which names parameters as C does; within it a session_id is a member of the JSON.</summary>
        internal static string InCSharp(string message)
        {
            return Parameters.Replace(message, found =>
            {
                string name = Regex.Replace("_" + found.Value, "_([a-z])", letter => letter.Groups[1].Value.ToUpperInvariant());
                bool isParameter = Array.IndexOf(OfCalls, found.Value) >= 0;
                return isParameter ? char.ToLowerInvariant(name[0]) + name.Substring(1) : name;
            });
        }
    }
}
