package robofy_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
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

func TestAPersonTakesOverAndGivesBack(t *testing.T) {
	inbox := bursts(t, 1, robofy.InboxFallback(robofy.StatusOK, "Later."))
	if err := inbox.Pause("1555", time.Hour); !errors.Is(err, robofy.StatusInvalidArgument) {
		t.Fatal(err)
	}
	write(t, inbox, "a", "!delay-ms=1000", robofy.AcceptQueued)
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
