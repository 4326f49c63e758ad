package robofy

// #include <robofy.h>
import "C"

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"runtime"
	"time"
)

// Inbox takes what users write, asks the agent once for each burst of messages, in the order of each session, and hands out
// the answers. What it accepts ends in one outcome, also after a restart if it has an InboxPath:
//
//	accept, err := inbox.Offer(event)
//	...
//	outcomes := inbox.Outcomes(ctx)
//	for outcomes.Next() {
//		outcome := outcomes.Outcome()
//		for part := range outcome.Parts {
//			inbox.Sent(outcome, part, send(outcome.Request(part)))
//		}
//	}
//	err := outcomes.Err()
//
// Any number of goroutines share it. It may outlive its client. Close lets go of it; one that is forgotten is let go of by the
// garbage collector.
type Inbox struct {
	inbox *inbox
}

// InboxOption is how an inbox behaves; without one there is the library's default.
type InboxOption func(*inboxOptions) error

type inboxOptions struct {
	native *C.RobofyInboxOptions
}

// NewInbox makes an inbox for an agent, which is the client's where PID or chatbotID is empty. What an earlier one has left at
// its path is taken up at once.
//
// The error is of StatusStorage, and names the path, if nothing can be kept there: another inbox may have it.
func NewInbox(client *Client, pid, chatbotID string, how ...InboxOption) (*Inbox, error) {
	if client == nil || client.chats == nil {
		return nil, ErrClosed
	}
	defer runtime.KeepAlive(client)
	o := inboxOptions{native: C.robofy_inbox_options_new()}
	defer C.robofy_inbox_options_free(o.native)
	for _, option := range how {
		if err := option(&o); err != nil {
			return nil, err
		}
	}
	agent := client.complete(Message{PID: pid, ChatbotID: chatbotID})
	var t texts
	defer t.free()
	project, chatbot := t.id("PID", agent.PID), t.id("ChatbotID", agent.ChatbotID)
	if t.err != nil {
		return nil, t.err
	}
	var native *C.RobofyInbox
	err := client.chats.use(func() error {
		var failure *C.RobofyError
		if native = C.robofy_inbox_new(client.chats.native, project, chatbot, o.native, &failure); native == nil {
			return takeError(failure)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	made := &Inbox{&inbox{native: native, closed: make(chan struct{}), waiting: make(chan struct{}, 1)}}
	runtime.SetFinalizer(made, func(made *Inbox) { made.inbox.close() })
	return made, nil
}

// Offer takes an event of a webhook, of any kind, which is kept when Offer returns: with an InboxPath, on disk. AcceptRefused
// comes with an error, of StatusStorage or, at InboxMaxPending, of StatusOverloaded: answer the webhook with 503.
func (i *Inbox) Offer(event Event) (accept Accept, err error) {
	if event.native == nil {
		return AcceptRefused, invalid("event must be one that Webhook.Read has read")
	}
	defer runtime.KeepAlive(event.owner)
	err = i.use(func(native *C.RobofyInbox, failure **C.RobofyError) {
		accept = Accept(C.robofy_inbox_offer(native, event.native, failure))
	})
	return accept, err
}

// OfferText takes a text, for who has no webhook; in all else as Offer. The message's ID makes it a duplicate when it comes
// again. The channel's ID may be empty where there is one channel alone.
func (i *Inbox) OfferText(channelID, user, messageID, text string) (accept Accept, err error) {
	var t texts
	defer t.free()
	channel, from := t.copy("channelID", channelID), t.copy("user", user)
	id, written := t.copy("messageID", messageID), t.copy("text", valid(text))
	if t.err != nil {
		return AcceptRefused, t.err
	}
	err = i.use(func(native *C.RobofyInbox, failure **C.RobofyError) {
		accept = Accept(C.robofy_inbox_offer_text(native, channel, from, id, written, failure))
	})
	return accept, err
}

// Poll takes the next outcome; nil if there is none in time. A timeout of 0 does not wait, and one below 0 has no end. Several
// goroutines may poll at once; each outcome goes to one of them.
func (i *Inbox) Poll(timeout time.Duration) (*Outcome, error) {
	if i == nil || i.inbox == nil {
		return nil, ErrClosed
	}
	defer runtime.KeepAlive(i)
	ctx := context.Background()
	if timeout >= 0 {
		ended, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		ctx = ended
	}
	outcome, err := i.inbox.next(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		defer i.inbox.ring()
		return i.inbox.take()
	}
	return outcome, err
}

// Sent reports that a part of an outcome was sent. Only when each part is reported does the session go on, and only then is it
// certain that the part does not come again after a restart. The provider's ID is the channel's of the message that was sent;
// empty if it gave none. An error of StatusStorage means that it is not kept: report it again.
func (i *Inbox) Sent(outcome *Outcome, part int, providerID string) error {
	var t texts
	defer t.free()
	id := t.optional("providerID", providerID)
	if t.err != nil {
		return t.err
	}
	if !isUint32(part) {
		return invalid("part is not one of the outcome's")
	}
	return i.report(outcome, func(native *C.RobofyInbox, outcome *C.RobofyOutcome, failure **C.RobofyError) {
		C.robofy_inbox_sent(native, outcome, C.uint32_t(part), id, failure)
	})
}

// Failed reports that a part of an outcome could not be sent. Send no more of its parts: what is left of them comes again in
// another outcome, when it is time to send it; the part itself too, unless the code says that it will never be sent or it has
// failed too often. The code is Meta's; else the HTTP status, from 400 on; less than 0 for a connection that was lost.
func (i *Inbox) Failed(outcome *Outcome, part, code int) error {
	if !isUint32(part) {
		return invalid("part is not one of the outcome's")
	}
	if int(int32(code)) != code {
		return invalid("code must fit into 32 bits")
	}
	return i.report(outcome, func(native *C.RobofyInbox, outcome *C.RobofyOutcome, failure **C.RobofyError) {
		C.robofy_inbox_failed(native, outcome, C.uint32_t(part), C.int32_t(code), failure)
	})
}

func isUint32(number int) bool {
	return number >= 0 && uint64(number) <= math.MaxUint32
}

func (i *Inbox) report(outcome *Outcome, call func(*C.RobofyInbox, *C.RobofyOutcome, **C.RobofyError)) error {
	if outcome == nil || outcome.owned == nil {
		return invalid("outcome must be one that the inbox has handed out")
	}
	defer runtime.KeepAlive(outcome.owned)
	return i.use(func(native *C.RobofyInbox, failure **C.RobofyError) { call(native, outcome.owned.native, failure) })
}

// Pause is for a person who takes the conversation: the agent is silent for so long, and what is under way for the user ends as
// OutcomeExpired. The session's ID may be any other identifier of the user. Before any channel has brought a message it is
// StatusInvalidArgument.
func (i *Inbox) Pause(sessionID string, d time.Duration) error {
	ms, err := notNegative("d", d)
	if err != nil {
		return err
	}
	return i.session(sessionID, func(native *C.RobofyInbox, id *C.char, failure **C.RobofyError) {
		C.robofy_inbox_pause(native, id, ms, failure)
	})
}

// Resume gives the conversation back to the agent. Messages that came meanwhile stay unanswered.
func (i *Inbox) Resume(sessionID string) error {
	return i.session(sessionID, func(native *C.RobofyInbox, id *C.char, failure **C.RobofyError) {
		C.robofy_inbox_resume(native, id, failure)
	})
}

func (i *Inbox) session(sessionID string, call func(*C.RobofyInbox, *C.char, **C.RobofyError)) error {
	var failed error
	err := withText("sessionID", sessionID, func(id *C.char) {
		failed = i.use(func(native *C.RobofyInbox, failure **C.RobofyError) { call(native, id, failure) })
	})
	if err != nil {
		return err
	}
	return failed
}

// Stats takes a snapshot of the inbox's figures; StatusStorage if what is kept cannot be read.
func (i *Inbox) Stats() (stats InboxStats, err error) {
	var text string
	err = i.use(func(native *C.RobofyInbox, _ **C.RobofyError) { text = takeText(C.robofy_inbox_stats(native)) })
	if err == nil && text == "" {
		err = &Error{Status: StatusStorage, Message: "the inbox's figures cannot be read: look at its path"}
	}
	if err == nil {
		err = json.Unmarshal([]byte(text), &stats)
	}
	return stats, err
}

// Close lets go of the inbox: whoever waits for an outcome has ErrClosed, and so has every later call. What was queued stays at
// its InboxPath, and what was handed out and not reported comes again there. It may be called from any goroutine, and again.
func (i *Inbox) Close() error {
	if i != nil && i.inbox != nil {
		i.inbox.close()
	}
	return nil
}

func (i *Inbox) use(call func(*C.RobofyInbox, **C.RobofyError)) error {
	if i == nil || i.inbox == nil {
		return ErrClosed
	}
	defer runtime.KeepAlive(i)
	return i.inbox.use(call)
}
