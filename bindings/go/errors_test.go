package robofy_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"robofy.ai/go/robofy"
)

func failure(t *testing.T, client *robofy.Client, m robofy.Message) *robofy.Error {
	t.Helper()
	reply, err := client.WhatsAppChat(context.Background(), m)
	var failure *robofy.Error
	if !errors.As(err, &failure) || reply != nil {
		t.Fatalf("%+v: %v, %v", m, reply, err)
	}
	return failure
}

func TestAFailureIsTypedAndSaysWhatTheServiceSaid(t *testing.T) {
	err := failure(t, newClient(t), message("!status=401 code=UNAUTHORIZED detail=Who_is_there?"))
	if !errors.Is(err, robofy.StatusUnauthorized) || errors.Is(err, robofy.StatusForbidden) ||
		err.Status != robofy.StatusUnauthorized || err.HTTPStatus != 401 || err.Code != "UNAUTHORIZED" ||
		err.Detail != "Who is there?" || err.Retryable || err.RetryAfter != 0 || !strings.Contains(err.Error(), "API key") {
		t.Fatalf("%+v", err)
	}
}

func TestAStatusHasTheNameThatTheLibraryGives(t *testing.T) {
	if name := robofy.StatusRateLimited.String(); name != "rate_limited" {
		t.Error(name)
	}
	err := failure(t, newClient(t), message("!status=404"))
	if said := (&robofy.Error{Status: robofy.StatusServer}).Error(); said != "robofy: server" {
		t.Error(said)
	}
	for _, said := range []string{err.Error(), err.Status.Error(), robofy.ErrClosed.Error()} {
		if !strings.HasPrefix(said, "robofy: ") {
			t.Error(said)
		}
	}
}

func TestWhatFailsOrIsSentAgainIsLogged(t *testing.T) {
	logged := map[string]string{}
	client := newClient(t, robofy.WithLog(func(m robofy.Message, reply *robofy.Reply, err error) {
		logged[m.Query] = fmt.Sprint(reply != nil && reply.Attempts == 2, errors.Is(err, robofy.StatusNotFound))
	}))
	for _, query := range []string{"Hello", "!status=503 fails=1", "!status=404"} {
		ask(client, query)
	}
	if expected := map[string]string{"!status=503 fails=1": "true false", "!status=404": "false true"}; !reflect.DeepEqual(logged, expected) {
		t.Fatal(logged)
	}
}

func TestWhenToSendAgain(t *testing.T) {
	err := failure(t, newClient(t, robofy.WithMaxRetries(0)), message("!status=429 retry-after=7"))
	if !errors.Is(err, robofy.StatusRateLimited) || !err.Retryable || err.RetryAfter != 7*time.Second {
		t.Fatalf("%+v", err)
	}
}

func TestTheTimeout(t *testing.T) {
	m := message("!delay-ms=60000")
	m.Timeout = 100 * time.Millisecond
	err := failure(t, newClient(t), m)
	if !errors.Is(err, robofy.StatusTimeout) || !err.Timeout() || !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("%+v", err)
	}
}

func TestAServiceThatIsNotThere(t *testing.T) {
	client := newClient(t, robofy.WithBaseURL("http://127.0.0.1:1"), robofy.WithMaxRetries(0))
	if err := failure(t, client, message("Hello")); !errors.Is(err, robofy.StatusConnect) || !err.Retryable {
		t.Fatalf("%+v", err)
	}
}

func TestOneChatTooMany(t *testing.T) {
	client := newClient(t, robofy.WithMaxInFlight(1))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); client.WhatsAppChat(ctx, message("!delay-ms=60000")) }()
	for inFlight(t, client) == 0 {
		time.Sleep(time.Millisecond)
	}
	if err := failure(t, client, message("Hello")); !errors.Is(err, robofy.StatusOverloaded) {
		t.Fatalf("%+v", err)
	}
	cancel()
	<-done
	mustAnswer(t, client, "!answer=room", "room")
}

func TestEveryOptionIsTaken(t *testing.T) {
	client := newClient(t, robofy.WithTimeout(30*time.Second), robofy.WithConnectTimeout(5*time.Second),
		robofy.WithMaxRetries(1), robofy.WithRetryAmbiguous(), robofy.WithProxy(""), robofy.WithUserAgent("gateway/1.2"),
		robofy.WithMaxResponseBytes(1000), robofy.WithMaxInFlight(10), robofy.WithOrderedSessions(),
		robofy.WithRateLimit(6000, 10))
	m := message("!status=500 fails=1")
	m.SessionID = "918727000001"
	reply, err := client.WhatsAppChat(context.Background(), m)
	if err != nil || reply.Attempts != 2 {
		t.Fatal(reply, err)
	}
	if err := failure(t, client, message("!huge=2000")); !errors.Is(err, robofy.StatusProtocol) {
		t.Fatalf("%+v", err)
	}
}

func TestWhatCannotBeSentIsRefusedByItsName(t *testing.T) {
	client := newClient(t)
	cases := map[string]robofy.Message{
		"Query contains a NUL (U+0000) at byte 1": message("a\x00b"),
		"Query must not be empty":                 message(""),
		"PID is missing: set it in the Message":   {ChatbotID: "1", Query: "Hello"},
		"ChatbotID is missing: ":                  {PID: "1", Query: "Hello"},
		"ChatbotID is not valid UTF-8":            {PID: "1", ChatbotID: "\xff", Query: "Hello"},
		"SessionID":                               {PID: "1", ChatbotID: "2", Query: "3", SessionID: "\x00"},
		"UserContext names another session_id than": {
			PID: "1", ChatbotID: "2", Query: "3", SessionID: "one", UserContext: map[string]any{"session_id": "another"},
		},
		"UserContext must not set platform":      {PID: "1", ChatbotID: "2", Query: "3", UserContext: map[string]any{"platform": "web"}},
		"UserContext must hold JSON values only": {PID: "1", ChatbotID: "2", Query: "3", UserContext: map[string]any{"f": func() {}}},
		"Timeout must be more than 0":            {PID: "1", ChatbotID: "2", Query: "3", Timeout: -1},
	}
	for what, m := range cases {
		if err := failure(t, client, m); !errors.Is(err, robofy.StatusInvalidArgument) || !strings.Contains(err.Message, what) {
			t.Errorf("%q is not in %+v", what, err)
		}
	}
	var none context.Context
	if _, err := client.WhatsAppChat(none, message("Hello")); !errors.Is(err, robofy.StatusInvalidArgument) {
		t.Error(err)
	}
	for what, how := range map[string]robofy.Option{
		"WithBaseURL contains a NUL": robofy.WithBaseURL("\x00"), "WithBaseURL must": robofy.WithBaseURL("http://agents.example"),
		"WithConnectTimeout": robofy.WithConnectTimeout(0), "WithCAFile": robofy.WithCAFile(os.DevNull + "/nothing"),
		"WithMaxResponseBytes": robofy.WithMaxResponseBytes(0), "WithProxy": robofy.WithProxy("x"),
		"API key is missing: give it with WithAPIKey, or set ROBOFY_API_KEY": robofy.WithAPIKey(""),
	} {
		if _, err := robofy.NewClient(robofy.WithAPIKey("key"), how); !errors.Is(err, robofy.StatusInvalidArgument) || !strings.Contains(err.Error(), what) {
			t.Errorf("%q is not in %v", what, err)
		}
	}
	for _, key := range []string{"", "k\x00"} {
		if _, err := robofy.NewClient(robofy.WithAPIKey(key)); !errors.Is(err, robofy.StatusInvalidArgument) {
			t.Error(err)
		}
	}
}
