package robofy

// #include <robofy.h>
// #include <stdlib.h>
import "C"

import (
	"encoding/json"
	"time"
	"unsafe"
)

// Message is one message of a WhatsApp user, and the agent that is to answer it.
type Message struct {
	PID         string         // the project's ID; empty for the client's
	ChatbotID   string         // the ID of the project's agent that answers; empty for the client's
	Query       string         // the user's message as WhatsApp delivered it
	SessionID   string         // names the conversation, commonly the user's number; empty lets the service assign one
	UserContext map[string]any // more about the user, as JSON values; may not hold "platform"
	Timeout     time.Duration  // for this message in place of the client's; 0 for the client's
}

// native is to be freed with robofy_message_free.
func (m *Message) native() (*C.RobofyMessage, error) {
	texts := [3]*C.char{}
	for i, text := range [3][2]string{{"PID", m.PID}, {"ChatbotID", m.ChatbotID}, {"Query", valid(m.Query)}} {
		copied, err := cString(text[0], text[1])
		if err != nil {
			return nil, err
		}
		defer C.free(unsafe.Pointer(copied))
		texts[i] = copied
	}
	message := C.robofy_message_new(texts[0], texts[1], texts[2])
	if err := m.complete(message); err != nil {
		C.robofy_message_free(message)
		return nil, err
	}
	return message, nil
}

func (m *Message) complete(message *C.RobofyMessage) error {
	if m.SessionID != "" {
		err := withText("SessionID", valid(m.SessionID), func(text *C.char) { C.robofy_message_set_session_id(message, text) })
		if err != nil {
			return err
		}
	}
	if m.UserContext != nil {
		object, err := json.Marshal(m.UserContext)
		if err != nil {
			return invalid("UserContext must hold JSON values only: %v", err)
		}
		err = withText("UserContext", string(object), func(text *C.char) { C.robofy_message_set_user_context(message, text) })
		if err != nil {
			return err
		}
	}
	if m.Timeout != 0 {
		ms, err := milliseconds("Timeout", m.Timeout)
		if err != nil {
			return err
		}
		C.robofy_message_set_timeout_ms(message, ms)
	}
	return nil
}
