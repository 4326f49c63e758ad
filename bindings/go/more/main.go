package main

import (
	"context"
	"fmt"
	"log"
	"net/url"
	"os"

	"robofy.ai/go/robofy"
)

func main() {
	ctx, agent := context.Background(), robofy.WithAgent(os.Getenv("ROBOFY_PID"), os.Getenv("ROBOFY_CHATBOT_ID"))
	client, err := robofy.NewClient(agent, robofy.WithBaseURL(os.Getenv("ROBOFY_BASE_URL")))
	check(err)
	defer client.Close()

	// Any endpoint, by its method and path: Decode reads what the envelope holds.
	projects, err := client.Request(ctx, robofy.Request{
		Method: "GET", Path: "/v1/projects", Query: url.Values{"page": {"1"}},
	})
	check(err)
	fmt.Println(projects.Status, projects.Header("Content-Type"))

	// A form with files: another goroutine may ask Sent and Total how far it is.
	upload := robofy.NewUpload()
	upload.AddFile("file", robofy.File{Name: "prices.md", Content: []byte("# Prices")})
	_, err = client.Upload(ctx, os.Args[1], upload)
	check(err)
	fmt.Println(upload.Sent() == upload.Total())

	// Lists, and the settings of an agent.
	leads := client.Leads(ctx, robofy.LeadsQuery{})
	for leads.Next() {
		fmt.Println(string(leads.Lead()))
	}
	check(leads.Err())
	sessions, err := client.Sessions(ctx, robofy.AgentQuery{})
	check(err)
	for _, session := range sessions {
		fmt.Println(session.SessionID)
	}
	settings, err := client.AgentSettings(ctx, robofy.AgentQuery{})
	check(err)
	fmt.Println(settings)

	// An answer while it is written.
	stream, err := client.Stream(ctx, os.Args[2], robofy.Message{Query: "Hello"})
	check(err)
	defer stream.Close()
	for stream.Next() {
		if event := stream.Event(); event.Kind == robofy.StreamEventDelta {
			fmt.Print(event.Text)
		}
	}
	check(stream.Err())
	fmt.Printf(" (%s)\n", stream.SessionID())
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
