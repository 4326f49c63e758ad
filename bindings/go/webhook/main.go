package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"robofy.ai/go/robofy"
)

type gateway struct {
	client  *robofy.Client
	webhook *robofy.Webhook
}

func (g gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 3<<20))
	var incoming robofy.Incoming
	if err == nil {
		incoming, err = g.webhook.Read(body, r.Header.Get("X-Hub-Signature-256"), "")
	}
	switch {
	case errors.Is(err, robofy.StatusSignature):
		w.WriteHeader(http.StatusUnauthorized)
	case err != nil:
		w.WriteHeader(http.StatusBadRequest)
	}
	for _, event := range incoming.Events {
		if event.Kind == robofy.EventText && event.GroupID == "" {
			g.answer(r.Context(), event)
		}
	}
}

func (g gateway) answer(ctx context.Context, event robofy.Event) {
	reply, err := g.client.WhatsAppChat(ctx, robofy.Message{Query: event.Text, SessionID: event.SessionID})
	if err != nil {
		log.Print(err)
		return
	}
	for _, part := range reply.Parts(0) {
		fmt.Printf("to %s: %s\n", event.Phone, part) // in your program: send it
	}
}

func main() {
	agent := robofy.WithAgent(os.Getenv("ROBOFY_PID"), os.Getenv("ROBOFY_CHATBOT_ID"))
	client, err := robofy.NewClient(agent, robofy.WithBaseURL(os.Getenv("ROBOFY_BASE_URL")))
	check(err)
	defer client.Close()
	webhook, err := robofy.NewWebhook(robofy.ChannelMeta, "my-app-secret")
	check(err)
	defer webhook.Close()

	// What Meta sends, signed and not.
	body := `{"entry":[{"changes":[{"field":"messages","value":{"messages":[
		{"from":"918727000000","id":"wamid.1","type":"text","text":{"body":"Hello"}}]}}]}]}`
	mac := hmac.New(sha256.New, []byte("my-app-secret"))
	mac.Write([]byte(body))
	for _, signature := range []string{"sha256=" + hex.EncodeToString(mac.Sum(nil)), ""} {
		request := httptest.NewRequest(http.MethodPost, "/webhook", strings.NewReader(body))
		request.Header.Set("X-Hub-Signature-256", signature)
		answer := httptest.NewRecorder()
		gateway{client, webhook}.ServeHTTP(answer, request)
		fmt.Println(answer.Code)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
