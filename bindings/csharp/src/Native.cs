using System;
using System.Runtime.InteropServices;

namespace Robofy
{
    /// <summary>
    /// The C interface as robofy.h declares it. A C bool is a byte; a text that goes in is UTF-8 that ends with NUL. A handle
    /// that is passed is kept alive until the call returns.
    /// </summary>
    internal static class Native
    {
        internal static readonly PointerFromNothing Version = Library.Function<PointerFromNothing>("robofy_version");
        internal static readonly PointerFromNothing OptionsNew = Library.Function<PointerFromNothing>("robofy_options_new");
        internal static readonly VoidFromPointer OptionsFree = Library.Function<VoidFromPointer>("robofy_options_free");
        internal static readonly VoidFromOptionsText OptionsSetBaseUrl = Library.Function<VoidFromOptionsText>("robofy_options_set_base_url");
        internal static readonly VoidFromOptionsUInt64 OptionsSetTimeoutMs = Library.Function<VoidFromOptionsUInt64>("robofy_options_set_timeout_ms");
        internal static readonly VoidFromOptionsUInt64 OptionsSetConnectTimeoutMs = Library.Function<VoidFromOptionsUInt64>("robofy_options_set_connect_timeout_ms");
        internal static readonly VoidFromOptionsUInt32 OptionsSetMaxRetries = Library.Function<VoidFromOptionsUInt32>("robofy_options_set_max_retries");
        internal static readonly VoidFromOptionsBool OptionsSetRetryAmbiguous = Library.Function<VoidFromOptionsBool>("robofy_options_set_retry_ambiguous");
        internal static readonly VoidFromOptionsText OptionsSetProxy = Library.Function<VoidFromOptionsText>("robofy_options_set_proxy");
        internal static readonly VoidFromOptionsText OptionsSetCaFile = Library.Function<VoidFromOptionsText>("robofy_options_set_ca_file");
        internal static readonly VoidFromOptionsText OptionsSetUserAgent = Library.Function<VoidFromOptionsText>("robofy_options_set_user_agent");
        internal static readonly VoidFromOptionsUInt64 OptionsSetMaxResponseBytes = Library.Function<VoidFromOptionsUInt64>("robofy_options_set_max_response_bytes");
        internal static readonly VoidFromOptionsUInt32 OptionsSetMaxInFlight = Library.Function<VoidFromOptionsUInt32>("robofy_options_set_max_in_flight");
        internal static readonly VoidFromOptionsBool OptionsSetOrderedSessions = Library.Function<VoidFromOptionsBool>("robofy_options_set_ordered_sessions");
        internal static readonly VoidFromOptionsUInt32UInt32 OptionsSetRateLimit = Library.Function<VoidFromOptionsUInt32UInt32>("robofy_options_set_rate_limit");
        internal static readonly PointerFromTextOptionsError ClientNew = Library.Function<PointerFromTextOptionsError>("robofy_client_new");
        internal static readonly VoidFromPointer ClientFree = Library.Function<VoidFromPointer>("robofy_client_free");
        internal static readonly PointerFromClientMessageError WhatsappSend = Library.Function<PointerFromClientMessageError>("robofy_whatsapp_send");
        internal static readonly BoolFromClientMessageUInt64Error WhatsappSubmit = Library.Function<BoolFromClientMessageUInt64Error>("robofy_whatsapp_submit");
        internal static readonly PointerFromClientInt64 ClientPoll = Library.Function<PointerFromClientInt64>("robofy_client_poll");
        internal static readonly BoolFromClientUInt64 ClientCancel = Library.Function<BoolFromClientUInt64>("robofy_client_cancel");
        internal static readonly PointerFromClient ClientStats = Library.Function<PointerFromClient>("robofy_client_stats");
        internal static readonly PointerFromTextTextText MessageNew = Library.Function<PointerFromTextTextText>("robofy_message_new");
        internal static readonly VoidFromMessageText MessageSetSessionId = Library.Function<VoidFromMessageText>("robofy_message_set_session_id");
        internal static readonly VoidFromMessageText MessageSetUserContext = Library.Function<VoidFromMessageText>("robofy_message_set_user_context");
        internal static readonly VoidFromMessageUInt64 MessageSetTimeoutMs = Library.Function<VoidFromMessageUInt64>("robofy_message_set_timeout_ms");
        internal static readonly VoidFromPointer MessageFree = Library.Function<VoidFromPointer>("robofy_message_free");
        internal static readonly PointerFromPointer ReplyAnswer = Library.Function<PointerFromPointer>("robofy_reply_answer");
        internal static readonly PointerFromPointer ReplySessionId = Library.Function<PointerFromPointer>("robofy_reply_session_id");
        internal static readonly PointerFromPointer ReplyMessage = Library.Function<PointerFromPointer>("robofy_reply_message");
        internal static readonly PointerFromPointer ReplyJson = Library.Function<PointerFromPointer>("robofy_reply_json");
        internal static readonly UInt32FromPointer ReplyAttempts = Library.Function<UInt32FromPointer>("robofy_reply_attempts");
        internal static readonly UInt64FromPointer ReplyElapsedUs = Library.Function<UInt64FromPointer>("robofy_reply_elapsed_us");
        internal static readonly VoidFromPointer ReplyFree = Library.Function<VoidFromPointer>("robofy_reply_free");
        internal static readonly UInt64FromPointer CompletionTag = Library.Function<UInt64FromPointer>("robofy_completion_tag");
        internal static readonly PointerFromPointer CompletionReply = Library.Function<PointerFromPointer>("robofy_completion_reply");
        internal static readonly PointerFromPointer CompletionError = Library.Function<PointerFromPointer>("robofy_completion_error");
        internal static readonly VoidFromPointer CompletionFree = Library.Function<VoidFromPointer>("robofy_completion_free");
        internal static readonly UInt32FromPointer ErrorStatus = Library.Function<UInt32FromPointer>("robofy_error_status");
        internal static readonly PointerFromPointer ErrorMessage = Library.Function<PointerFromPointer>("robofy_error_message");
        internal static readonly Int32FromPointer ErrorHttpStatus = Library.Function<Int32FromPointer>("robofy_error_http_status");
        internal static readonly PointerFromPointer ErrorCode = Library.Function<PointerFromPointer>("robofy_error_code");
        internal static readonly PointerFromPointer ErrorDetail = Library.Function<PointerFromPointer>("robofy_error_detail");
        internal static readonly BoolFromPointer ErrorIsRetryable = Library.Function<BoolFromPointer>("robofy_error_is_retryable");
        internal static readonly UInt64FromPointer ErrorRetryAfterMs = Library.Function<UInt64FromPointer>("robofy_error_retry_after_ms");
        internal static readonly VoidFromPointer ErrorFree = Library.Function<VoidFromPointer>("robofy_error_free");
        internal static readonly VoidFromPointer FreeString = Library.Function<VoidFromPointer>("robofy_free_string");

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr PointerFromNothing();

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate void VoidFromPointer(IntPtr pointer);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate void VoidFromOptionsText(OptionsHandle options, byte[] text);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate void VoidFromOptionsUInt64(OptionsHandle options, ulong number);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate void VoidFromOptionsUInt32(OptionsHandle options, uint number);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate void VoidFromOptionsBool(OptionsHandle options, byte flag);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate void VoidFromOptionsUInt32UInt32(OptionsHandle options, uint number1, uint number2);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr PointerFromTextOptionsError(byte[] text, OptionsHandle options, out IntPtr error);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr PointerFromClientMessageError(ClientHandle client, MessageHandle message, out IntPtr error);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate byte BoolFromClientMessageUInt64Error(ClientHandle client, MessageHandle message, ulong number, out IntPtr error);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr PointerFromClientInt64(ClientHandle client, long number);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate byte BoolFromClientUInt64(ClientHandle client, ulong number);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr PointerFromClient(ClientHandle client);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr PointerFromTextTextText(byte[] text1, byte[] text2, byte[] text3);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate void VoidFromMessageText(MessageHandle message, byte[] text);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate void VoidFromMessageUInt64(MessageHandle message, ulong number);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr PointerFromPointer(IntPtr pointer);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate uint UInt32FromPointer(IntPtr pointer);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate ulong UInt64FromPointer(IntPtr pointer);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int Int32FromPointer(IntPtr pointer);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate byte BoolFromPointer(IntPtr pointer);

        /// <summary>A borrowed text.</summary>
        internal static string TextOf(IntPtr text)
        {
            if (text == IntPtr.Zero)
                return null;
            int length = 0;
            while (Marshal.ReadByte(text, length) != 0)
                length++;
            var bytes = new byte[length];
            Marshal.Copy(text, bytes, 0, length);
            return System.Text.Encoding.UTF8.GetString(bytes);
        }
    }
}
