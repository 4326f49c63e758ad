package robofy_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"testing"
	"time"

	"robofy.ai/go/robofy"
)

const silence = "!answer=x endless=silence"

func TestTheEventsComeInTheirOrder(t *testing.T) {
	events := mustOpen(t, newClient(t), "!deltas=2 tools event-delay-ms=5")
	if events.Text() != "" || events.SessionID() != "" {
		t.Fatal(events.Text(), events.SessionID())
	}
	var came []robofy.StreamEvent
	for events.Next() {
		came = append(came, events.Event())
	}
	if events.Err() != nil || events.Next() {
		t.Fatal(events.Err())
	}
	kinds, texts := []string{}, ""
	for _, event := range came {
		kinds = append(kinds, event.Kind.String())
		if event.Kind == robofy.StreamEventDelta {
			texts += event.Text
		}
	}
	if last := kinds[len(kinds)-3:]; !reflect.DeepEqual(last, []string{"finish", "session", "other"}) {
		t.Fatal(kinds)
	}
	if came[2].Kind != robofy.StreamEventTool || came[2].Name != "book" || texts != "0 1 " || events.Text() != texts || events.SessionID() == "" {
		t.Fatal(came, events.Text())
	}
	if events.Cancel() || robofy.StreamEventKind(99).String() != "other" {
		t.Fatal("it is at its end")
	}
}

func TestAHundredStreamsTakeNoThreadEach(t *testing.T) {
	client := newClient(t)
	mustAnswer(t, client, "!answer=warm", "warm")
	before, most := threads(t), 0
	done := make(chan struct{})
	go func() {
		defer close(done)
		together(100, func(n int) {
			events := mustOpen(t, client, fmt.Sprintf("!answer=%d event-delay-ms=30", n))
			for events.Next() {
			}
			if events.Err() != nil || events.Text() != fmt.Sprint(n) {
				t.Error(events.Text(), events.Err())
			}
		})
	}()
	for running := true; running; {
		select {
		case <-done:
			running = false
		case <-time.After(5 * time.Millisecond):
			if now := threads(t); now > most {
				most = now
			}
		}
	}
	if most > before+40 {
		t.Fatalf("%d threads, %d before", most, before)
	}
}

func TestAStreamEndsWithItsTimeout(t *testing.T) {
	m := message(silence)
	m.Timeout = 200 * time.Millisecond
	events, err := newClient(t).Stream(context.Background(), stream, m)
	if err != nil {
		t.Fatal(err)
	}
	for events.Next() {
	}
	if !errors.Is(events.Err(), robofy.StatusTimeout) || events.Text() != "x" {
		t.Fatal(events.Err())
	}
}

func TestAStreamEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	events, err := newClient(t).Stream(ctx, stream, message(silence))
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(100*time.Millisecond, cancel)
	for events.Next() {
	}
	if err := events.Err(); !errors.Is(err, context.Canceled) || !errors.Is(err, robofy.StatusCancelled) {
		t.Fatal(err)
	}
	if _, err := newClient(t).Stream(ctx, stream, message(silence)); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

func TestAStreamIsClosedAmidItsWait(t *testing.T) {
	client := newClient(t)
	for i := 0; i < 30; i++ {
		events := mustOpen(t, client, silence)
		ended := make(chan error)
		go func() {
			for events.Next() {
			}
			ended <- events.Err()
		}()
		time.Sleep(time.Duration(i) * time.Millisecond)
		go events.Text()
		go events.Cancel()
		events.Close()
		if err := <-ended; err != nil && !errors.Is(err, robofy.StatusCancelled) {
			t.Fatal(err)
		}
		if events.Close() != nil || events.Next() {
			t.Fatal("it is closed")
		}
	}
	mustCancel(t, client, 30)
}

func TestAForgottenStreamIsFreed(t *testing.T) {
	client := newClient(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	func() {
		for i := 0; i < 10; i++ {
			events, err := client.Stream(ctx, stream, message(silence))
			if err != nil || !events.Next() {
				t.Fatal(err)
			}
		}
	}()
	mustCancel(t, client, 10)
}

func TestAStreamOutlivesItsClient(t *testing.T) {
	client := newClient(t)
	events := mustOpen(t, client, "!body-delay-ms=300 answer=x")
	client.Close()
	for events.Next() {
	}
	if events.Err() != nil || events.Text() != "x" {
		t.Fatal(events.Text(), events.Err())
	}
}

func TestAStreamTooManyAndOneThatFails(t *testing.T) {
	var logged []error
	client := newClient(t, robofy.WithMaxInFlight(1), robofy.WithMaxRetries(0),
		robofy.WithLog(func(_ robofy.Message, _ *robofy.Reply, err error) { logged = append(logged, err) }))
	events := mustOpen(t, client, silence)
	if _, err := client.Stream(context.Background(), stream, message("Hello")); !errors.Is(err, robofy.StatusOverloaded) {
		t.Fatal(err)
	}
	events.Close()
	events = mustOpen(t, client, "!status=401")
	if events.Next() || !errors.Is(events.Err(), robofy.StatusUnauthorized) || len(logged) != 1 || logged[0] != events.Err() {
		t.Fatal(events.Err(), logged)
	}
}

func mustCancel(t *testing.T, client *robofy.Client, number uint64) {
	t.Helper()
	var stats robofy.Stats
	for tries := 0; tries < 500 && stats.Cancelled < number; tries++ {
		runtime.GC()
		time.Sleep(20 * time.Millisecond)
		stats, _ = client.Stats()
	}
	if stats.Cancelled != number || stats.InFlight != 0 {
		t.Fatalf("%+v", stats)
	}
}
