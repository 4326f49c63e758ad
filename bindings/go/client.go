package robofy

// #include <robofy.h>
// #include <stdlib.h>
import "C"

import (
	"context"
	"errors"
	"runtime"
	"unsafe"
)

// Client is the way to the agents of one account, for any number of goroutines at once.
//
// Close lets go of it; one that is forgotten is let go of by the garbage collector.
type Client struct {
	chats *chats
}

// NewClient makes a client for the account of the permanent API key. It connects to nothing yet.
func NewClient(apiKey string, how ...Option) (*Client, error) {
	o := options{C.robofy_options_new()}
	defer C.robofy_options_free(o.native)
	for _, option := range how {
		if err := option(&o); err != nil {
			return nil, err
		}
	}
	key, err := cString("API key", apiKey)
	if err != nil {
		return nil, err
	}
	defer C.free(unsafe.Pointer(key))
	var failure *C.RobofyError
	native := C.robofy_client_new(key, o.native, &failure)
	if native == nil {
		return nil, takeError(failure)
	}
	client := &Client{&chats{native: native, waiting: map[C.uint64_t]chan outcome{}}}
	runtime.SetFinalizer(client, func(client *Client) { client.chats.close() })
	return client, nil
}

// WhatsAppChat sends a message and waits for the agent's answer, for at most the message's timeout or else the client's.
//
// When the context ends, the chat is cancelled; the error is then the context's too (errors.Is). The agent may have seen
// the message. Every failure is an *Error or ErrClosed.
func (c *Client) WhatsAppChat(ctx context.Context, m Message) (*Reply, error) {
	if c == nil || c.chats == nil {
		return nil, ErrClosed
	}
	defer runtime.KeepAlive(c)
	if ctx == nil {
		return nil, invalid("the context must not be nil: pass context.Background()")
	}
	if err := ctx.Err(); err != nil {
		return nil, cancelled(err)
	}
	message, err := m.native()
	if err != nil {
		return nil, err
	}
	defer C.robofy_message_free(message)
	tag, answered, err := c.chats.submit(message)
	if err != nil {
		return nil, err
	}
	select {
	case outcome := <-answered:
		return outcome.reply, outcome.err
	case <-ctx.Done():
		c.chats.cancel(tag)
		outcome := <-answered // at once; if the chat had ended before, that counts
		if errors.Is(outcome.err, StatusCancelled) {
			return nil, cancelled(ctx.Err())
		}
		return outcome.reply, outcome.err
	}
}

// Stats takes a snapshot of what this client does and has done.
func (c *Client) Stats() (Stats, error) {
	if c == nil || c.chats == nil {
		return Stats{}, ErrClosed
	}
	defer runtime.KeepAlive(c)
	return c.chats.stats()
}

// Close lets go of the connections; chats that wait fail with StatusCancelled, later ones with ErrClosed.
// It may be called from any goroutine, and again.
func (c *Client) Close() error {
	if c != nil && c.chats != nil {
		c.chats.close()
	}
	return nil
}
