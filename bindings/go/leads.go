package robofy

import (
	"context"
	"encoding/json"
	"net/url"
	"time"
)

const mostPages = 10_000

// LeadsQuery is about the leads of one agent.
type LeadsQuery struct {
	PID       string        // the project's ID; empty for the client's
	ChatbotID string        // the agent's ID; empty for the client's
	SessionID string        // those of one conversation; empty for all
	Timeout   time.Duration // for each page in place of the client's; 0 for the client's
}

// Leads are those that an agent has collected. Each page is asked for when it is needed:
//
//	for leads.Next() {
//		fmt.Println(string(leads.Lead()))
//	}
//	err := leads.Err()
type Leads struct {
	page  func(token string) (*Response, error)
	rows  []json.RawMessage
	lead  json.RawMessage
	token string
	seen  map[string]bool // nil after the last page
	err   error
}

// Leads has the leads of an agent, from their first page on. It asks the service for nothing yet.
func (c *Client) Leads(ctx context.Context, q LeadsQuery) *Leads {
	of := AgentQuery{PID: q.PID, ChatbotID: q.ChatbotID, Timeout: q.Timeout}
	page := func(token string) (*Response, error) {
		query := url.Values{}
		if q.SessionID != "" {
			query.Set("sessionId", q.SessionID)
		}
		if token != "" {
			query.Set("nextPageToken", token)
		}
		return c.ask(ctx, of, "leads/{project}/{chatbot}", query)
	}
	return &Leads{page: page, seen: map[string]bool{}}
}

// Next goes to the next lead. It is false after the last one, and where a page could not be had: Err says so.
func (l *Leads) Next() bool {
	for len(l.rows) == 0 && l.seen != nil && l.err == nil {
		l.err = l.turn()
	}
	if len(l.rows) == 0 {
		return false
	}
	l.lead, l.rows = l.rows[0], l.rows[1:]
	return true
}

// Lead is the one that Next has gone to, as the service has written it: the reference does not describe it.
func (l *Leads) Lead() json.RawMessage {
	return l.lead
}

// Decode reads the lead as json.Unmarshal does.
func (l *Leads) Decode(into any) error {
	return json.Unmarshal(l.lead, into)
}

// Err is why Next went no further; nil after the last lead.
func (l *Leads) Err() error {
	return l.err
}

// turn asks for the next page.
func (l *Leads) turn() error {
	response, err := l.page(l.token)
	if err != nil {
		return err
	}
	var data struct {
		Report struct {
			Rows []json.RawMessage
			Next json.RawMessage `json:"next_page_token"`
		}
	}
	if json.Unmarshal(response.Data(), &data) != nil || data.Report.Rows == nil {
		return unread(response, "the answer has no report of leads")
	}
	l.token = word(data.Report.Next)
	if l.seen[l.token] || len(l.seen) >= mostPages {
		return unread(response, "the leads come to no end: a page token came again, or there are too many")
	}
	l.rows = data.Report.Rows
	l.seen[l.token] = true
	if l.token == "" {
		l.seen = nil
	}
	return nil
}
