package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"robofy.ai/go/robofy"
)

func main() {
	agent := robofy.WithAgent(os.Getenv("ROBOFY_PID"), os.Getenv("ROBOFY_CHATBOT_ID"))
	client, err := robofy.NewClient(agent, robofy.WithBaseURL(os.Getenv("ROBOFY_BASE_URL")))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	reply, err := client.WhatsAppChat(context.Background(), robofy.Message{Query: os.Args[1]})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(reply)
}
