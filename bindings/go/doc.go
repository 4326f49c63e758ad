// Package robofy sends a WhatsApp user's message to a Robofy AI agent and returns the complete answer.
//
// Make one Client per API key and keep it; goroutines share it. A chat that waits is a parked goroutine: however many
// wait, they take no thread of the operating system.
package robofy

// #cgo CFLAGS: -I${SRCDIR}/../../include
// #cgo LDFLAGS: -L${SRCDIR}/../../target/release -lrobofy
// #include <robofy.h>
import "C"

// Version is the version of the library that is loaded.
func Version() string {
	return C.GoString(C.robofy_version())
}
