package robofy

import (
	"encoding/json"
	"time"
)

// Stats is a snapshot of a client's figures.
type Stats struct {
	InFlight    int `json:"in_flight"`   // chats begun and not finished
	Queued      int `json:"queued"`      // those that wait for their session's turn, their pace or a connection
	Uncollected int `json:"uncollected"` // finished, and not handed out yet
	Connections int `json:"connections"` // connections, of this client and of all others that go the same way

	Answered      uint64            `json:"answered"`
	Failed        map[string]uint64 `json:"failed"` // by the status's name, such as "timeout"; every one is present
	Cancelled     uint64            `json:"cancelled"`
	Refused       uint64            `json:"refused"` // at the limit of chats in flight; not among the failed
	Retried       uint64            `json:"retried"` // attempts after a chat's first
	BytesSent     uint64            `json:"bytes_sent"`
	BytesReceived uint64            `json:"bytes_received"`

	Latency Latency `json:"latency"`
}

// Latency is how long answered chats took, exact to one percent.
type Latency struct {
	Count                               uint64
	Min, Mean, P50, P90, P99, P999, Max time.Duration
}

// UnmarshalJSON reads the library's microseconds.
func (l *Latency) UnmarshalJSON(text []byte) error {
	var figures map[string]float64
	if err := json.Unmarshal(text, &figures); err != nil {
		return err
	}
	of := func(name string) time.Duration { return time.Duration(figures[name] * float64(time.Microsecond)) }
	*l = Latency{
		Count: uint64(figures["count"]), Min: of("min_us"), Mean: of("mean_us"), P50: of("p50_us"), P90: of("p90_us"),
		P99: of("p99_us"), P999: of("p999_us"), Max: of("max_us"),
	}
	return nil
}
