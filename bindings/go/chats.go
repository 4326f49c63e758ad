package robofy

// #include <robofy.h>
import "C"

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"runtime/cgo"
	"sync"
)

// chats are the calls of one client that wait, and the goroutine that hands out their outcomes.
//
// The goroutine waits on the library's descriptor in Go's own network poller, and so takes no thread.
type chats struct {
	using  sync.RWMutex // held for writing to free the client: never while a call is inside of the library
	native *C.RobofyClient
	closed chan struct{} // no outcome comes any more

	guard sync.Mutex
	bell  *os.File
}

type outcome struct {
	reply    *Reply
	response *Response
	err      error
}

// submit has the library take a call under this tag.
type submit func(tag C.uint64_t, failure **C.RobofyError) C.bool

func checked(ctx context.Context) error {
	if ctx == nil {
		return invalid("the context must not be nil: pass context.Background()")
	}
	if err := ctx.Err(); err != nil {
		return cancelled(err)
	}
	return nil
}

// await submits a call, and waits for its outcome or for the end of the context.
func (c *chats) await(ctx context.Context, begin submit) outcome {
	answered := make(chan outcome, 1)
	tag := cgo.NewHandle(answered)
	defer tag.Delete()
	if err := c.use(func() error { return c.submit(begin, C.uint64_t(tag)) }); err != nil {
		return outcome{err: err}
	}
	var cause error
	select {
	case end := <-answered:
		return end
	case <-ctx.Done():
		cause = ctx.Err()
		c.use(func() error { C.robofy_client_cancel(c.native, C.uint64_t(tag)); return nil })
	case <-c.closed:
		cause = ErrClosed
	}
	select {
	case end := <-answered: // if the call had ended before, that counts
		if !errors.Is(end.err, StatusCancelled) {
			return end
		}
	case <-c.closed:
		if len(answered) > 0 {
			return <-answered
		}
	}
	return outcome{err: cancelled(cause)}
}

// use calls the library, which the client stays in until it has returned.
func (c *chats) use(call func() error) error {
	c.using.RLock()
	defer c.using.RUnlock()
	if c.native == nil {
		return ErrClosed
	}
	return call()
}

func (c *chats) submit(begin submit, tag C.uint64_t) error {
	if err := c.listen(); err != nil {
		return err
	}
	var failure *C.RobofyError
	if !begin(tag, &failure) {
		return takeError(failure)
	}
	return nil
}

func (c *chats) stats() (stats Stats, err error) {
	err = c.use(func() error {
		return json.Unmarshal([]byte(takeText(C.robofy_client_stats(c.native))), &stats)
	})
	return stats, err
}

func (c *chats) close() {
	c.using.Lock()
	isOpen := c.native != nil
	C.robofy_client_free(c.native)
	c.native = nil
	c.using.Unlock()
	if !isOpen {
		return
	}
	close(c.closed)
	if c.bell != nil {
		c.bell.Close() // waits for the goroutine, which may be about to use the client
	}
}

// listen starts the goroutine, with the first call.
func (c *chats) listen() error {
	c.guard.Lock()
	defer c.guard.Unlock()
	if c.bell != nil {
		return nil
	}
	bell, readable, err := openBell(int(C.robofy_client_poll_fd(c.native)))
	if err != nil {
		return err
	}
	c.bell = bell
	go readable.Read(func(uintptr) bool {
		c.use(c.collect)
		return false // wait until it is readable again, or closed
	})
	return nil
}

// collect hands out what has completed.
func (c *chats) collect() error {
	for completion := C.robofy_client_poll(c.native, 0); completion != nil; completion = C.robofy_client_poll(c.native, 0) {
		answered := cgo.Handle(C.robofy_completion_tag(completion)).Value().(chan outcome)
		if response := C.robofy_completion_response(completion); response != nil {
			answered <- outcome{response: ownResponse(response, completion)}
			continue
		}
		if reply := C.robofy_completion_reply(completion); reply != nil {
			answered <- outcome{reply: readReply(reply)}
		} else {
			answered <- outcome{err: readError(C.robofy_completion_error(completion))}
		}
		C.robofy_completion_free(completion)
	}
	return nil
}
