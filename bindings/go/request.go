package robofy

// #include <robofy.h>
import "C"

import (
	"context"
	"encoding/json"
	"net/url"
	"runtime"
	"sort"
	"time"
)

// Request is a call of any endpoint of the service.
type Request struct {
	Method           string        // "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE" or "OPTIONS"
	Path             string        // what comes after the base URL, such as "/v1/projects"; IDs by url.PathEscape
	Query            url.Values    // the pairs of the URL's query
	Body             any           // what is sent as JSON; nil for no body
	Timeout          time.Duration // for this call in place of the client's; 0 for the client's
	MaxResponseBytes uint64        // the largest body that is read; 0 for the client's
}

// Request calls any endpoint, and waits for the whole response as WhatsAppChat does for an answer.
//
// The path cannot lead to another host. GET and HEAD are repeated as messages are, and what changes something only where
// the service cannot have seen it. A status that is not from 200 to 299 is an *Error.
func (c *Client) Request(ctx context.Context, r Request) (*Response, error) {
	var body *C.char
	var t texts
	defer t.free()
	method, path := t.copy("Method", r.Method), t.copy("Path", r.Path)
	if r.Body != nil {
		text, err := json.Marshal(r.Body)
		if err != nil {
			return nil, invalid("Body must hold JSON values only: %v", err)
		}
		body = t.copy("Body", string(text))
	}
	return c.call(ctx, &t, r, func(call *C.RobofyCall, tag C.uint64_t, failure **C.RobofyError) C.bool {
		return C.robofy_request_submit(c.chats.native, method, path, nil, body, call, tag, failure)
	})
}

// call has a request or an upload submitted, with what the request says of how it behaves.
func (c *Client) call(
	ctx context.Context, t *texts, r Request, begin func(*C.RobofyCall, C.uint64_t, **C.RobofyError) C.bool,
) (*Response, error) {
	if c == nil || c.chats == nil {
		return nil, ErrClosed
	}
	defer runtime.KeepAlive(c)
	if err := checked(ctx); err != nil {
		return nil, err
	}
	timeout, err := optionalMilliseconds("Timeout", r.Timeout)
	if err != nil {
		return nil, err
	}
	call := C.robofy_call_new()
	defer C.robofy_call_free(call)
	C.robofy_call_set_timeout_ms(call, timeout)
	C.robofy_call_set_max_response_bytes(call, C.uint64_t(r.MaxResponseBytes))
	names := make([]string, 0, len(r.Query))
	for name := range r.Query {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		for _, value := range r.Query[name] {
			C.robofy_call_add_query(call, t.copy("Query", valid(name)), t.copy("Query", valid(value)))
		}
	}
	if t.err != nil {
		return nil, t.err
	}
	end := c.chats.await(ctx, func(tag C.uint64_t, failure **C.RobofyError) C.bool { return begin(call, tag, failure) })
	return end.response, end.err
}
