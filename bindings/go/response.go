package robofy

// #include <robofy.h>
import "C"

import (
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"time"
)

// Response is what an endpoint has answered, with a status from 200 to 299. As a text it has no part of the body, which may
// hold a secret.
type Response struct {
	Status   int           // the HTTP status
	Attempts int           // how many requests it took
	Elapsed  time.Duration // how long it took, retries included
	content  func() content
}

type content struct {
	body   []byte
	data   []byte
	header func(string) string
}

// NewResponse is for tests: what an endpoint may have answered.
func NewResponse(status int, header http.Header, body []byte) *Response {
	var envelope struct{ Data json.RawMessage }
	_ = json.Unmarshal(body, &envelope) // a body may be no envelope
	all := content{body: body, data: envelope.Data, header: header.Get}
	return &Response{Status: status, Attempts: 1, content: func() content { return all }}
}

// Body is the body as it was received. It must not be changed.
func (r *Response) Body() []byte {
	return r.content().body
}

// Data is what the service's envelope holds under "data"; nil without an envelope, which some answers do not have.
func (r *Response) Data() json.RawMessage {
	return r.content().data
}

// Decode reads Data as json.Unmarshal does.
func (r *Response) Decode(into any) error {
	data := r.Data()
	if data == nil {
		return unread(r, "the answer has no data")
	}
	return json.Unmarshal(data, into)
}

// Header is the first header of this name, which may be in any case; empty if there is none.
func (r *Response) Header(name string) string {
	return r.content().header(name)
}

// String is the status and the body's length.
func (r *Response) String() string {
	return fmt.Sprintf("%d, %d bytes", r.Status, len(r.Body()))
}

// owned is a completion that is freed with the last reference to it. It keeps the headers.
type owned struct {
	completion *C.RobofyCompletion
	response   *C.RobofyResponse
}

func (o *owned) header(name string) (value string) {
	defer runtime.KeepAlive(o)
	// A name that C cannot hold is none.
	_ = withText("name", name, func(name *C.char) { value = C.GoString(C.robofy_response_header(o.response, name)) })
	return value
}

// ownResponse takes the completion. The garbage collector does not see its memory, but the copy of the body it does.
func ownResponse(response *C.RobofyResponse, completion *C.RobofyCompletion) *Response {
	o := &owned{completion: completion, response: response}
	runtime.SetFinalizer(o, func(o *owned) { C.robofy_completion_free(o.completion) })
	length := int(C.robofy_response_body_length(response))
	all := content{body: bytesOf(C.robofy_response_body(response), length), header: o.header}
	if data := C.robofy_response_data(response); data != nil {
		all.data = []byte(C.GoString(data))
	}
	return &Response{
		Status:   int(C.robofy_response_status(response)),
		Attempts: int(C.robofy_response_attempts(response)),
		Elapsed:  time.Duration(C.robofy_response_elapsed_us(response)) * time.Microsecond,
		content:  func() content { return all },
	}
}

func unread(r *Response, why string) *Error {
	return &Error{Status: StatusProtocol, Message: why, HTTPStatus: r.Status}
}
