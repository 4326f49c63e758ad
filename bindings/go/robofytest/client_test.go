package robofytest_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"robofy.ai/go/robofy"
	"robofy.ai/go/robofy/robofytest"
)

// chatter is what a program needs of a client.
type chatter interface {
	WhatsAppChat(context.Context, robofy.Message) (*robofy.Reply, error)
	ChatSend(context.Context, robofy.Message) (*robofy.Reply, error)
	Request(context.Context, robofy.Request) (*robofy.Response, error)
	Stats() (robofy.Stats, error)
	Close() error
}

var _ = []chatter{(*robofy.Client)(nil), (*robofytest.Client)(nil)}

func TestAFakeGivesWhatItWasToldToAndRecordsWhatItWasAsked(t *testing.T) {
	limited := &robofy.Error{Status: robofy.StatusRateLimited, Retryable: true, RetryAfter: time.Second}
	shout := func(m robofy.Message) (string, error) { return strings.ToUpper(m.Query), nil }
	client := robofytest.NewClient(robofytest.Answer("Hello!"), robofytest.Failure(limited), shout)
	ctx := context.Background()

	reply, err := client.WhatsAppChat(ctx, robofy.Message{Query: "Hi", SessionID: "918727000000"})
	if err != nil || reply.String() != "Hello!" || reply.SessionID != "918727000000" {
		t.Fatal(reply, err)
	}
	if _, err := client.WhatsAppChat(ctx, robofy.Message{Query: "again"}); !errors.Is(err, robofy.StatusRateLimited) {
		t.Fatal(err)
	}
	if reply, err := client.WhatsAppChat(ctx, robofy.Message{Query: "louder"}); err != nil || reply.Answer != "LOUDER" {
		t.Fatal(reply, err)
	}
	if _, err := client.WhatsAppChat(ctx, robofy.Message{}); err == nil || !strings.Contains(err.Error(), "no further outcome") {
		t.Fatal(err)
	}
	if messages := client.Messages(); len(messages) != 4 || messages[1].Query != "again" {
		t.Fatal(messages)
	}
}

func TestAFakeIsClosedAndHeedsItsContext(t *testing.T) {
	client := robofytest.NewClient(robofytest.Answer("Hello!"))
	ended, end := context.WithCancel(context.Background())
	end()
	if _, err := client.WhatsAppChat(ended, robofy.Message{}); !errors.Is(err, context.Canceled) || !errors.Is(err, robofy.StatusCancelled) {
		t.Fatal(err)
	}
	client.Close()
	if _, err := client.WhatsAppChat(context.Background(), robofy.Message{}); err != robofy.ErrClosed {
		t.Fatal(err)
	}
}

func TestAFakeRespondsToRequests(t *testing.T) {
	client := robofytest.NewClient()
	if _, err := client.Request(context.Background(), robofy.Request{}); err == nil || !strings.Contains(err.Error(), "no Respond") {
		t.Fatal(err)
	}
	client.Respond = func(r robofy.Request) (*robofy.Response, error) {
		header := http.Header{"Content-Type": {"application/json"}}
		return robofy.NewResponse(200, header, []byte(`{"data": "`+r.Path+`"}`)), nil
	}
	response, err := client.Request(context.Background(), robofy.Request{Method: "GET", Path: "/v1/projects"})
	var path string
	if err != nil || response.Decode(&path) != nil || path != "/v1/projects" || response.Header("content-type") != "application/json" {
		t.Fatal(response, path, err)
	}
	if requests := client.Requests(); len(requests) != 2 || requests[1].Method != "GET" {
		t.Fatal(requests)
	}
	if err := robofy.NewResponse(200, nil, []byte("text")).Decode(&path); !errors.Is(err, robofy.StatusProtocol) {
		t.Fatal(err)
	}
	client.Close()
	if _, err := client.Request(context.Background(), robofy.Request{}); err != robofy.ErrClosed {
		t.Fatal(err)
	}
}
