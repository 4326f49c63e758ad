package robofy_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"reflect"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"robofy.ai/go/robofy"
)

// contractCase has the fields of all promises' cases.
type contractCase struct {
	Query        string
	QueryBytes   []int   `json:"query_bytes"`
	Arrives      string  // what the service is to receive
	Answer       *string // what the service is to answer
	Needs        string
	BaseURL      string `json:"base_url"`
	TimeoutMS    int    `json:"timeout_ms"`
	AfterMS      int    `json:"after_ms"`
	WithinMS     int    `json:"within_ms"`
	MaxInFlight  uint32 `json:"max_in_flight"`
	First        string
	SessionID    string `json:"session_id"`
	Queries      []string
	Answers      []string
	Chats        int
	Clients      int
	GrowsMB      int `json:"grows_mb"`
	Status       string
	HTTPStatus   *int `json:"http_status"`
	Code, Detail json.RawMessage
	Retryable    *bool
	RetryAfterMS *int64 `json:"retry_after_ms"`

	EnvironmentsKey string `json:"environments_key"`
	Names           string

	Path, Content    string
	FileName         string `json:"file_name"`
	Leads, Sessions  []string
	Temperature, Key string
	Session          bool
}

var statuses = map[string]robofy.Status{}

func init() {
	for status := robofy.StatusOK; status <= robofy.StatusInternal; status++ {
		statuses[status.String()] = status
	}
}

func TestMain(m *testing.M) {
	if how := os.Getenv("ROBOFY_TEST_WAITING"); how != "" {
		waiting(how)
	}
	os.Exit(m.Run())
}

func TestTheContract(t *testing.T) {
	path := os.Getenv("ROBOFY_CONTRACT")
	if path == "" {
		path = "../contract/contract.json"
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var contract struct {
		Promises []struct {
			ID    string
			Cases json.RawMessage
		}
	}
	if err := json.Unmarshal(text, &contract); err != nil {
		t.Fatal(err)
	}
	for _, promise := range contract.Promises {
		keep := with(kept[promise.ID])
		if promise.ID == "requests" {
			keep = with(keepRequests)
		}
		if keep != nil && t.Run(promise.ID, func(t *testing.T) { try(t, keep, promise.Cases) }) {
			record(t, promise.ID)
		}
	}
}

// with reads the cases, for what keeps a promise.
func with[Case any](keep func(*testing.T, []Case)) func(*testing.T, json.RawMessage) {
	if keep == nil {
		return nil
	}
	return func(t *testing.T, text json.RawMessage) {
		var cases []Case
		if text != nil {
			if err := json.Unmarshal(text, &cases); err != nil {
				t.Fatal(err)
			}
		}
		keep(t, cases)
	}
}

// try makes a panic a failure: the next promises are tried all the same.
func try(t *testing.T, keep func(*testing.T, json.RawMessage), cases json.RawMessage) {
	defer func() {
		if why := recover(); why != nil {
			t.Errorf("%v\n%s", why, debug.Stack())
		}
	}()
	keep(t, cases)
}

func record(t *testing.T, id string) {
	path := os.Getenv("ROBOFY_CONTRACT_RESULTS")
	if path == "" {
		return
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	fmt.Fprintln(file, id)
}

var kept = map[string]func(*testing.T, []contractCase){
	"typed_errors": func(t *testing.T, cases []contractCase) {
		for _, c := range cases {
			client := newClient(t, robofy.WithMaxRetries(0))
			if c.BaseURL != "" {
				client = newClient(t, robofy.WithMaxRetries(0), robofy.WithBaseURL(c.BaseURL))
			}
			m := message(c.Query)
			m.Timeout = time.Duration(c.TimeoutMS) * time.Millisecond
			mustFail(t, client, m, c)
		}
	},
	"texts": func(t *testing.T, cases []contractCase) {
		for _, c := range cases {
			if c.Needs != "surrogates" {
				mustArrive(t, c.Query, c.Arrives)
			}
		}
	},
	"nul": func(t *testing.T, cases []contractCase) {
		for _, c := range cases {
			mustFail(t, newClient(t), message(c.Query), c)
		}
	},
	"invalid_utf8": func(t *testing.T, cases []contractCase) {
		for _, c := range cases {
			query := []byte{}
			for _, b := range c.QueryBytes {
				query = append(query, byte(b))
			}
			mustArrive(t, string(query), c.Arrives)
		}
	},
	"answers": func(t *testing.T, cases []contractCase) {
		client := newClient(t)
		for _, c := range cases {
			if c.Answer != nil {
				mustAnswer(t, client, c.Query, *c.Answer)
			} else {
				mustFail(t, client, message(c.Query), c)
			}
		}
	},
	"many": func(t *testing.T, cases []contractCase) {
		client, began := newClient(t), time.Now()
		together(cases[0].Chats, func(n int) {
			answer := strconv.Itoa(n)
			reply, err := ask(client, strings.ReplaceAll(cases[0].Query, "{n}", answer))
			if err != nil || reply.Answer != answer {
				t.Error(n, reply, err)
			}
		})
		mustEndWithin(t, began, cases[0])
	},
	"order": func(t *testing.T, cases []contractCase) {
		client, c := newClient(t, robofy.WithOrderedSessions()), cases[0]
		answers := make([]string, len(c.Queries))
		var wait sync.WaitGroup
		for i, query := range c.Queries {
			m := message(query)
			m.SessionID = c.SessionID
			wait.Add(1)
			go func(i int) {
				defer wait.Done()
				reply, err := client.WhatsAppChat(context.Background(), m)
				if err != nil {
					t.Error(err)
					return
				}
				answers[i] = reply.Answer
			}(i)
			mustBegin(t, client, i+1)
		}
		wait.Wait()
		if !reflect.DeepEqual(answers, c.Answers) {
			t.Fatal(answers)
		}
		// Which goroutine wakes first is chance: the stand-in tells that each message was sent after the answer before.
		came := received(t, c.SessionID)
		for i, request := range came {
			if request.Body.Query != c.Queries[i] {
				t.Fatal(came)
			}
		}
		if came[1].ReceivedMS-came[0].ReceivedMS < 250 {
			t.Fatal("the second message was sent before the first was answered")
		}
	},
	"cancel": func(t *testing.T, cases []contractCase) {
		client, c, began := newClient(t), cases[0], time.Now()
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(c.AfterMS)*time.Millisecond)
		defer cancel()
		_, err := client.WhatsAppChat(ctx, message(c.Query))
		if !errors.Is(err, statuses[c.Status]) || !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		mustEndWithin(t, began, c)
	},
	"overloaded": func(t *testing.T, cases []contractCase) {
		c := cases[0]
		client := newClient(t, robofy.WithMaxInFlight(c.MaxInFlight))
		answered := make(chan struct{})
		go func() {
			defer close(answered)
			if reply, err := ask(client, c.First); err != nil || reply.Answer != "first" {
				t.Error(reply, err)
			}
		}()
		mustBegin(t, client, 1)
		mustFail(t, client, message(c.Query), c)
		<-answered
		if stats, err := client.Stats(); err != nil || stats.Refused != 1 {
			t.Fatal(stats, err)
		}
	},
	"closed": func(t *testing.T, _ []contractCase) {
		client := newClient(t)
		for i := 0; i < 2; i++ {
			if err := client.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := ask(client, "Hello"); err != robofy.ErrClosed || !strings.Contains(err.Error(), "closed") {
			t.Fatal(err)
		}
	},
	"exit": func(t *testing.T, cases []contractCase) {
		program, began := startWaiting(t, "exit", cases[0].Query), time.Now()
		var ended *exec.ExitError
		if err := program.Wait(); !errors.As(err, &ended) || ended.ExitCode() != 3 {
			t.Fatal(err)
		}
		mustEndWithin(t, began, cases[0])
	},
	"interrupt": func(t *testing.T, cases []contractCase) {
		program := startWaiting(t, "interrupt", cases[0].Query)
		time.Sleep(time.Duration(cases[0].AfterMS) * time.Millisecond)
		began := time.Now()
		program.Process.Signal(os.Interrupt)
		var ended *exec.ExitError
		if err := program.Wait(); !errors.As(err, &ended) || ended.Sys().(syscall.WaitStatus).Signal() != syscall.SIGINT {
			t.Fatal(err)
		}
		mustEndWithin(t, began, cases[0])
	},
	"leak": func(t *testing.T, cases []contractCase) {
		c := cases[0]
		queries := []string{"!huge=65536", "!status=404 detail=" + strings.Repeat(padding, 4)}
		some := func() {
			for i := 0; i < c.Clients; i++ {
				client := newClient(t, robofy.WithMaxRetries(0))
				together(c.Chats/c.Clients, func(n int) { ask(client, queries[n%2]) })
				client.Close()
			}
		}
		// A leak grows each time; what the runtime keeps for itself does not.
		for rounds, growth := 0, c.GrowsMB*1_000_000; growth >= c.GrowsMB*1_000_000; rounds++ {
			if rounds == 4 {
				t.Fatalf("grew by %d bytes", growth)
			}
			before := resident(t)
			some()
			growth = resident(t) - before
		}
	},
	"credentials": func(t *testing.T, cases []contractCase) {
		chat := func(m robofy.Message, how ...robofy.Option) [3]string {
			m.Query = "Hello"
			if _, err := newClient(t, how...).WhatsAppChat(context.Background(), m); err != nil {
				t.Fatal(err)
			}
			came := received(t, m.SessionID)[0]
			for _, header := range came.Headers {
				if header[0] == "authorization" {
					return [3]string{header[1], came.Body.PID, came.Body.ChatbotID}
				}
			}
			t.Fatal(came)
			return [3]string{}
		}
		agent := robofy.WithAgent("one", "two")
		once := chat(robofy.Message{SessionID: "credentials-1"}, agent)
		if expected := [3]string{"Bearer " + os.Getenv("ROBOFY_API_KEY"), "one", "two"}; once != expected {
			t.Fatal(once)
		}
		m := robofy.Message{SessionID: "credentials-2", PID: "three", ChatbotID: "four"}
		if given := chat(m, agent, robofy.WithAPIKey("given")); given != [3]string{"Bearer given", "three", "four"} {
			t.Fatal(given)
		}
		c := cases[0]
		t.Setenv("ROBOFY_API_KEY", c.EnvironmentsKey)
		if _, err := robofy.NewClient(); !errors.Is(err, statuses[c.Status]) || !strings.Contains(err.Error(), c.Names) {
			t.Fatal(err)
		}
	},
}

func mustFail(t *testing.T, client *robofy.Client, m robofy.Message, c contractCase) {
	t.Helper()
	mustBe(t, failure(t, client, m), c)
}

// mustBe compares an error with what a case says of it.
func mustBe(t *testing.T, failure error, c contractCase) {
	t.Helper()
	var err *robofy.Error
	if !errors.As(failure, &err) {
		t.Fatalf("%q: %v", c.Query, failure)
	}
	if !errors.Is(err, statuses[c.Status]) || c.Status == "" {
		t.Errorf("%q: %+v", c.Query, err)
	}
	if c.HTTPStatus != nil && *c.HTTPStatus != err.HTTPStatus ||
		c.Retryable != nil && *c.Retryable != err.Retryable ||
		c.RetryAfterMS != nil && *c.RetryAfterMS != err.RetryAfter.Milliseconds() {
		t.Errorf("%q: %+v", c.Query, err)
	}
	if !says(c.Code, err.Code) || !says(c.Detail, err.Detail) {
		t.Errorf("%q: %+v", c.Query, err)
	}
	if !strings.Contains(strings.ToLower(err.Message), c.Names) {
		t.Errorf("%q: %v", c.Query, err)
	}
}

// says is true where nothing is expected; null is an empty text in Go.
func says(expected json.RawMessage, said string) bool {
	var text string
	return expected == nil || json.Unmarshal(expected, &text) == nil && text == said
}

// mustArrive sends a text in each of the parts of a message that a user writes.
func mustArrive(t *testing.T, text, arrives string) {
	t.Helper()
	client := newClient(t)
	mustAnswer(t, client, text, fmt.Sprintf("Hello! You wrote: \"%s\".", arrives))
	m := message("!echo")
	m.SessionID, m.UserContext = text, map[string]any{"text": text}
	reply, err := client.WhatsAppChat(context.Background(), m)
	if err != nil {
		t.Fatal(err)
	}
	var echo struct {
		UserContext map[string]string `json:"user_context"`
	}
	if err := json.Unmarshal([]byte(reply.Answer), &echo); err != nil {
		t.Fatal(err)
	}
	if echo.UserContext["session_id"] != arrives || echo.UserContext["text"] != arrives {
		t.Fatalf("%q", echo)
	}
}

func mustBegin(t *testing.T, client *robofy.Client, chats int) {
	t.Helper()
	for tries := 0; ; tries++ {
		stats, err := client.Stats()
		if err != nil || tries == 20_000 {
			t.Fatalf("%d chats have not begun: %+v, %v", chats, stats, err)
		}
		if stats.InFlight+int(stats.Answered) >= chats {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func mustEndWithin(t *testing.T, began time.Time, c contractCase) {
	t.Helper()
	if took := time.Since(began); took > time.Duration(c.WithinMS)*time.Millisecond {
		t.Fatal(took)
	}
}

func together(number int, do func(int)) {
	var wait sync.WaitGroup
	for n := 0; n < number; n++ {
		wait.Add(1)
		go func(n int) { defer wait.Done(); do(n) }(n)
	}
	wait.Wait()
}

// startWaiting runs this program once more, and returns when a chat of it waits.
func startWaiting(t *testing.T, how, query string) *exec.Cmd {
	program := exec.Command(os.Args[0], query)
	program.Env = append(os.Environ(), "ROBOFY_TEST_WAITING="+how)
	program.Stderr = os.Stderr
	output, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(output).ReadString('\n'); line != "waiting\n" {
		t.Fatalf("%q %v", line, err)
	}
	return program
}

func waiting(how string) {
	client, err := robofy.NewClient(robofy.WithBaseURL(os.Getenv("ROBOFY_BASE_URL")))
	if err != nil {
		panic(err)
	}
	answered := make(chan struct{})
	go func() { ask(client, os.Args[1]); close(answered) }()
	for stats, _ := client.Stats(); stats.InFlight == 0; stats, _ = client.Stats() {
		time.Sleep(time.Millisecond)
	}
	fmt.Println("waiting")
	if how == "exit" {
		os.Exit(3)
	}
	<-answered
}

// request is what the stand-in received.
type request struct {
	Headers    [][2]string
	ReceivedMS int64 `json:"received_ms"`
	Body       chat
}

type chat struct {
	PID         string
	ChatbotID   string `json:"chatbot_id"`
	Query       string
	UserContext struct {
		SessionID string `json:"session_id"`
	} `json:"user_context"`
}

// UnmarshalJSON passes over what is no chat.
func (c *chat) UnmarshalJSON(text []byte) error {
	type plain chat
	_ = json.Unmarshal(text, (*plain)(c))
	return nil
}

// received has the requests of a session.
func received(t *testing.T, session string) (requests []request) {
	response, err := http.Get(os.Getenv("ROBOFY_BASE_URL") + "/standin/requests")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var all []request
	if err := json.NewDecoder(response.Body).Decode(&all); err != nil {
		t.Fatal(err)
	}
	for _, each := range all {
		if each.Body.UserContext.SessionID == session {
			requests = append(requests, each)
		}
	}
	return requests
}
