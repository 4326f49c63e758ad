using System;

namespace Robofy
{
    /// <summary>What became of a call; the numbers are stable, and a later library may add some.</summary>
    public enum Status
    {
        Ok = 0,
        InvalidArgument = 1,
        Connect = 2,
        Tls = 3,
        Timeout = 4,
        Interrupted = 5,
        Protocol = 6,
        BadRequest = 7,
        Unauthorized = 8,
        Forbidden = 9,
        NotFound = 10,
        RateLimited = 11,
        Server = 12,
        Cancelled = 13,
        Overloaded = 14,
        Internal = 15,
    }

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

    /// <summary>A chat, or the making of a client, has failed; the message is one line that a person can act on.</summary>
    public class RobofyException : Exception
    {
        private readonly Failure failure;

        internal RobofyException(Failure failure) : base(failure.Message)
        {
            this.failure = failure;
        }

        /// <summary>The kind of failure.</summary>
        public Status Status
        {
            get { return failure.Status; }
        }

        /// <summary>The HTTP status of the service's response, or null if there was none.</summary>
        public int? HttpStatus
        {
            get { return failure.HttpStatus; }
        }

        /// <summary>The service's error code, such as "UNAUTHORIZED", or null.</summary>
        public string Code
        {
            get { return failure.Code; }
        }

        /// <summary>The service's own explanation, or null.</summary>
        public string Detail
        {
            get { return failure.Detail; }
        }

        /// <summary>The agent has not seen the message, and sending it again, later, may help.</summary>
        public bool IsRetryable
        {
            get { return failure.IsRetryable; }
        }

        /// <summary>How long the service asks to wait, or null.</summary>
        public TimeSpan? RetryAfter
        {
            get { return failure.RetryAfter; }
        }

        internal static RobofyException Of(Failure failure)
        {
            switch (failure.Status)
            {
                case Status.InvalidArgument:
                    return new InvalidArgumentException(failure);
                case Status.Connect:
                    return new ConnectException(failure);
                case Status.Tls:
                    return new TlsException(failure);
                case Status.Timeout:
                    return new ChatTimeoutException(failure);
                case Status.Interrupted:
                    return new ChatInterruptedException(failure);
                case Status.Protocol:
                    return new ProtocolException(failure);
                case Status.BadRequest:
                    return new BadRequestException(failure);
                case Status.Unauthorized:
                    return new UnauthorizedException(failure);
                case Status.Forbidden:
                    return new ForbiddenException(failure);
                case Status.NotFound:
                    return new NotFoundException(failure);
                case Status.RateLimited:
                    return new RateLimitedException(failure);
                case Status.Server:
                    return new ServerException(failure);
                case Status.Cancelled:
                    return new ChatCancelledException(failure);
                case Status.Overloaded:
                    return new OverloadedException(failure);
                case Status.Internal:
                    return new InternalException(failure);
                default:
                    return new RobofyException(failure);
            }
        }

        /// <summary>Reads the library's error, and leaves it to its owner.</summary>
        internal static RobofyException Read(IntPtr error)
        {
            int httpStatus = Native.ErrorHttpStatus(error);
            ulong retryAfterMs = Native.ErrorRetryAfterMs(error);
            return Of(new Failure
            {
                Status = (Status)Native.ErrorStatus(error),
                Message = Native.TextOf(Native.ErrorMessage(error)),
                HttpStatus = httpStatus == 0 ? (int?)null : httpStatus,
                Code = Native.TextOf(Native.ErrorCode(error)),
                Detail = Native.TextOf(Native.ErrorDetail(error)),
                IsRetryable = Native.ErrorIsRetryable(error) != 0,
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
                Native.ErrorFree(error);
            }
        }
    }

    /// <summary>An argument cannot be used; nothing was sent. The message names it.</summary>
    public sealed class InvalidArgumentException : RobofyException
    {
        internal InvalidArgumentException(Failure failure) : base(failure) { }
    }

    /// <summary>The service was never reached.</summary>
    public sealed class ConnectException : RobofyException
    {
        internal ConnectException(Failure failure) : base(failure) { }
    }

    /// <summary>Certificate or handshake; nothing was sent.</summary>
    public sealed class TlsException : RobofyException
    {
        internal TlsException(Failure failure) : base(failure) { }
    }

    /// <summary>The timeout passed. Unless retryable, the agent may have seen the message.</summary>
    public sealed class ChatTimeoutException : RobofyException
    {
        internal ChatTimeoutException(Failure failure) : base(failure) { }
    }

    /// <summary>The connection was lost after the message was sent.</summary>
    public sealed class ChatInterruptedException : RobofyException
    {
        internal ChatInterruptedException(Failure failure) : base(failure) { }
    }

    /// <summary>The response is not what the service documents.</summary>
    public sealed class ProtocolException : RobofyException
    {
        internal ProtocolException(Failure failure) : base(failure) { }
    }

    /// <summary>400, 422 and other 4xx.</summary>
    public sealed class BadRequestException : RobofyException
    {
        internal BadRequestException(Failure failure) : base(failure) { }
    }

    /// <summary>401: the API key is missing, wrong or revoked.</summary>
    public sealed class UnauthorizedException : RobofyException
    {
        internal UnauthorizedException(Failure failure) : base(failure) { }
    }

    /// <summary>403: the API key may not use this project or agent.</summary>
    public sealed class ForbiddenException : RobofyException
    {
        internal ForbiddenException(Failure failure) : base(failure) { }
    }

    /// <summary>404: no such project or agent.</summary>
    public sealed class NotFoundException : RobofyException
    {
        internal NotFoundException(Failure failure) : base(failure) { }
    }

    /// <summary>429, or without an HTTP status the client's own pace.</summary>
    public sealed class RateLimitedException : RobofyException
    {
        internal RateLimitedException(Failure failure) : base(failure) { }
    }

    /// <summary>5xx. Unless retryable, the agent may have seen the message.</summary>
    public sealed class ServerException : RobofyException
    {
        internal ServerException(Failure failure) : base(failure) { }
    }

    /// <summary>The client was disposed of while the chat was waiting.</summary>
    public sealed class ChatCancelledException : RobofyException
    {
        internal ChatCancelledException(Failure failure) : base(failure) { }
    }

    /// <summary>The limit of chats in flight is reached; nothing was sent.</summary>
    public sealed class OverloadedException : RobofyException
    {
        internal OverloadedException(Failure failure) : base(failure) { }
    }

    /// <summary>A bug in the library: please report it.</summary>
    public sealed class InternalException : RobofyException
    {
        internal InternalException(Failure failure) : base(failure) { }
    }
}
