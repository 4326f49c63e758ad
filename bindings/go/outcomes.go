package robofy

// #include <robofy.h>
import "C"

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
)

// Outcomes are those of an inbox, as they come. One goroutine at a time goes over them; several may have their own, and each
// outcome goes to one of them.
type Outcomes struct {
	inbox   *Inbox
	ctx     context.Context
	outcome *Outcome
	err     error
}

// Outcomes waits for what comes of the inbox's messages until the context ends or the inbox is closed. A goroutine that waits
// takes no thread. What was not taken stays for whoever asks next.
func (i *Inbox) Outcomes(ctx context.Context) *Outcomes {
	return &Outcomes{inbox: i, ctx: ctx}
}

// Next waits for the next outcome. It is false when the context has ended or the inbox is closed: Err says which.
func (o *Outcomes) Next() bool {
	defer runtime.KeepAlive(o.inbox)
	switch {
	case o.inbox == nil || o.inbox.inbox == nil:
		o.err = ErrClosed
	case o.ctx == nil:
		o.err = checked(nil)
	default:
		o.outcome, o.err = o.inbox.inbox.next(o.ctx)
	}
	return o.err == nil
}

// Outcome is the one that Next has waited for.
func (o *Outcomes) Outcome() *Outcome {
	return o.outcome
}

// Err is why Next went no further: the context's error, ErrClosed, or an *Error of StatusConnect if the process has no file
// descriptor left.
func (o *Outcomes) Err() error {
	return o.err
}

// Request is the JSON body of Meta's POST to /<phone number ID>/messages for a part; for OutcomeTyping, as part 0, that of the
// indicator. It is nil if there are not so many parts, or nobody to send them to.
func (o *Outcome) Request(part int) []byte {
	if o.owned == nil || !isUint32(part) {
		return nil
	}
	defer runtime.KeepAlive(o.owned)
	if text := C.robofy_outcome_request(o.owned.native, C.uint32_t(part)); text != nil {
		return []byte(C.GoString(text))
	}
	return nil
}

// String is its kind and how much it has: neither a text nor the user.
func (o Outcome) String() string {
	return fmt.Sprintf("%v of %d messages, in %d parts", o.Kind, len(o.MessageIDs), len(o.Parts))
}

// Format writes String, whatever the verb.
func (o Outcome) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, o.String())
}

// ownedOutcome is freed with the last reference to it. The garbage collector does not see its memory, but the copies of its
// texts it does.
type ownedOutcome struct {
	native *C.RobofyOutcome
}

func ownOutcome(native *C.RobofyOutcome) *Outcome {
	owned := &ownedOutcome{native}
	runtime.SetFinalizer(owned, func(owned *ownedOutcome) { C.robofy_outcome_free(owned.native) })
	return readOutcome(owned)
}

func messageIDs(outcome *C.RobofyOutcome) []string {
	ids := make([]string, C.robofy_outcome_message_count(outcome))
	for i := range ids {
		ids[i] = C.GoString(C.robofy_outcome_message_id(outcome, C.uint32_t(i)))
	}
	return ids
}

func optionalReply(reply *C.RobofyReply) *Reply {
	if reply == nil {
		return nil
	}
	return readReply(reply)
}

func optionalError(e *C.RobofyError) error {
	if e == nil {
		return nil
	}
	return readError(e)
}

// inbox is the library's, and the goroutine that tells of its outcomes. That goroutine waits on the library's descriptor in Go's
// own network poller, and so takes no thread.
type inbox struct {
	using   sync.RWMutex // held for writing to free the inbox: never while a call is inside of the library
	native  *C.RobofyInbox
	closed  chan struct{}
	waiting chan struct{} // has a value if outcomes may wait; whoever takes an outcome hands it on

	guard sync.Mutex
	bell  *os.File
}

func (i *inbox) use(call func(*C.RobofyInbox, **C.RobofyError)) error {
	i.using.RLock()
	defer i.using.RUnlock()
	if i.native == nil {
		return ErrClosed
	}
	var failure *C.RobofyError
	call(i.native, &failure)
	if failure != nil {
		return takeError(failure)
	}
	return nil
}

// take does not wait; nil if there is no outcome.
func (i *inbox) take() (outcome *Outcome, err error) {
	err = i.use(func(native *C.RobofyInbox, _ **C.RobofyError) {
		if taken := C.robofy_inbox_poll(native, 0); taken != nil {
			outcome = ownOutcome(taken)
		}
	})
	return outcome, err
}

func (i *inbox) next(ctx context.Context) (*Outcome, error) {
	for {
		if err := ctx.Err(); err != nil {
			i.ring() // it may have been this one that was told of an outcome
			return nil, err
		}
		if outcome, err := i.take(); outcome != nil || err != nil {
			i.ring()
			return outcome, err
		}
		if err := i.listen(); err != nil {
			return nil, err
		}
		select {
		case <-i.waiting:
		case <-ctx.Done():
		case <-i.closed:
		}
	}
}

// ring has one of those that wait look for an outcome.
func (i *inbox) ring() {
	select {
	case i.waiting <- struct{}{}:
	default:
	}
}

// listen starts the goroutine, with the first wait.
func (i *inbox) listen() error {
	i.guard.Lock()
	defer i.guard.Unlock()
	if i.bell != nil {
		return nil
	}
	var failed error
	closed := i.use(func(native *C.RobofyInbox, _ **C.RobofyError) {
		bell, readable, err := openBell(int(C.robofy_inbox_poll_fd(native)))
		if failed = err; failed != nil {
			return
		}
		i.bell = bell
		go readable.Read(func(uintptr) bool {
			i.ring()
			return false // wait until it is readable again, or closed
		})
	})
	if closed != nil {
		return closed
	}
	return failed
}

func (i *inbox) close() {
	i.using.Lock()
	isOpen := i.native != nil
	C.robofy_inbox_free(i.native)
	i.native = nil
	i.using.Unlock()
	if !isOpen {
		return
	}
	close(i.closed)
	i.guard.Lock()
	defer i.guard.Unlock()
	if i.bell != nil {
		i.bell.Close() // ends the goroutine
	}
}
