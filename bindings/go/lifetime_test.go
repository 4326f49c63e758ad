package robofy_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"robofy.ai/go/robofy"
)

func TestAChatEndsWithItsContext(t *testing.T) {
	client := newClient(t)
	short, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	_, err := client.WhatsAppChat(short, message("!delay-ms=60000"))
	if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, robofy.StatusCancelled) {
		t.Fatal(err)
	}
	_, err = client.WhatsAppChat(short, message("Hello"))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	stats, _ := client.Stats()
	if stats.Cancelled != 1 || stats.InFlight != 0 || stats.Answered != 0 {
		t.Fatalf("%+v", stats)
	}
	mustAnswer(t, client, "!answer=still", "still")
}

// lateContext has ended when the chat has: who asks whether it is done is kept until then.
type lateContext struct {
	context.Context
	chatHasEnded func() bool
}

func (c lateContext) Done() <-chan struct{} {
	for !c.chatHasEnded() {
		time.Sleep(time.Millisecond)
	}
	done := make(chan struct{})
	close(done)
	return done
}

func TestAChatThatFailedBeforeItsContextEndedSaysWhy(t *testing.T) {
	client := newClient(t, robofy.WithMaxRetries(0))
	for i := 1; i <= 20; i++ {
		ctx := lateContext{context.Background(), func() bool {
			stats, _ := client.Stats()
			return stats.Failed["unauthorized"] == uint64(i)
		}}
		if _, err := client.WhatsAppChat(ctx, message("!status=401")); !errors.Is(err, robofy.StatusUnauthorized) {
			t.Fatal(err)
		}
	}
}

func TestAClosedClientIsAnError(t *testing.T) {
	client := newClient(t)
	failed := make(chan error)
	go func() {
		_, err := ask(client, "!delay-ms=60000")
		failed <- err
	}()
	for inFlight(t, client) == 0 {
		time.Sleep(time.Millisecond)
	}
	client.Close()
	client.Close()
	if err := <-failed; !errors.Is(err, robofy.StatusCancelled) || !errors.Is(err, robofy.ErrClosed) {
		t.Fatal(err)
	}
	for _, closed := range []*robofy.Client{client, nil, new(robofy.Client)} {
		if _, err := ask(closed, "Hello"); err != robofy.ErrClosed {
			t.Fatal(err)
		}
		if _, err := closed.Stats(); err != robofy.ErrClosed {
			t.Fatal(err)
		}
		closed.Close()
	}
}

func TestAClientIsClosedAmidItsCalls(t *testing.T) {
	for i := 0; i < 30; i++ {
		client := newClient(t)
		var wait sync.WaitGroup
		for j := 0; j < 20; j++ {
			wait.Add(1)
			go func(j int) {
				defer wait.Done()
				ctx, cancel := context.WithTimeout(context.Background(), time.Duration(j)*time.Millisecond)
				defer cancel()
				for {
					reply, err := client.WhatsAppChat(ctx, message("!answer=now"))
					client.Stats()
					if err != nil {
						return
					}
					if reply.Answer != "now" {
						t.Error(reply)
					}
				}
			}(j)
		}
		time.Sleep(time.Duration(i%10) * time.Millisecond)
		client.Close()
		wait.Wait()
	}
}

func TestAForgottenClientIsFreed(t *testing.T) {
	forget := func() {
		client, err := robofy.NewClient(robofy.WithBaseURL(os.Getenv("ROBOFY_BASE_URL")))
		if err != nil {
			t.Fatal(err)
		}
		mustAnswer(t, client, "!answer=forgotten", "forgotten")
	}
	forget()
	before := descriptors(t)
	for i := 0; i < 50; i++ {
		forget()
	}
	for i := 0; i < 100 && descriptors(t) > before+20; i++ {
		runtime.GC()
		time.Sleep(20 * time.Millisecond)
	}
	if now := descriptors(t); now > before+20 {
		t.Fatalf("%d descriptors, %d before", now, before)
	}
}

func TestTenThousandChatsLeaveNoMemoryBehind(t *testing.T) {
	client := newClient(t, robofy.WithMaxRetries(0))
	queries := []string{"!huge=4096 detail=" + padding, "!status=403 detail=" + padding}
	some := func() {
		var wait sync.WaitGroup
		for i := 0; i < 50; i++ {
			wait.Add(1)
			go func(i int) {
				defer wait.Done()
				if i%10 > 0 {
					ask(client, queries[i%2])
					return
				}
				ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
				defer cancel()
				client.WhatsAppChat(ctx, message("!delay-ms=60000 detail="+padding))
			}(i)
		}
		wait.Wait()
	}
	for i := 0; i < 150; i++ {
		some()
	}
	before := resident(t)
	for i := 0; i < 200; i++ {
		some()
	}
	growth := resident(t) - before
	stats, _ := client.Stats()
	if stats.InFlight != 0 || stats.Answered < 5000 || stats.Failed["forbidden"] < 5000 || stats.Cancelled < 1000 {
		t.Fatalf("%+v", stats)
	}
	if growth > 20_000_000 {
		t.Fatalf("grew by %d bytes", growth)
	}
}

func resident(t *testing.T) int {
	debug.FreeOSMemory()
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	var size, pages int
	if _, err := fmt.Fscan(strings.NewReader(string(statm)), &size, &pages); err != nil {
		t.Fatal(err)
	}
	return pages * os.Getpagesize()
}

func descriptors(t *testing.T) int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}
