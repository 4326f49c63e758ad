package robofy_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"robofy.ai/go/robofy"
)

// bursts is an inbox that asks the agent when there are so many messages, and shows no typing.
func bursts(t *testing.T, of uint32, how ...robofy.InboxOption) *robofy.Inbox {
	t.Helper()
	inbox, err := inboxOf(newClient(t), of, how...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { inbox.Close() })
	return inbox
}

func inboxOf(client *robofy.Client, of uint32, how ...robofy.InboxOption) (*robofy.Inbox, error) {
	how = append([]robofy.InboxOption{
		robofy.InboxMaxMessages(of), robofy.InboxQuiet(time.Hour), robofy.InboxMaxWait(time.Hour), robofy.InboxTyping(0),
	}, how...)
	return robofy.NewInbox(client, "31415", "DKDvwn", how...)
}

func messages(id, text string) string {
	return fmt.Sprintf(`{"entry":[{"changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"106"},"messages":[
		{"from":"1555","id":"%s","timestamp":"4102444800","type":"text","text":{"body":"%s"}}]}}]}]}`, id, text)
}

const takeover = `{"entry":[{"changes":[{"field":"smb_message_echoes","value":{"metadata":{"phone_number_id":"106"},"message_echoes":[
	{"from":"1999","to":"1555","id":"e1","timestamp":"4102444800","type":"text","text":{"body":"I am Ana"}}]}}]}]}`

func event(t *testing.T, body string) robofy.Event {
	t.Helper()
	incoming, err := newWebhook(t, robofy.ChannelMeta).Read([]byte(body), "", "")
	if err != nil || len(incoming.Events) != 1 {
		t.Fatal(incoming, err)
	}
	return incoming.Events[0]
}

func mustAccept(t *testing.T, expected robofy.Accept, offered func() (robofy.Accept, error)) {
	t.Helper()
	if accept, err := offered(); accept != expected || err != nil {
		t.Fatalf("%v, %v, not %v", accept, err, expected)
	}
}

func offer(t *testing.T, inbox *robofy.Inbox, body string, expected robofy.Accept) {
	t.Helper()
	mustAccept(t, expected, func() (robofy.Accept, error) { return inbox.Offer(event(t, body)) })
}

func write(t *testing.T, inbox *robofy.Inbox, id, text string, expected robofy.Accept) {
	t.Helper()
	mustAccept(t, expected, func() (robofy.Accept, error) { return inbox.OfferText("106", "1555", id, text) })
}

func mustCome(t *testing.T, inbox *robofy.Inbox, kind robofy.OutcomeKind) *robofy.Outcome {
	t.Helper()
	outcome, err := inbox.Poll(time.Minute)
	if err != nil || outcome == nil || outcome.Kind != kind {
		t.Fatal(outcome, err)
	}
	return outcome
}

func TestABurstIsAnsweredOnce(t *testing.T) {
	inbox := bursts(t, 2, robofy.InboxJoin(" "))
	offer(t, inbox, messages("a", "!answer=**one**"), robofy.AcceptQueued)
	offer(t, inbox, messages("a", "!answer=**one**"), robofy.AcceptDuplicate)
	if outcome, err := inbox.Poll(0); outcome != nil || err != nil {
		t.Fatal(outcome, err)
	}
	if outcome, err := inbox.Poll(20 * time.Millisecond); outcome != nil || err != nil {
		t.Fatal(outcome, err)
	}
	kept := event(t, messages("b", "headers=1"))
	runtime.GC()
	mustAccept(t, robofy.AcceptQueued, func() (robofy.Accept, error) { return inbox.Offer(kept) })
	answer := mustCome(t, inbox, robofy.OutcomeAnswer)
	if answer.SessionID != "1555" || answer.ChannelID != "106" || answer.To != "1555" || answer.Recipient != "" || answer.Err != nil ||
		answer.ReplyTo != "b" || answer.Reply.Answer != "**one**" || !reflect.DeepEqual(answer.Parts, []string{"*one*"}) ||
		!reflect.DeepEqual(answer.MessageIDs, []string{"a", "b"}) {
		t.Fatalf("%+q", *answer.Reply)
	}
	if !bytes.Contains(answer.Request(0), []byte(`"context":{"message_id":"b"}`)) || answer.Request(1) != nil || answer.Request(-1) != nil {
		t.Fatalf("%s", answer.Request(0))
	}
	for part, id := range map[int]string{1: "", -1: "", 0: "\x00"} {
		if err := inbox.Sent(answer, part, id); !errors.Is(err, robofy.StatusInvalidArgument) {
			t.Fatal(err)
		}
	}
	if err := inbox.Sent(answer, 0, "ours"); err != nil {
		t.Fatal(err)
	}
	write(t, inbox, "ours", "our own message", robofy.AcceptDuplicate)
	stats, err := inbox.Stats()
	if err != nil || stats.Queued != 2 || stats.Duplicates != 2 || stats.Answers != 1 || stats.PartsSent != 1 || stats.Pending != 0 {
		t.Fatal(stats, err)
	}
	inbox.Close()
	runtime.GC()
	if !json.Valid(answer.Request(0)) {
		t.Fatalf("%s", answer.Request(0))
	}
}

func TestNoTextOfAnOutcomeShowsWhatIsWritten(t *testing.T) {
	inbox := bursts(t, 1)
	write(t, inbox, "a", "!answer=private", robofy.AcceptQueued)
	outcome := mustCome(t, inbox, robofy.OutcomeAnswer)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		for _, value := range []any{outcome, *outcome, []*robofy.Outcome{outcome}} {
			if shown := fmt.Sprintf(verb, value); strings.Contains(shown, "private") || strings.Contains(shown, "1555") {
				t.Error(shown)
			}
		}
	}
	if outcome.String() != "answer of 1 messages, in 1 parts" {
		t.Error(outcome)
	}
}

func TestAPersonTakesOverAndGivesBack(t *testing.T) {
	inbox := bursts(t, 1, robofy.InboxFallback(robofy.StatusOK, "Later."))
	if err := inbox.Pause("1555", time.Hour); !errors.Is(err, robofy.StatusInvalidArgument) {
		t.Fatal(err)
	}
	write(t, inbox, "a", "!delay-ms=60000", robofy.AcceptQueued)
	offer(t, inbox, takeover, robofy.AcceptTookOver)
	write(t, inbox, "b", "!answer=x", robofy.AcceptPaused)
	mustCome(t, inbox, robofy.OutcomeExpired)
	resume := func() {
		if err := inbox.Resume("1555"); err != nil {
			t.Fatal(err)
		}
	}
	resume()
	if err := inbox.Pause("1555", time.Hour); err != nil {
		t.Fatal(err)
	}
	write(t, inbox, "c", "!answer=x", robofy.AcceptPaused)
	resume()
	write(t, inbox, "d", "!status=400 code=OOPS", robofy.AcceptQueued)
	var failure *robofy.Error
	fallback := mustCome(t, inbox, robofy.OutcomeFallback)
	if !errors.As(fallback.Err, &failure) || failure.Code != "OOPS" || fallback.Reply != nil || fallback.Parts[0] != "Later." {
		t.Fatal(failure)
	}
}

func TestWhatFailsComesAgainOrIsGivenUp(t *testing.T) {
	inbox := bursts(t, 1, robofy.InboxLimit(100))
	write(t, inbox, "a", "!huge=250", robofy.AcceptQueued)
	for _, each := range []struct{ parts, code int }{
		{3, 130429}, // too many messages: all of it, later
		{3, 100},    // a bad parameter: the rest
		{2, 131026}, // nothing can be sent to this user: no more of it
	} {
		outcome := mustCome(t, inbox, robofy.OutcomeAnswer)
		if len(outcome.Parts) != each.parts {
			t.Fatal(outcome)
		}
		if err := inbox.Failed(outcome, 0, each.code); err != nil {
			t.Fatal(err)
		}
	}
	write(t, inbox, "b", "!answer=next", robofy.AcceptQueued)
	if outcome := mustCome(t, inbox, robofy.OutcomeAnswer); outcome.Parts[0] != "next" {
		t.Fatal(outcome)
	}
}

func TestABurstIsThereAfterARestart(t *testing.T) {
	path := robofy.InboxPath(filepath.Join(t.TempDir(), "inbox"))
	first := bursts(t, 2, path)
	write(t, first, "a", "!answer=one", robofy.AcceptQueued)
	if _, err := inboxOf(newClient(t), 2, path); !errors.Is(err, robofy.StatusStorage) {
		t.Fatal(err)
	}
	first.Close()
	second := bursts(t, 2, path)
	write(t, second, "a", "!answer=one", robofy.AcceptDuplicate)
	write(t, second, "b", "headers=1", robofy.AcceptQueued)
	unsent := mustCome(t, second, robofy.OutcomeAnswer)
	second.Close()
	third := bursts(t, 2, path)
	again := mustCome(t, third, robofy.OutcomeAnswer)
	if len(again.MessageIDs) != 2 || again.Reply.Body != unsent.Reply.Body {
		t.Fatal(again)
	}
}

func TestWhatAnInboxCannotUseIsNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	client := newClient(t)
	for said, option := range map[string]robofy.InboxOption{
		file: robofy.InboxPath(file), "InboxQuiet": robofy.InboxQuiet(-1), "InboxMaxMessages": robofy.InboxMaxMessages(0),
		"Path ": robofy.InboxPath(""), "InboxJoin": robofy.InboxJoin("\x00"), "InboxStopWords": robofy.InboxStopWords([]string{"\xff"}, ""),
	} {
		status := robofy.StatusInvalidArgument
		if said == file {
			status = robofy.StatusStorage
		}
		if inbox, err := inboxOf(client, 1, option); inbox != nil || !errors.Is(err, status) || !strings.Contains(err.Error(), said) {
			t.Error(said, err)
		}
	}
	if _, err := robofy.NewInbox(client, "", ""); !errors.Is(err, robofy.StatusInvalidArgument) || !strings.Contains(err.Error(), "PID") {
		t.Error(err)
	}
	inbox := bursts(t, 9, robofy.InboxMaxPending(1))
	write(t, inbox, "a", "Hi", robofy.AcceptQueued)
	for status, offered := range map[robofy.Status]func() (robofy.Accept, error){
		robofy.StatusOverloaded:      func() (robofy.Accept, error) { return inbox.OfferText("", "1", "b", "Hi") },
		robofy.StatusInvalidArgument: func() (robofy.Accept, error) { return inbox.Offer(robofy.Event{}) },
	} {
		if accept, err := offered(); accept != robofy.AcceptRefused || !errors.Is(err, status) {
			t.Error(accept, err)
		}
	}
	if _, err := inbox.OfferText("", "1", "", "Hi"); !errors.Is(err, robofy.StatusInvalidArgument) || !strings.Contains(err.Error(), "messageID") {
		t.Error(err)
	}
	if err := inbox.Failed(&robofy.Outcome{}, 0, 1); !errors.Is(err, robofy.StatusInvalidArgument) || inbox.Sent(nil, 0, "") == nil {
		t.Error(err)
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
	inbox := bursts(t, 1)
	number := 0
	round := func() {
		for i := 0; i < 1000; i++ {
			number++
			offer(t, inbox, messages(fmt.Sprint(number), "!status=400 detail="+padding), robofy.AcceptQueued)
			mustCome(t, inbox, robofy.OutcomeFallback)
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
