package robofy

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
)

// AgentQuery is about one agent.
type AgentQuery struct {
	PID       string        // the project's ID; empty for the client's
	ChatbotID string        // the agent's ID; empty for the client's
	Timeout   time.Duration // for the call in place of the client's; 0 for the client's
}

// AgentSettings are the settings of an agent. Their secret stands in no text made of them.
type AgentSettings struct {
	Temperature  string // a number, which the service writes as text
	ThinkingMode string // how the agent thinks, in the service's own words
	llmAPIKey    func() string
	all          func() json.RawMessage
}

// LLMAPIKey is the key to the language model: a secret.
func (s AgentSettings) LLMAPIKey() string {
	return s.llmAPIKey()
}

// All is every setting, the secret among them.
func (s AgentSettings) All() json.RawMessage {
	return s.all()
}

// String leaves the secret out.
func (s AgentSettings) String() string {
	return fmt.Sprintf("temperature %s, thinking mode %s", s.Temperature, s.ThinkingMode)
}

// Sessions has the conversations of an agent.
func (c *Client) Sessions(ctx context.Context, q AgentQuery) ([]Session, error) {
	response, err := c.ask(ctx, q, "inbox/sessions/{chatbot}", nil)
	if err != nil {
		return nil, err
	}
	var object struct{ Sessions []json.RawMessage }
	var entries []json.RawMessage
	if json.Unmarshal(response.Data(), &entries) != nil {
		_ = json.Unmarshal(response.Data(), &object) // without sessions if it fails
		entries = object.Sessions
	}
	if entries == nil {
		return nil, unread(response, "the answer has no list of sessions")
	}
	sessions := make([]Session, len(entries))
	for i, entry := range entries {
		sessions[i] = readSession(members(entry))
	}
	return sessions, nil
}

// AgentSettings has the settings of an agent, which hold a secret.
func (c *Client) AgentSettings(ctx context.Context, q AgentQuery) (*AgentSettings, error) {
	response, err := c.ask(ctx, q, "chatbot_ai_settings/{project}/{chatbot}", nil)
	if err != nil {
		return nil, err
	}
	all, key := response.Data(), ""
	settings := members(all)
	if settings == nil {
		return nil, unread(response, "the answer has no settings")
	}
	key = word(settings["llm_api_key"])
	return &AgentSettings{
		Temperature:  word(settings["temperature"]),
		ThinkingMode: word(settings["thinking_mode"]),
		llmAPIKey:    func() string { return key },
		all:          func() json.RawMessage { return all },
	}, nil
}

// ask calls an endpoint about an agent.
func (c *Client) ask(ctx context.Context, q AgentQuery, path string, query url.Values) (*Response, error) {
	if c == nil {
		return nil, ErrClosed
	}
	for _, part := range []struct{ placeholder, name, id, ours string }{
		{"{project}", "PID", q.PID, c.pid}, {"{chatbot}", "ChatbotID", q.ChatbotID, c.chatbotID},
	} {
		if part.id == "" {
			part.id = part.ours
		}
		if !strings.Contains(path, part.placeholder) {
			continue
		}
		if part.id == "" {
			return nil, invalid("%s is missing: set it in the query, or for the client with WithAgent", part.name)
		}
		// The library's own rule for an ID in a path.
		isNone := func(r rune) bool { return r == '/' || r == '\\' || unicode.IsControl(r) }
		if part.id == "." || part.id == ".." || strings.IndexFunc(part.id, isNone) >= 0 {
			return nil, invalid("%s cannot be %q: give the ID that the service knows", part.name, part.id)
		}
		path = strings.Replace(path, part.placeholder, url.PathEscape(part.id), 1)
	}
	return c.Request(ctx, Request{Method: "GET", Path: "/v1/ai-agent/" + path, Query: query, Timeout: q.Timeout})
}

// members is nil where there is no object.
func members(object json.RawMessage) map[string]json.RawMessage {
	var all map[string]json.RawMessage
	_ = json.Unmarshal(object, &all)
	return all
}

// word is a text; any other value is as JSON writes it.
func word(value json.RawMessage) string {
	var text string
	if len(value) == 0 || json.Unmarshal(value, &text) == nil {
		return text
	}
	return string(value)
}
