package robofy_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"robofy.ai/go/robofy"
)

const files = "/v1/ai-agent/files"

func get(client *robofy.Client, standin string) (*robofy.Response, error) {
	r := robofy.Request{Method: "GET", Path: "/v1/projects"}
	if standin != "" {
		r.Query = url.Values{"standin": {standin}}
	}
	return client.Request(context.Background(), r)
}

func TestAResponseHasAllThatCameAndOutlivesItsClient(t *testing.T) {
	client := newClient(t)
	body := map[string]string{"text": "Grüße \xff"}
	response, err := client.Request(context.Background(), robofy.Request{
		Method: "PUT", Path: "/v1/projects/7", Body: body, Query: url.Values{"b": {"2", "1"}, "a": {"&=ü +"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	client.Close()
	runtime.GC()
	came := echoOf(t, response)
	if came.Body != `{"text":"Grüße \ufffd"}` && came.Body != `{"text":"Grüße `+"\ufffd"+`"}` {
		t.Fatal(came.Body)
	}
	if !reflect.DeepEqual(came.Query, [][2]string{{"a", "&=ü +"}, {"b", "2"}, {"b", "1"}}) {
		t.Fatal(came.Query)
	}
	if response.Status != 200 || response.Attempts != 1 || response.Elapsed <= 0 || !json.Valid(response.Body()) ||
		response.Header("Content-TYPE") != "application/json" || response.Header("x-none") != "" || response.Header("a\x00") != "" {
		t.Fatal(response)
	}
}

func TestAResponseShowsNothingOfItsBody(t *testing.T) {
	path := "/v1/ai-agent/chatbot_ai_settings/1/2"
	response, err := newClient(t).Request(context.Background(), robofy.Request{Method: "GET", Path: path})
	if err != nil || !strings.Contains(string(response.Body()), "secret") {
		t.Fatal(response, err)
	}
	if shown := fmt.Sprintf("%v %+v %#v %s", response, response, *response, response); strings.Contains(shown, "secret") {
		t.Fatal(shown)
	}
}

func TestAnEmptyBodyIsEmpty(t *testing.T) {
	response, err := newClient(t).Request(context.Background(), robofy.Request{Method: "HEAD", Path: "/v1/projects/7"})
	if err != nil || len(response.Body()) != 0 || response.Data() != nil {
		t.Fatal(response, err)
	}
	if err := response.Decode(new(any)); !errors.Is(err, robofy.StatusProtocol) {
		t.Fatal(err)
	}
}

func TestARequestEndsWithItsBounds(t *testing.T) {
	client := newClient(t)
	r := robofy.Request{Method: "GET", Path: "/v1/projects", MaxResponseBytes: 10}
	if _, err := client.Request(context.Background(), r); !errors.Is(err, robofy.StatusProtocol) {
		t.Fatal(err)
	}
	slow := robofy.Request{Method: "GET", Path: "/v1/projects", Query: url.Values{"standin": {"delay-ms=60000"}}}
	short, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	if _, err := client.Request(short, slow); !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, robofy.StatusCancelled) {
		t.Fatal(err)
	}
	failed := make(chan error)
	go func() {
		_, err := client.Request(context.Background(), slow)
		failed <- err
	}()
	for inFlight(t, client) == 0 {
		time.Sleep(time.Millisecond)
	}
	client.Close()
	if err := <-failed; !errors.Is(err, robofy.StatusCancelled) || !errors.Is(err, robofy.ErrClosed) {
		t.Fatal(err)
	}
	slow.Timeout = 100 * time.Millisecond
	if _, err := newClient(t).Request(context.Background(), slow); !errors.Is(err, robofy.StatusTimeout) {
		t.Fatal(err)
	}
	for _, closed := range []*robofy.Client{client, nil, new(robofy.Client)} {
		if _, err := get(closed, ""); err != robofy.ErrClosed {
			t.Fatal(err)
		}
		if _, err := closed.Upload(context.Background(), files, robofy.NewUpload()); err != robofy.ErrClosed {
			t.Fatal(err)
		}
		if _, err := closed.Stream(context.Background(), stream, message("Hello")); err != robofy.ErrClosed {
			t.Fatal(err)
		}
		if _, err := closed.Sessions(context.Background(), robofy.AgentQuery{ChatbotID: "1"}); err != robofy.ErrClosed {
			t.Fatal(err)
		}
	}
}

func TestWhatCannotBeCalledIsRefusedByItsName(t *testing.T) {
	client, ctx := newClient(t), context.Background()
	of := func(err error, what string) {
		t.Helper()
		if !errors.Is(err, robofy.StatusInvalidArgument) || !strings.Contains(err.Error(), what) {
			t.Errorf("%q is not in %v", what, err)
		}
	}
	for _, path := range []string{"//other.example/", "https://other.example/", "/v1/../x", "v1", "/v1?x=1", "/a\x00", ""} {
		_, err := client.Request(ctx, robofy.Request{Method: "GET", Path: path})
		of(err, "Path")
		_, err = client.Stream(ctx, path, message("Hello"))
		of(err, "Path")
	}
	for what, r := range map[string]robofy.Request{
		"Method":                          {Method: "FETCH", Path: "/v1/projects"},
		"Body must hold JSON values only": {Method: "PUT", Path: "/v1/projects", Body: func() {}},
		"Query contains a NUL":            {Method: "GET", Path: "/v1/projects", Query: url.Values{"a": {"\x00"}}},
		"Timeout must be more than 0":     {Method: "GET", Path: "/v1/projects", Timeout: -1},
	} {
		_, err := client.Request(ctx, r)
		of(err, what)
	}
	for what, file := range map[string]robofy.File{
		"none.pdf": {Path: "/nowhere/none.pdf"}, "Name is missing": {Content: []byte("x")}, "Name contains a NUL": {Name: "\x00"},
	} {
		upload := robofy.NewUpload()
		upload.AddFile("file", file)
		_, err := client.Upload(ctx, files, upload)
		of(err, what)
	}
	for _, upload := range []*robofy.Upload{nil, {}} {
		_, err := client.Upload(ctx, files, upload)
		of(err, "NewUpload")
	}
	for _, id := range []string{".", "..", "\x00", "a/b", "a\\b", "a\n"} {
		_, err := client.Sessions(ctx, robofy.AgentQuery{ChatbotID: id})
		of(err, "ChatbotID cannot be")
	}
	_, err := client.AgentSettings(ctx, robofy.AgentQuery{})
	of(err, "PID is missing")
	var none context.Context
	_, err = client.Request(none, robofy.Request{})
	of(err, "context")
}

func TestAFormHasTextsFilesAndBytes(t *testing.T) {
	upload := robofy.NewUpload()
	upload.AddText("chatbot_id", "DKDvwn")
	upload.AddFile("file", robofy.File{Path: "calls_test.go", Name: "own.go"})
	upload.AddFile("more", robofy.File{Name: "two.bin", Content: []byte("a\x00b"), ContentType: "application/pdf"})
	upload.AddFile("empty", robofy.File{Name: "empty.txt"})
	response, err := newClient(t).Upload(context.Background(), files, upload)
	if err != nil {
		t.Fatal(err)
	}
	came := echoOf(t, response)
	for _, part := range []string{`name="chatbot_id"`, `filename="own.go"`, "TestAFormHas", "application/pdf", "a\x00b", "empty.txt"} {
		if !strings.Contains(came.Body, part) {
			t.Error(part)
		}
	}
	if upload.Sent() != came.Bytes {
		t.Fatal(upload.Sent(), came.Bytes)
	}
}

func TestTheProgressIsReadWhileAFileIsSent(t *testing.T) {
	arrived, goOn := make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-goOn
		io.Copy(io.Discard, r.Body)
	}))
	defer server.Close()
	client, upload := newClient(t, robofy.WithBaseURL(server.URL)), robofy.NewUpload()
	upload.AddFile("file", robofy.File{Name: "more than the buffers of a connection", Content: make([]byte, 64_000_000)})
	sent := make(chan error)
	go func() {
		_, err := client.Upload(context.Background(), files, upload)
		sent <- err
	}()
	<-arrived
	for upload.Sent() == 0 {
		time.Sleep(time.Millisecond)
	}
	if upload.Sent() >= upload.Total() {
		t.Error(upload.Sent(), upload.Total())
	}
	close(goOn)
	if err := <-sent; err != nil || upload.Sent() != upload.Total() {
		t.Fatal(err)
	}
}

func TestLeadsComeToAnEnd(t *testing.T) {
	client := newClient(t, robofy.WithAgent("31415", "DKDvwn"))
	count := func(q robofy.LeadsQuery) (number int, err error) {
		leads := client.Leads(context.Background(), q)
		for leads.Next() {
			number++
		}
		if leads.Next() {
			t.Error("it goes on after its end")
		}
		return number, leads.Err()
	}
	if number, err := count(robofy.LeadsQuery{PID: "a?b#c %é", SessionID: "7"}); number != 6 || err != nil {
		t.Fatal(number, err)
	}
	if number, err := count(robofy.LeadsQuery{PID: "empty"}); number != 0 || err != nil {
		t.Fatal(number, err)
	}
	if _, err := count(robofy.LeadsQuery{PID: "loop"}); !errors.Is(err, robofy.StatusProtocol) || !strings.Contains(err.Error(), "no end") {
		t.Fatal(err)
	}
	before, _ := client.Stats()
	leads := client.Leads(context.Background(), robofy.LeadsQuery{})
	if !leads.Next() || string(leads.Lead()) != `{"name":"Lead 0"}` {
		t.Fatal(leads.Err())
	}
	if now, _ := client.Stats(); now.Answered != before.Answered+1 {
		t.Fatal("a page was asked for that is not needed")
	}
}

func TestSessionsAndSettingsAreReadAsFarAsTheyAreThere(t *testing.T) {
	client, ctx := newClient(t, robofy.WithAgent("31415", "DKDvwn")), context.Background()
	sessions, err := client.Sessions(ctx, robofy.AgentQuery{ChatbotID: "array"})
	if err != nil || len(sessions) != 2 || sessions[0].UserProfileName != "Asha" || sessions[0].WebsiteURL != "" ||
		sessions[1].LastMessageTime != "1767225600" {
		t.Fatal(sessions, err)
	}
	settings, err := client.AgentSettings(ctx, robofy.AgentQuery{Timeout: time.Minute})
	if err != nil || settings.ThinkingMode != "low" || !strings.Contains(string(settings.All()), settings.LLMAPIKey()) {
		t.Fatal(settings, err)
	}
}

func TestAMessageOfAnotherPlatform(t *testing.T) {
	client, m := newClient(t), message("!echo")
	for platform, arrives := range map[string]string{"telegram": "telegram", "": "web"} {
		m.Platform = platform
		reply, err := client.ChatSend(context.Background(), m)
		if err != nil || !strings.Contains(reply.Answer, `"platform":"`+arrives+`"`) {
			t.Fatal(reply, err)
		}
	}
	m.Platform = "telegram"
	if _, err := client.WhatsAppChat(context.Background(), m); !errors.Is(err, robofy.StatusInvalidArgument) {
		t.Fatal(err)
	}
}

func TestRequestsAndUploadsLeaveNoMemoryBehind(t *testing.T) {
	client := newClient(t, robofy.WithMaxRetries(0))
	some := func() {
		together(1000, func(n int) {
			if n%2 == 0 {
				get(client, []string{"", "status=404"}[n/2%2])
				return
			}
			upload := robofy.NewUpload()
			upload.AddFile("file", robofy.File{Name: "x", Content: []byte(padding)})
			client.Upload(context.Background(), files, upload)
		})
		runtime.GC()
	}
	some()
	for rounds, growth := 0, 20_000_000; growth >= 20_000_000; rounds++ {
		if rounds == 4 {
			t.Fatalf("grew by %d bytes", growth)
		}
		before := resident(t)
		for i := 0; i < 4; i++ {
			some()
		}
		growth = resident(t) - before
	}
}
