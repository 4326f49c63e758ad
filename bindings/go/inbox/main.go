package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"robofy.ai/go/robofy"
)

type bot struct {
	webhook *robofy.Webhook
	inbox   *robofy.Inbox
}

// ServeHTTP keeps what Meta sends, and then says so.
func (b bot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		answer, ok := b.webhook.Challenge(r.URL.RawQuery, os.Getenv("META_VERIFY_TOKEN"))
		if !ok {
			w.WriteHeader(http.StatusForbidden)
		}
		fmt.Fprint(w, answer)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 3<<20))
	var incoming robofy.Incoming
	if err == nil {
		incoming, err = b.webhook.Read(body, r.Header.Get("X-Hub-Signature-256"), "")
	}
	switch {
	case errors.Is(err, robofy.StatusSignature):
		w.WriteHeader(http.StatusUnauthorized)
	case err != nil:
		w.WriteHeader(http.StatusBadRequest)
	}
	for _, event := range incoming.Events {
		if _, err := b.inbox.Offer(event); err != nil {
			log.Print(err)
			w.WriteHeader(http.StatusServiceUnavailable) // Meta sends all of it again; what is kept is a duplicate then
			return
		}
	}
}

// answer sends what comes of the messages.
func (b bot) answer(ctx context.Context) {
	outcomes := b.inbox.Outcomes(ctx)
	for outcomes.Next() {
		outcome := outcomes.Outcome()
		if outcome.Kind == robofy.OutcomeTyping {
			send(outcome, 0)
		}
		for part := range outcome.Parts {
			id, code := send(outcome, part)
			if code != 0 {
				warn(b.inbox.Failed(outcome, part, code))
				break // what is left comes again
			}
			warn(b.inbox.Sent(outcome, part, id))
		}
	}
	log.Print(outcomes.Err())
}

// send gives Meta's identifier of the message, or the code of the failure.
func send(outcome *robofy.Outcome, part int) (id string, code int) {
	url := os.Getenv("GRAPH_URL") + "/" + outcome.ChannelID + "/messages" // https://graph.facebook.com/v23.0
	request, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(outcome.Request(part)))
	if err != nil {
		return "", -1
	}
	request.Header.Set("Authorization", "Bearer "+os.Getenv("META_TOKEN"))
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", -1
	}
	defer response.Body.Close()
	var said struct {
		Messages []struct{ ID string }
		Error    struct{ Code int }
	}
	err = json.NewDecoder(response.Body).Decode(&said)
	switch {
	case said.Error.Code != 0:
		return "", said.Error.Code
	case response.StatusCode >= 400:
		return "", response.StatusCode
	case err == nil && len(said.Messages) > 0:
		id = said.Messages[0].ID
	}
	return id, 0
}

func main() {
	client, err := robofy.NewClient(robofy.WithBaseURL(os.Getenv("ROBOFY_BASE_URL")))
	check(err)
	defer client.Close()
	webhook, err := robofy.NewWebhook(robofy.ChannelMeta, os.Getenv("META_APP_SECRET"))
	check(err)
	defer webhook.Close()
	inbox, err := robofy.NewInbox(client, os.Getenv("ROBOFY_PID"), os.Getenv("ROBOFY_CHATBOT_ID"),
		robofy.InboxPath(os.Args[1]), robofy.InboxFallback(robofy.StatusOK, "Sorry, please try again later."))
	check(err)
	defer inbox.Close()

	gateway := bot{webhook, inbox}
	go func() { check(http.ListenAndServe(":"+os.Args[2], gateway)) }()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	gateway.answer(ctx)
}

func warn(err error) {
	if err != nil {
		log.Print(err)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
