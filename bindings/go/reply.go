package robofy

// #include <robofy.h>
import "C"

import "time"

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
