package robofy

// #include <robofy.h>
import "C"

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
)

// Client is the way to the agents of one account, for any number of goroutines at once.
//
// Close lets go of it; one that is forgotten is let go of by the garbage collector.
type Client struct {
	chats          *chats
	pid, chatbotID string
	log            func(Message, *Reply, error)
}

// Option is how a client behaves; without one there is the library's default.
type Option func(*options) error

type options struct {
	native *C.RobofyOptions
	apiKey string
	client Client
}

// WithAPIKey gives the account's permanent key, in place of the environment's ROBOFY_API_KEY. It stands in no error.
func WithAPIKey(key string) Option {
	return func(o *options) error {
		o.apiKey = key
		return nil
	}
}

// WithAgent names the project and its agent for messages that name none.
func WithAgent(pid, chatbotID string) Option {
	return func(o *options) error {
		o.client.pid, o.client.chatbotID = pid, chatbotID
		return nil
	}
}

// WithLog has a function told of each chat that failed, with its error, or was sent more than once, with its reply.
// It is called in the goroutine of the chat.
func WithLog(log func(Message, *Reply, error)) Option {
	return func(o *options) error {
		o.client.log = log
		return nil
	}
}

// NewClient makes a client for the account of the environment's ROBOFY_API_KEY. It connects to nothing yet.
func NewClient(how ...Option) (*Client, error) {
	if version := Version(); minor(version) != minor(packageVersion) {
		return nil, fmt.Errorf("robofy: "+cannotUse, "librobofy", version)
	}
	o := options{native: C.robofy_options_new(), apiKey: os.Getenv("ROBOFY_API_KEY")}
	defer C.robofy_options_free(o.native)
	for _, option := range how {
		if err := option(&o); err != nil {
			return nil, err
		}
	}
	if o.apiKey == "" {
		return nil, invalid("API key is missing: give it with WithAPIKey, or set ROBOFY_API_KEY")
	}
	var native *C.RobofyClient
	var failure *C.RobofyError
	err := withText("API key", o.apiKey, func(key *C.char) { native = C.robofy_client_new(key, o.native, &failure) })
	if err != nil {
		return nil, err
	}
	if native == nil {
		return nil, takeError(failure)
	}
	client := o.client
	client.chats = &chats{native: native, closed: make(chan struct{})}
	runtime.SetFinalizer(&client, func(client *Client) { client.chats.close() })
	return &client, nil
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
	if m.PID == "" {
		m.PID = c.pid
	}
	if m.ChatbotID == "" {
		m.ChatbotID = c.chatbotID
	}
	reply, err := c.chats.ask(ctx, m)
	if c.log != nil && (err != nil || reply.Attempts > 1) {
		c.log(m, reply, err)
	}
	return reply, err
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

func minor(version string) string {
	major, rest, _ := strings.Cut(version, ".")
	second, _, _ := strings.Cut(rest, ".")
	return major + "." + second
}
