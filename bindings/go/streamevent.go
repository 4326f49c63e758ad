package robofy

// #include <robofy.h>
import "C"

import "encoding/json"

// StreamEvent is one event of a stream.
type StreamEvent struct {
	Kind StreamEventKind
	Text string          // the piece of the answer at a delta, the conversation at a session, the reason at a finish; else empty
	Name string          // the tool at a tool event that names one, else the service's own name, such as "text-delta"
	JSON json.RawMessage // the event's data as received
}

func takeStreamEvent(event *C.RobofyStreamEvent) *StreamEvent {
	defer C.robofy_stream_event_free(event)
	return &StreamEvent{
		Kind: StreamEventKind(C.robofy_stream_event_kind(event)),
		Text: C.GoString(C.robofy_stream_event_text(event)),
		Name: C.GoString(C.robofy_stream_event_name(event)),
		JSON: json.RawMessage(C.GoString(C.robofy_stream_event_json(event))),
	}
}
