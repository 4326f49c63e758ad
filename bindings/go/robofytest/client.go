// Package robofytest has a client for tests, which needs no service.
package robofytest

import (
	"context"
	"encoding/json"
	"errors"
	"sync"

	"robofy.ai/go/robofy"
)

// Outcome is what becomes of one message: the answer, or why there is none.
type Outcome func(robofy.Message) (string, error)

// Answer is an agent's answer.
func Answer(text string) Outcome {
	return func(robofy.Message) (string, error) { return text, nil }
}

// Failure is an error, such as &robofy.Error{Status: robofy.StatusRateLimited, Retryable: true}.
func Failure(err error) Outcome {
	return func(robofy.Message) (string, error) { return "", err }
}

// Client has methods of a robofy.Client: it gives what it was told to, and records what it was asked.
type Client struct {
	// Respond has what becomes of requests, such as robofy.NewResponse makes; it is set before the first.
	Respond func(robofy.Request) (*robofy.Response, error)

	guard    sync.Mutex
	outcomes []Outcome
	messages []robofy.Message
	requests []robofy.Request
	isClosed bool
}

// NewClient makes a client that gives these outcomes, in the order of the messages.
func NewClient(outcomes ...Outcome) *Client {
	return &Client{outcomes: outcomes}
}

// WhatsAppChat gives the next outcome, unless the context has ended.
func (c *Client) WhatsAppChat(ctx context.Context, m robofy.Message) (*robofy.Reply, error) {
	if err := ended(ctx); err != nil {
		return nil, err
	}
	answer, err := c.next(m)(m)
	if err != nil {
		return nil, err
	}
	data := map[string]string{"answer": answer, "session_id": m.SessionID}
	body, err := json.Marshal(map[string]any{"message": "Success", "data": data})
	return &robofy.Reply{Answer: answer, SessionID: m.SessionID, Message: "Success", Body: string(body), Attempts: 1}, err
}

// ChatSend is as WhatsAppChat.
func (c *Client) ChatSend(ctx context.Context, m robofy.Message) (*robofy.Reply, error) {
	return c.WhatsAppChat(ctx, m)
}

// Request gives what Respond has, unless the context has ended.
func (c *Client) Request(ctx context.Context, r robofy.Request) (*robofy.Response, error) {
	if err := ended(ctx); err != nil {
		return nil, err
	}
	c.guard.Lock()
	isClosed := c.isClosed
	if !isClosed {
		c.requests = append(c.requests, r)
	}
	c.guard.Unlock()
	if isClosed {
		return nil, robofy.ErrClosed
	}
	if c.Respond == nil {
		return nil, errors.New("robofytest: the client was given no Respond")
	}
	return c.Respond(r)
}

func ended(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return &robofy.Error{Status: robofy.StatusCancelled, Message: "the chat was cancelled", Cause: err}
	}
	return nil
}

func (c *Client) next(m robofy.Message) Outcome {
	c.guard.Lock()
	defer c.guard.Unlock()
	if c.isClosed {
		return Failure(robofy.ErrClosed)
	}
	c.messages = append(c.messages, m)
	if len(c.outcomes) == 0 {
		return Failure(errors.New("robofytest: the client was given no further outcome"))
	}
	outcome := c.outcomes[0]
	c.outcomes = c.outcomes[1:]
	return outcome
}

// Messages are those that were sent, in their order.
func (c *Client) Messages() []robofy.Message {
	c.guard.Lock()
	defer c.guard.Unlock()
	return append([]robofy.Message(nil), c.messages...)
}

// Requests are those that were sent, in their order.
func (c *Client) Requests() []robofy.Request {
	c.guard.Lock()
	defer c.guard.Unlock()
	return append([]robofy.Request(nil), c.requests...)
}

// Stats has no figures.
func (c *Client) Stats() (robofy.Stats, error) {
	return robofy.Stats{}, nil
}

// Close makes later messages fail with robofy.ErrClosed.
func (c *Client) Close() error {
	c.guard.Lock()
	defer c.guard.Unlock()
	c.isClosed = true
	return nil
}
