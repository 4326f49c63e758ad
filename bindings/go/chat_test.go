package robofy_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"robofy.ai/go/robofy"
)

func TestAChatGivesTheAnswerAndAllThatCameWithIt(t *testing.T) {
	m := message("Hello")
	m.SessionID = "918727000000"
	reply, err := newClient(t).WhatsAppChat(context.Background(), m)
	if err != nil {
		t.Fatal(err)
	}
	if reply.String() != `Hello! You wrote: "Hello".` || reply.SessionID != m.SessionID || reply.Message != "Success" ||
		reply.Attempts != 1 || reply.Elapsed <= 0 || !json.Valid([]byte(reply.Body)) {
		t.Fatalf("%+v", reply)
	}
}

func TestEverythingThatIsSaidArrives(t *testing.T) {
	m := message("!echo")
	m.SessionID = "ü😀"
	m.UserContext = map[string]any{"language": "हिन्दी", "vip": true}
	reply, err := newClient(t).WhatsAppChat(context.Background(), m)
	if err != nil {
		t.Fatal(err)
	}
	var echo map[string]any
	if err := json.Unmarshal([]byte(reply.Answer), &echo); err != nil {
		t.Fatal(err)
	}
	expected := map[string]any{
		"query": "!echo", "pid": "31415", "chatbot_id": "DKDvwn",
		"user_context": map[string]any{"language": "हिन्दी", "vip": true, "session_id": "ü😀", "platform": "whatsapp"},
	}
	if !reflect.DeepEqual(echo, expected) {
		t.Fatal(reply.Answer)
	}
}

func TestAMessageOfMegabytes(t *testing.T) {
	query := strings.Repeat("😀", 1_000_000)
	mustAnswer(t, newClient(t), query, fmt.Sprintf("Hello! You wrote: %q.", query))
}

func TestAHundredGoroutinesAtOnceTakeNoThreadEach(t *testing.T) {
	client := newClient(t)
	mustAnswer(t, client, "!answer=warm", "warm")
	before, most := threads(t), 0
	began := time.Now()
	var wait sync.WaitGroup
	for i := 0; i < 100; i++ {
		wait.Add(1)
		go func(i int) {
			defer wait.Done()
			reply, err := ask(client, fmt.Sprintf("!delay-ms=500 answer=%d", i))
			if err != nil || reply.Answer != fmt.Sprint(i) {
				t.Error(i, reply, err)
			}
		}(i)
	}
	for inFlight(t, client) > 0 || time.Since(began) < 200*time.Millisecond {
		if now := threads(t); now > most {
			most = now
		}
		time.Sleep(10 * time.Millisecond)
	}
	wait.Wait()
	if took := time.Since(began); took > 25*time.Second {
		t.Fatalf("%v: one after another they take 50 s", took)
	}
	if most > before+40 {
		t.Fatalf("%d threads, %d before", most, before)
	}
}

func TestFigures(t *testing.T) {
	client := newClient(t)
	mustAnswer(t, client, "!answer=yes", "yes")
	ask(client, "!status=404")
	stats, err := client.Stats()
	if err != nil || stats.Answered != 1 || stats.Failed["not_found"] != 1 || stats.Latency.Count != 1 ||
		stats.Latency.Max <= 0 || stats.BytesSent == 0 {
		t.Fatalf("%+v %v", stats, err)
	}
}

func TestTheVersion(t *testing.T) {
	if version := robofy.Version(); strings.Count(version, ".") != 2 {
		t.Fatal(version)
	}
}

func inFlight(t *testing.T, client *robofy.Client) int {
	stats, err := client.Stats()
	if err != nil {
		t.Fatal(err)
	}
	return stats.InFlight
}

func threads(t *testing.T) int {
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Fatal(err)
	}
	return len(tasks)
}
