package robofy

// #include <robofy.h>
import "C"

import (
	"encoding/json"
	"time"
)

// Message is one message of a user, and the agent that is to answer it.
type Message struct {
	PID         string         // the project's ID; empty for the client's
	ChatbotID   string         // the ID of the project's agent that answers; empty for the client's
	Query       string         // the user's message as WhatsApp delivered it
	SessionID   string         // names the conversation, commonly the user's number; empty lets the service assign one
	UserContext map[string]any // more about the user, as JSON values; may not hold "platform"
	Platform    string         // where the user writes from; empty for "web", and for "whatsapp" in WhatsAppChat
	Timeout     time.Duration  // for this message in place of the client's; 0 for the client's
}

// lend has the library's message used, unless something is wrong with it.
func (m *Message) lend(use func(*C.RobofyMessage)) error {
	message, err := m.native()
	if err != nil {
		return err
	}
	defer C.robofy_message_free(message)
	use(message)
	return nil
}

// native is to be freed with robofy_message_free.
func (m *Message) native() (*C.RobofyMessage, error) {
	var c texts
	defer c.free()
	pid, chatbotID, query := c.id("PID", m.PID), c.id("ChatbotID", m.ChatbotID), c.copy("Query", valid(m.Query))
	var userContext *C.char
	sessionID, platform := c.optional("SessionID", valid(m.SessionID)), c.optional("Platform", valid(m.Platform))
	if m.UserContext != nil {
		object, err := json.Marshal(m.UserContext)
		if err != nil {
			return nil, invalid("UserContext must hold JSON values only: %v", err)
		}
		userContext = c.copy("UserContext", string(object))
	}
	if c.err != nil {
		return nil, c.err
	}
	timeout, err := optionalMilliseconds("Timeout", m.Timeout)
	if err != nil {
		return nil, err
	}
	message := C.robofy_message_new(pid, chatbotID, query)
	C.robofy_message_set_session_id(message, sessionID)
	C.robofy_message_set_user_context(message, userContext)
	C.robofy_message_set_platform(message, platform)
	C.robofy_message_set_timeout_ms(message, timeout)
	return message, nil
}
