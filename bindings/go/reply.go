package robofy

// #include <robofy.h>
import "C"

import (
	"strings"
	"time"
)

// Reply is the agent's answer to one message.
type Reply struct {
	Answer    string        // the text to forward to the WhatsApp user: never empty
	SessionID string        // the session that the service answered in; empty if it named none
	Message   string        // the service's own message, such as "Success"; empty if it sent none
	Body      string        // the response's JSON text as received
	Attempts  int           // how many requests it took
	Elapsed   time.Duration // how long it took, retries included
}

// String is the answer.
func (r *Reply) String() string {
	return r.Answer
}

// Parts are the answer as the WhatsApp messages to send: Format, then Split. The limit is the most UTF-16 units of a part; 0
// for the 4 096 of the Cloud API. Twilio takes 1 600.
func (r *Reply) Parts(limit uint32) []string {
	text, err := Format(strings.ReplaceAll(r.Answer, "\x00", "\ufffd"), DialectAuto)
	if err != nil {
		return nil // there is nothing left to refuse
	}
	parts, _ := Split(text, limit)
	return parts
}

func readReply(reply *C.RobofyReply) *Reply {
	return &Reply{
		Answer:    C.GoString(C.robofy_reply_answer(reply)),
		SessionID: C.GoString(C.robofy_reply_session_id(reply)),
		Message:   C.GoString(C.robofy_reply_message(reply)),
		Body:      C.GoString(C.robofy_reply_json(reply)),
		Attempts:  int(C.robofy_reply_attempts(reply)),
		Elapsed:   time.Duration(C.robofy_reply_elapsed_us(reply)) * time.Microsecond,
	}
}
