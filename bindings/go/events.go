package robofy

// #include <robofy.h>
import "C"

import (
	"context"
	"errors"
	"os"
	"sync"
	"syscall"
)

var errStreamClosed = errors.New("the stream was closed")

// events are the library's stream. Its descriptor is watched by Go's own network poller, and so takes no thread.
type events struct {
	using    sync.RWMutex // held for writing to free the stream: never while a call is inside of the library
	native   *C.RobofyStream
	ended    chan struct{} // the stream was freed
	kept     string        // the text when it was freed
	keptID   string
	guard    sync.Mutex
	cause    error // what has cancelled the stream
	bell     *os.File
	readable syscall.RawConn
}

func (c *chats) open(path string, m Message) (*events, error) {
	var native *C.RobofyStream
	var failure *C.RobofyError
	var text texts
	defer text.free()
	to := text.copy("Path", path)
	if text.err != nil {
		return nil, text.err
	}
	var closed error
	err := m.lend(func(message *C.RobofyMessage) {
		closed = c.use(func() error { native = C.robofy_stream_open(c.native, to, message, &failure); return nil })
	})
	switch {
	case err != nil:
		return nil, err
	case closed != nil:
		return nil, closed
	case native == nil:
		return nil, takeError(failure)
	}
	return &events{native: native, ended: make(chan struct{})}, nil
}

// next is nil without an error after the end.
func (e *events) next() (event *StreamEvent, err error) {
	readable, err := e.listen()
	if readable == nil {
		return nil, err
	}
	isDone := false
	take := func(uintptr) bool {
		event, isDone, err = e.take()
		return event != nil || isDone
	}
	if readable.Read(take) != nil { // the bell was closed
		err = cancelled(errStreamClosed)
	}
	if isDone {
		e.letGo()
	}
	return event, e.explained(err)
}

// take does not wait.
func (e *events) take() (event *StreamEvent, isDone bool, err error) {
	e.using.RLock()
	defer e.using.RUnlock()
	if e.native == nil {
		return nil, true, cancelled(errStreamClosed)
	}
	var failure *C.RobofyError
	if taken := C.robofy_stream_next(e.native, 0, &failure); taken != nil {
		return takeStreamEvent(taken), false, nil
	}
	if failure != nil {
		err = takeError(failure)
	}
	return nil, bool(C.robofy_stream_is_done(e.native)), err
}

// explained has the error of a stream that was cancelled say by what.
func (e *events) explained(err error) error {
	e.guard.Lock()
	defer e.guard.Unlock()
	if e.cause != nil && errors.Is(err, StatusCancelled) {
		return cancelled(e.cause)
	}
	return err
}

// listen is nil when the stream is freed.
func (e *events) listen() (syscall.RawConn, error) {
	e.using.RLock()
	defer e.using.RUnlock()
	if e.native == nil {
		return nil, nil
	}
	e.guard.Lock()
	defer e.guard.Unlock()
	var err error
	if e.bell == nil {
		e.bell, e.readable, err = openBell(int(C.robofy_stream_poll_fd(e.native)))
	}
	return e.readable, err
}

func (e *events) endWith(ctx context.Context) {
	select {
	case <-ctx.Done():
		e.cancel(ctx.Err())
	case <-e.ended:
	}
}

func (e *events) cancel(cause error) bool {
	e.using.RLock()
	defer e.using.RUnlock()
	e.guard.Lock()
	defer e.guard.Unlock()
	if e.native == nil || !bool(C.robofy_stream_cancel(e.native)) {
		return false
	}
	if e.cause == nil {
		e.cause = cause
	}
	return true
}

func (e *events) text() string {
	e.using.RLock()
	defer e.using.RUnlock()
	if e.native == nil {
		return e.kept
	}
	return takeText(C.robofy_stream_text(e.native))
}

func (e *events) sessionID() string {
	e.using.RLock()
	defer e.using.RUnlock()
	if e.native == nil {
		return e.keptID
	}
	return takeText(C.robofy_stream_session_id(e.native))
}

// letGo keeps what came, and frees the rest.
func (e *events) letGo() {
	e.using.Lock()
	if e.native != nil {
		e.kept, e.keptID = takeText(C.robofy_stream_text(e.native)), takeText(C.robofy_stream_session_id(e.native))
		C.robofy_stream_free(e.native)
		e.native = nil
		close(e.ended)
	}
	e.using.Unlock()
	e.guard.Lock()
	bell := e.bell
	e.guard.Unlock()
	if bell != nil {
		bell.Close() // waits for a goroutine that is about to take an event
	}
}
