package robofy

// #include <robofy.h>
import "C"

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// String is the status's stable name, for logs and metrics: "rate_limited".
func (s Status) String() string {
	return C.GoString(C.robofy_status_name(C.uint32_t(s)))
}

func (s Status) Error() string {
	return "robofy: " + s.String()
}

// ErrClosed is the error of a call on a client, a webhook or an inbox that is closed.
var ErrClosed = errors.New("robofy: closed, or made by no constructor: make another")

// Error is why a chat, or the making of a client, has failed.
type Error struct {
	Status     Status
	Message    string        // one line that a person can act on
	HTTPStatus int           // 0 if no response came
	Code       string        // the service's error code, such as "UNAUTHORIZED"; empty if it sent none
	Detail     string        // the service's own explanation; empty if it sent none
	Retryable  bool          // the agent has not seen the message, and sending it again, later, may help
	RetryAfter time.Duration // how long the service asks to wait; 0 if it did not say
	Cause      error         // the context's error or ErrClosed, if that ended the chat
}

func (e *Error) Error() string {
	if e.Message == "" {
		return e.Status.Error()
	}
	return "robofy: " + e.Message
}

// Is makes errors.Is(err, robofy.StatusTimeout) and the like true; a timeout is a context.DeadlineExceeded too.
func (e *Error) Is(target error) bool {
	return target == error(e.Status) || e.Status == StatusTimeout && target == context.DeadlineExceeded
}

// Unwrap returns what ended the chat.
func (e *Error) Unwrap() error {
	return e.Cause
}

// Timeout is true if the timeout passed, as net.Error has it.
func (e *Error) Timeout() bool {
	return e.Status == StatusTimeout
}

func cancelled(cause error) *Error {
	return &Error{
		Status:  StatusCancelled,
		Message: fmt.Sprintf("the chat was cancelled (%v): the agent may have seen the message", cause),
		Cause:   cause,
	}
}

func takeError(e *C.RobofyError) *Error {
	defer C.robofy_error_free(e)
	return readError(e)
}

func readError(e *C.RobofyError) *Error {
	return &Error{
		Status:     Status(C.robofy_error_status(e)),
		Message:    inGo(C.GoString(C.robofy_error_message(e))),
		HTTPStatus: int(C.robofy_error_http_status(e)),
		Code:       C.GoString(C.robofy_error_code(e)),
		Detail:     C.GoString(C.robofy_error_detail(e)),
		Retryable:  bool(C.robofy_error_is_retryable(e)),
		RetryAfter: time.Duration(C.robofy_error_retry_after_ms(e)) * time.Millisecond,
	}
}

// A parameter that has the name of an English word is meant only at the beginning.
var parameter = regexp.MustCompile(`^[a-z]+\b|\b[a-z]+(_[a-z]+)+\b|\bpid\b`)

// inGo has a message of the library name parameters as Go does.
func inGo(message string) string {
	return parameter.ReplaceAllStringFunc(message, func(name string) string {
		isMember := name == "session_id" && !strings.HasPrefix(message, name) // of the service's JSON
		if inGo, ok := goNames[name]; ok && !isMember {
			return inGo
		}
		return name
	})
}
