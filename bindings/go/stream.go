package robofy

import (
	"context"
	"runtime"
)

// Stream is an answer while it is written:
//
//	for stream.Next() {
//		fmt.Print(stream.Event().Text)
//	}
//	err := stream.Err()
//
// Any goroutine may call Cancel, Close, Text and SessionID; one goroutine at a time goes over the events. A stream goes on when
// its client is closed. One that is forgotten is closed by the garbage collector.
type Stream struct {
	events *events
	log    func(error)
	event  StreamEvent
	err    error
}

// Stream sends a message to a path where the agent answers in events; the service's reference does not name it. It does
// not wait: what comes of it, errors included, the stream tells. When the context ends, the answer is cancelled.
func (c *Client) Stream(ctx context.Context, path string, m Message) (*Stream, error) {
	if c == nil || c.chats == nil {
		return nil, ErrClosed
	}
	defer runtime.KeepAlive(c)
	if err := checked(ctx); err != nil {
		return nil, err
	}
	m = c.complete(m)
	events, err := c.chats.open(path, m)
	if err != nil {
		return nil, err
	}
	if ctx.Done() != nil {
		go events.endWith(ctx)
	}
	stream := &Stream{events: events, log: func(error) {}}
	if log := c.log; log != nil {
		stream.log = func(err error) { log(m, nil, err) }
	}
	runtime.SetFinalizer(stream, func(stream *Stream) { stream.events.letGo() })
	return stream, nil
}

// Next waits for the next event. It is false after the end, and where the stream did not come to its end: Err says so.
func (s *Stream) Next() bool {
	defer runtime.KeepAlive(s)
	event, err := s.events.next()
	if err != nil {
		s.err = err
		s.log(err)
	}
	if event == nil {
		return false
	}
	s.event = *event
	return true
}

// StreamEvent is the one that Next has waited for.
func (s *Stream) Event() StreamEvent {
	return s.event
}

// Err is how the stream ended, if not with the service's word for the end: an *Error of StatusInterrupted where it was cut
// short, StatusServer where the service gave it up, StatusTimeout where no event came in time, StatusCancelled, and others.
func (s *Stream) Err() error {
	return s.err
}

// Text is the answer so far, up to the client's WithMaxResponseBytes: also of one that was cut short, and after Close.
func (s *Stream) Text() string {
	defer runtime.KeepAlive(s)
	return s.events.text()
}

// SessionID is the conversation, once its event was taken, which comes near the end; else it is empty.
func (s *Stream) SessionID() string {
	defer runtime.KeepAlive(s)
	return s.events.sessionID()
}

// Cancel gives the answer up: a Next that waits is false at once, with StatusCancelled. It is false itself if the end was
// taken before. The agent may have seen the message.
func (s *Stream) Cancel() bool {
	defer runtime.KeepAlive(s)
	return s.events.cancel(nil)
}

// Close cancels what is left of the answer, and lets go of it. It may be called again.
func (s *Stream) Close() error {
	s.events.letGo()
	return nil
}
