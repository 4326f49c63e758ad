package robofy

// #include <robofy.h>
import "C"

import "encoding/json"

// Event is one event of a stream.
type Event struct {
	Kind EventKind
	Text string          // the piece of the answer at a delta, the conversation at a session, the reason at a finish; else empty
	Name string          // the tool at a tool event that names one, else the service's own name, such as "text-delta"
	JSON json.RawMessage // the event's data as received
}

func takeEvent(event *C.RobofyEvent) *Event {
	defer C.robofy_event_free(event)
	return &Event{
		Kind: EventKind(C.robofy_event_kind(event)),
		Text: C.GoString(C.robofy_event_text(event)),
		Name: C.GoString(C.robofy_event_name(event)),
		JSON: json.RawMessage(C.GoString(C.robofy_event_json(event))),
	}
}
