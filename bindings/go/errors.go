package robofy

// #include <robofy.h>
import "C"

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Status is what became of a call. It is an error itself, for errors.Is(err, robofy.StatusRateLimited).
// A later library may add some.
type Status uint32

// The numbers are stable.
const (
	StatusOK              Status = C.ROBOFY_STATUS_OK
	StatusInvalidArgument Status = C.ROBOFY_STATUS_INVALID_ARGUMENT // the caller's mistake; nothing was sent
	StatusConnect         Status = C.ROBOFY_STATUS_CONNECT          // the service was never reached
	StatusTLS             Status = C.ROBOFY_STATUS_TLS              // certificate or handshake; nothing was sent
	StatusTimeout         Status = C.ROBOFY_STATUS_TIMEOUT          // the timeout passed
	StatusInterrupted     Status = C.ROBOFY_STATUS_INTERRUPTED      // the connection was lost after sending
	StatusProtocol        Status = C.ROBOFY_STATUS_PROTOCOL         // not what the service documents
	StatusBadRequest      Status = C.ROBOFY_STATUS_BAD_REQUEST      // 400, 422 and other 4xx
	StatusUnauthorized    Status = C.ROBOFY_STATUS_UNAUTHORIZED     // 401
	StatusForbidden       Status = C.ROBOFY_STATUS_FORBIDDEN        // 403
	StatusNotFound        Status = C.ROBOFY_STATUS_NOT_FOUND        // 404
	StatusRateLimited     Status = C.ROBOFY_STATUS_RATE_LIMITED     // 429, or the client's own pace
	StatusServer          Status = C.ROBOFY_STATUS_SERVER           // 5xx
	StatusCancelled       Status = C.ROBOFY_STATUS_CANCELLED        // the context ended, or the client was closed
	StatusOverloaded      Status = C.ROBOFY_STATUS_OVERLOADED       // the limit of chats in flight; nothing was sent
	StatusInternal        Status = C.ROBOFY_STATUS_INTERNAL         // a bug in the library
)

var statusNames = [...]string{
	"ok", "invalid argument", "connect", "TLS", "timeout", "interrupted", "protocol", "bad request", "unauthorized",
	"forbidden", "not found", "rate limited", "server", "cancelled", "overloaded", "internal",
}

func (s Status) Error() string {
	if int(s) < len(statusNames) {
		return "robofy: " + statusNames[s]
	}
	return fmt.Sprintf("robofy: status %d", uint32(s))
}

// ErrClosed is the error of a call on a client that is closed.
var ErrClosed = errors.New("robofy: the client is closed: make another")

// Error is why a chat, or the making of a client, has failed.
type Error struct {
	Status     Status
	Message    string        // one line that a person can act on
	HTTPStatus int           // 0 if no response came
	Code       string        // the service's error code, such as "UNAUTHORIZED"; empty if it sent none
	Detail     string        // the service's own explanation; empty if it sent none
	Retryable  bool          // the agent has not seen the message, and sending it again, later, may help
	RetryAfter time.Duration // how long the service asks to wait; 0 if it did not say

	cause error // what ended the context
}

func (e *Error) Error() string {
	return e.Message
}

// Is makes errors.Is(err, robofy.StatusTimeout) and the like true; a timeout is a context.DeadlineExceeded too.
func (e *Error) Is(target error) bool {
	return target == error(e.Status) || e.Status == StatusTimeout && target == context.DeadlineExceeded
}

// Unwrap returns the context's error, if that ended the chat.
func (e *Error) Unwrap() error {
	return e.cause
}

// Timeout is true if the timeout passed, as net.Error has it.
func (e *Error) Timeout() bool {
	return e.Status == StatusTimeout
}

func cancelled(cause error) *Error {
	return &Error{
		Status:  StatusCancelled,
		Message: fmt.Sprintf("the chat was cancelled (%v): the agent may have seen the message", cause),
		cause:   cause,
	}
}

func takeError(e *C.RobofyError) *Error {
	defer C.robofy_error_free(e)
	return readError(e)
}

func readError(e *C.RobofyError) *Error {
	return &Error{
		Status:     Status(C.robofy_error_status(e)),
		Message:    C.GoString(C.robofy_error_message(e)),
		HTTPStatus: int(C.robofy_error_http_status(e)),
		Code:       C.GoString(C.robofy_error_code(e)),
		Detail:     C.GoString(C.robofy_error_detail(e)),
		Retryable:  bool(C.robofy_error_is_retryable(e)),
		RetryAfter: time.Duration(C.robofy_error_retry_after_ms(e)) * time.Millisecond,
	}
}
