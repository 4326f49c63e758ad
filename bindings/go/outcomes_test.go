package robofy_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"robofy.ai/go/robofy"
)

func TestNoTextOfAnEventOrAnOutcomeShowsWhatIsWritten(t *testing.T) {
	inbox := bursts(t, 1)
	written := event(t, messages("a", "!answer=private"))
	mustAccept(t, robofy.AcceptQueued, func() (robofy.Accept, error) { return inbox.Offer(written) })
	outcome := mustCome(t, inbox, robofy.OutcomeAnswer)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		for _, value := range []any{outcome, *outcome, []*robofy.Outcome{outcome}, written, robofy.Incoming{Events: []robofy.Event{written}}} {
			if shown := fmt.Sprintf(verb, value); strings.Contains(shown, "private") || strings.Contains(shown, "1555") {
				t.Error(shown)
			}
		}
	}
	if outcome.String() != "answer of 1 messages, in 1 parts" || written.String() != "text a" {
		t.Error(outcome, written)
	}
}

func TestGoroutinesShareTheOutcomesUntilTheInboxIsClosed(t *testing.T) {
	client := newClient(t)
	inbox, err := inboxOf(client, 1)
	if err != nil {
		t.Fatal(err)
	}
	client.Close()
	before := runtime.NumGoroutine()
	var all sync.WaitGroup
	came := make(chan string)
	for i := 0; i < 4; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			outcomes := inbox.Outcomes(context.Background())
			for outcomes.Next() {
				if err := inbox.Sent(outcomes.Outcome(), 0, ""); err != nil {
					t.Error(err)
				}
				came <- outcomes.Outcome().SessionID
			}
			if !errors.Is(outcomes.Err(), robofy.ErrClosed) {
				t.Error(outcomes.Err())
			}
		}()
	}
	const users, each = 20, 5
	for i := 0; i < users*each; i++ {
		mustAccept(t, robofy.AcceptQueued, func() (robofy.Accept, error) {
			return inbox.OfferText("", fmt.Sprint("u", i%users), fmt.Sprint(i), "!answer=x")
		})
	}
	// Those of a user that wait go as one turn.
	seen := map[string]bool{}
	for stats := (robofy.InboxStats{Pending: 1}); stats.Pending > 0; {
		select {
		case user := <-came:
			seen[user] = true
		case <-time.After(10 * time.Millisecond):
			stats, _ = inbox.Stats()
		}
	}
	if len(seen) != users {
		t.Error(seen)
	}
	inbox.Close()
	inbox.Close()
	all.Wait()
	for i := 0; runtime.NumGoroutine() > before; i++ {
		if i == 1000 {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func TestAWaitEndsWithItsContext(t *testing.T) {
	inbox := bursts(t, 1)
	ctx, cancel := context.WithCancel(context.Background())
	outcomes := inbox.Outcomes(ctx)
	waited := make(chan bool)
	go func() { waited <- outcomes.Next() }()
	cancel()
	if <-waited || !errors.Is(outcomes.Err(), context.Canceled) {
		t.Fatal(outcomes.Err())
	}
	if none := inbox.Outcomes(nil); none.Next() || !errors.Is(none.Err(), robofy.StatusInvalidArgument) {
		t.Fatal(none.Err())
	}
	write(t, inbox, "a", "!answer=still", robofy.AcceptQueued)
	if answer := mustCome(t, inbox, robofy.OutcomeAnswer); answer.Parts[0] != "still" {
		t.Fatal(answer)
	}
}

func TestAnInboxThatIsClosedSaysSo(t *testing.T) {
	closed := bursts(t, 1)
	written := event(t, messages("a", "Hi"))
	closed.Close()
	for _, inbox := range []*robofy.Inbox{closed, nil, {}} {
		_, offered := inbox.Offer(written)
		_, polled := inbox.Poll(-1)
		_, counted := inbox.Stats()
		outcomes := inbox.Outcomes(context.Background())
		for _, err := range []error{offered, polled, counted, inbox.Resume("1"), inbox.Pause("1", time.Second), outcomes.Err()} {
			if outcomes.Next() || err != nil && !errors.Is(err, robofy.ErrClosed) {
				t.Error(err)
			}
		}
		if offered == nil || polled == nil || counted == nil || !errors.Is(outcomes.Err(), robofy.ErrClosed) || inbox.Close() != nil {
			t.Error(inbox, "works")
		}
	}
	if _, err := robofy.NewInbox(nil, "1", "2"); !errors.Is(err, robofy.ErrClosed) {
		t.Error(err)
	}
}

func TestAForgottenInboxGivesItsPathBack(t *testing.T) {
	client, path := newClient(t), robofy.InboxPath(filepath.Join(t.TempDir(), "inbox"))
	forget := func() {
		inbox, err := inboxOf(client, 1, path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := inbox.Poll(time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
	forget()
	for i := 0; ; i++ {
		runtime.GC()
		inbox, err := inboxOf(client, 1, path)
		if err == nil {
			inbox.Close()
			return
		}
		if i == 500 {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func TestOutcomesAndEventsLeaveNoMemoryBehind(t *testing.T) {
	inbox := bursts(t, 1, robofy.InboxLimit(100_000))
	number := 0
	round := func() {
		for i := 0; i < 500; i++ {
			number++
			offer(t, inbox, messages(fmt.Sprint(number), "!huge=20000 detail="+padding), robofy.AcceptQueued)
			if err := inbox.Sent(mustCome(t, inbox, robofy.OutcomeAnswer), 0, ""); err != nil {
				t.Fatal(err)
			}
		}
		runtime.GC()
	}
	round()
	for rounds, growth := 0, 12_000_000; growth >= 12_000_000; rounds++ {
		if rounds == 3 {
			t.Fatalf("grew by %d bytes", growth)
		}
		before := resident(t)
		round()
		growth = resident(t) - before
	}
}
