package robofy_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"robofy.ai/go/robofy"
)

const stream = "/v1/ai-agent/events"

// The promises about what is no chat of WhatsApp; those of requests have cases of their own.
func init() {
	kept["uploads"], kept["lists"], kept["streams"], kept["stream_cancel"] = keepUploads, keepLists, keepStreams, keepStreamCancel
}

type requestCase struct {
	contractCase
	Method string
	Query  map[string]string
	Body   map[string]any
}

// echo is what the stand-in tells of a request.
type echo struct {
	Method, Path string
	Query        [][2]string
	Body         string
	Bytes        int64
}

func keepRequests(t *testing.T, cases []requestCase) {
	client := newClient(t, robofy.WithMaxRetries(0))
	for _, c := range cases {
		r := robofy.Request{Method: c.Method, Path: c.Path, Query: url.Values{}}
		for name, value := range c.Query {
			r.Query.Set(name, value)
		}
		if c.Body != nil {
			r.Body = c.Body
		}
		response, err := client.Request(context.Background(), r)
		if c.Status != "" {
			mustBe(t, err, c.contractCase)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		came := echoOf(t, response)
		query := url.Values{}
		for _, pair := range came.Query {
			query.Set(pair[0], pair[1])
		}
		if came.Method != c.Method || came.Path != c.Path || !reflect.DeepEqual(query, r.Query) {
			t.Fatalf("%+v", came)
		}
		var body map[string]any
		if json.Unmarshal([]byte(came.Body), &body) != nil && c.Body != nil || !reflect.DeepEqual(body, c.Body) {
			t.Fatalf("%+v", came)
		}
	}
}

func keepUploads(t *testing.T, cases []contractCase) {
	client, c := newClient(t), cases[0]
	path := filepath.Join(t.TempDir(), c.FileName)
	if err := os.WriteFile(path, []byte(c.Content), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, file := range []robofy.File{{Name: c.FileName, Content: []byte(c.Content)}, {Path: path}} {
		upload := robofy.NewUpload()
		upload.AddFile("file", file)
		if upload.Total() != 0 {
			t.Fatal(upload.Total())
		}
		response, err := client.Upload(context.Background(), c.Path, upload)
		if err != nil {
			t.Fatal(err)
		}
		body := echoOf(t, response).Body
		if !strings.Contains(body, fmt.Sprintf(`filename="%s"`, c.FileName)) || !strings.Contains(body, c.Content) {
			t.Fatal(body)
		}
		if upload.Total() == 0 || upload.Sent() != upload.Total() {
			t.Fatal(upload.Sent(), upload.Total())
		}
	}
}

func keepLists(t *testing.T, cases []contractCase) {
	client, c, ctx := newClient(t, robofy.WithAgent("31415", "DKDvwn")), cases[0], context.Background()
	names := []string{}
	leads := client.Leads(ctx, robofy.LeadsQuery{})
	for leads.Next() {
		var lead struct{ Name string }
		if err := leads.Decode(&lead); err != nil {
			t.Fatal(err)
		}
		names = append(names, lead.Name)
	}
	if leads.Err() != nil || !reflect.DeepEqual(names, c.Leads) {
		t.Fatal(names, leads.Err())
	}
	sessions, err := client.Sessions(ctx, robofy.AgentQuery{})
	ids := []string{}
	for _, session := range sessions {
		ids = append(ids, session.SessionID)
	}
	if err != nil || !reflect.DeepEqual(ids, c.Sessions) {
		t.Fatal(ids, err)
	}
	settings, err := client.AgentSettings(ctx, robofy.AgentQuery{})
	if err != nil || settings.Temperature != c.Temperature || settings.LLMAPIKey() != c.Key {
		t.Fatal(settings, err)
	}
	inside := struct{ settings robofy.AgentSettings }{*settings}
	asJSON, err := json.Marshal(settings)
	texts := fmt.Sprintf("%v %+v %#v %s %q %+v %#v %s", settings, *settings, settings, settings, settings, inside, inside, asJSON)
	if err != nil || strings.Contains(texts, c.Key) {
		t.Fatal(texts, err)
	}
}

func keepStreams(t *testing.T, cases []contractCase) {
	client := newClient(t, robofy.WithMaxRetries(0))
	for _, c := range cases {
		events := mustOpen(t, client, c.Query)
		for events.Next() {
			if !json.Valid(events.Event().JSON) {
				t.Fatal(events.Event())
			}
		}
		if c.Status != "" {
			mustBe(t, events.Err(), c)
		} else if events.Err() != nil {
			t.Fatal(events.Err())
		}
		if events.Text() != *c.Answer || (events.SessionID() != "") != c.Session {
			t.Fatalf("%q: %q, %q", c.Query, events.Text(), events.SessionID())
		}
	}
}

func keepStreamCancel(t *testing.T, cases []contractCase) {
	c := cases[0]
	events := mustOpen(t, newClient(t), c.Query)
	for events.Text() != *c.Answer {
		if !events.Next() {
			t.Fatal(events.Err())
		}
	}
	began := time.Now()
	if !events.Cancel() || events.Next() {
		t.Fatal(events.Event())
	}
	mustBe(t, events.Err(), c)
	mustEndWithin(t, began, c)
	if events.Text() != *c.Answer {
		t.Fatal(events.Text())
	}
}

func echoOf(t *testing.T, response *robofy.Response) (came echo) {
	t.Helper()
	if err := response.Decode(&came); err != nil {
		t.Fatal(err)
	}
	return came
}

func mustOpen(t *testing.T, client *robofy.Client, query string) *robofy.Stream {
	t.Helper()
	events, err := client.Stream(context.Background(), stream, message(query))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { events.Close() })
	return events
}
