//go:build ignore

package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"robofy"
)

func main() {
	client, err := robofy.NewClient(os.Getenv("ROBOFY_API_KEY"), robofy.WithBaseURL(os.Getenv("ROBOFY_BASE_URL")))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	reply, err := client.WhatsAppChat(context.Background(), robofy.Message{
		PID: os.Getenv("ROBOFY_PID"), ChatbotID: os.Getenv("ROBOFY_CHATBOT_ID"), Query: os.Args[1],
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(reply)
}
