using System;

namespace Robofy
{
    /// <summary>What the library says about a failure.</summary>
    internal struct Failure
    {
        internal Status Status;
        internal string Message;
        internal int? HttpStatus;
        internal string Code;
        internal string Detail;
        internal bool IsRetryable;
        internal TimeSpan? RetryAfter;
    }

    /// <summary>
    /// Why there is no answer, or no client; the message is one line that a person can act on. There is a subclass for each
    /// status.
    /// </summary>
    public partial class RobofyException : Exception
    {
        private readonly Failure failure;

        internal RobofyException(Failure failure) : base(failure.Message)
        {
            this.failure = failure;
        }

        /// <summary>The kind of failure.</summary>
        public Status Status => failure.Status;

        /// <summary>The HTTP status of the service's response, or null if there was none.</summary>
        public int? HttpStatus => failure.HttpStatus;

        /// <summary>The service's error code, such as "UNAUTHORIZED", or null.</summary>
        public string Code => failure.Code;

        /// <summary>The service's own explanation, or null.</summary>
        public string Detail => failure.Detail;

        /// <summary>The agent has not seen the message, and sending it again, later, may help.</summary>
        public bool IsRetryable => failure.IsRetryable;

        /// <summary>How long the service, or the client's own pace, asks to wait, or null.</summary>
        public TimeSpan? RetryAfter => failure.RetryAfter;

        internal static RobofyException Of(Status status, string message) =>
            Of(new Failure { Status = status, Message = message, IsRetryable = IsAlwaysRetryable(status) });

        /// <summary>Of these the library's errors always are.</summary>
        internal static bool IsAlwaysRetryable(Status status) => status == Status.Connect || status == Status.RateLimited;

        /// <summary>Reads the library's error, and leaves it to its owner.</summary>
        internal static RobofyException Read(IntPtr error)
        {
            int httpStatus = Library.Native.ErrorHttpStatus(error);
            ulong retryAfterMs = Library.Native.ErrorRetryAfterMs(error);
            return Of(new Failure
            {
                Status = (Status)Library.Native.ErrorStatus(error),
                Message = Arguments.InCSharp(Arguments.String(Library.Native.ErrorMessage(error))),
                HttpStatus = httpStatus == 0 ? (int?)null : httpStatus,
                Code = Arguments.String(Library.Native.ErrorCode(error)),
                Detail = Arguments.String(Library.Native.ErrorDetail(error)),
                IsRetryable = Library.Native.ErrorIsRetryable(error) != 0,
                RetryAfter = retryAfterMs == 0 ? (TimeSpan?)null : TimeSpan.FromMilliseconds(retryAfterMs),
            });
        }

        /// <summary>Reads the library's error, and frees it.</summary>
        internal static RobofyException Take(IntPtr error)
        {
            try
            {
                return Read(error);
            }
            finally
            {
                Library.Native.ErrorFree(error);
            }
        }
    }
}
