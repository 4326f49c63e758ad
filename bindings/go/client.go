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

// WithLog has a function told of each chat or stream that failed, with its error, and of each chat that was sent more than
// once, with its reply. It is called in the goroutine of the chat.
func WithLog(log func(Message, *Reply, error)) Option {
	return func(o *options) error {
		o.client.log = log
		return nil
	}
}

// NewClient makes a client for the account of the environment's ROBOFY_API_KEY. It connects to nothing yet.
func NewClient(how ...Option) (*Client, error) {
	if err := usable(); err != nil {
		return nil, err
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
	return c.chat(ctx, m, func(message *C.RobofyMessage) submit {
		return func(tag C.uint64_t, failure **C.RobofyError) C.bool {
			return C.robofy_whatsapp_submit(c.chats.native, message, tag, failure)
		}
	})
}

// ChatSend sends the message of a user of any platform (Message.Platform). In all else it is as WhatsAppChat.
func (c *Client) ChatSend(ctx context.Context, m Message) (*Reply, error) {
	return c.chat(ctx, m, func(message *C.RobofyMessage) submit {
		return func(tag C.uint64_t, failure **C.RobofyError) C.bool {
			return C.robofy_chat_submit(c.chats.native, message, tag, failure)
		}
	})
}

func (c *Client) chat(ctx context.Context, m Message, begin func(*C.RobofyMessage) submit) (*Reply, error) {
	if c == nil || c.chats == nil {
		return nil, ErrClosed
	}
	defer runtime.KeepAlive(c)
	m = c.complete(m)
	var end outcome
	err := checked(ctx)
	if err == nil {
		err = m.lend(func(message *C.RobofyMessage) { end = c.chats.await(ctx, begin(message)) })
	}
	if err != nil {
		end.err = err
	}
	if c.log != nil && (end.err != nil || end.reply.Attempts > 1) {
		c.log(m, end.reply, end.err)
	}
	return end.reply, end.err
}

// complete gives a message the client's agent where it names none.
func (c *Client) complete(m Message) Message {
	if m.PID == "" {
		m.PID = c.pid
	}
	if m.ChatbotID == "" {
		m.ChatbotID = c.chatbotID
	}
	return m
}

// Stats takes a snapshot of what this client does and has done.
func (c *Client) Stats() (Stats, error) {
	if c == nil || c.chats == nil {
		return Stats{}, ErrClosed
	}
	defer runtime.KeepAlive(c)
	return c.chats.stats()
}

// Close lets go of the connections; calls that wait fail with StatusCancelled, later ones with ErrClosed. Streams go on.
// It may be called from any goroutine, and again.
func (c *Client) Close() error {
	if c != nil && c.chats != nil {
		c.chats.close()
	}
	return nil
}

// usable refuses a library whose functions may be others.
func usable() error {
	if version := Version(); minor(version) != minor(packageVersion) {
		return fmt.Errorf("robofy: "+cannotUse, "librobofy", version)
	}
	return nil
}

func minor(version string) string {
	major, rest, _ := strings.Cut(version, ".")
	second, _, _ := strings.Cut(rest, ".")
	return major + "." + second
}
