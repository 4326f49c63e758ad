package robofy_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"robofy.ai/go/robofy"
)

// Padding makes what is leaked weigh.
var padding = strings.Repeat("x", 4096)

func newClient(t *testing.T, how ...robofy.Option) *robofy.Client {
	t.Helper()
	how = append([]robofy.Option{robofy.WithBaseURL(os.Getenv("ROBOFY_BASE_URL"))}, how...)
	client, err := robofy.NewClient(how...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

func message(query string) robofy.Message {
	return robofy.Message{PID: "31415", ChatbotID: "DKDvwn", Query: query}
}

func ask(client *robofy.Client, query string) (*robofy.Reply, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return client.WhatsAppChat(ctx, message(query))
}

func mustAnswer(t *testing.T, client *robofy.Client, query, answer string) {
	t.Helper()
	reply, err := ask(client, query)
	if err != nil || reply.Answer != answer {
		t.Fatalf("%q: %v, %v", query, reply, err)
	}
}
