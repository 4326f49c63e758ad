package robofy

// #include <robofy.h>
// #include <stdlib.h>
import "C"

import (
	"fmt"
	"strings"
	"time"
	"unsafe"
)

// texts are copies for C, which cannot hold U+0000; the library itself refuses what is not UTF-8.
type texts struct {
	copies []*C.char
	err    error // about the first that could not be copied
}

func (t *texts) copy(parameter, text string) *C.char {
	if i := strings.IndexByte(text, 0); i >= 0 && t.err == nil {
		t.err = invalid("%s contains a NUL (U+0000) at byte %d: remove it", parameter, i)
	}
	t.copies = append(t.copies, C.CString(text))
	return t.copies[len(t.copies)-1]
}

func (t *texts) id(parameter, text string) *C.char {
	if text == "" && t.err == nil {
		t.err = invalid("%s is missing: set it in the Message, or for the client with WithAgent", parameter)
	}
	return t.copy(parameter, text)
}

// optional is nil for an empty text.
func (t *texts) optional(parameter, text string) *C.char {
	if text == "" {
		return nil
	}
	return t.copy(parameter, text)
}

func (t *texts) free() {
	for _, text := range t.copies {
		C.free(unsafe.Pointer(text))
	}
}

// valid replaces bytes that are not UTF-8, as in what a user wrote and a gateway cut.
func valid(text string) string {
	return strings.ToValidUTF8(text, "\ufffd")
}

// withText lends a text to C for as long as use runs.
func withText(parameter, text string, use func(*C.char)) error {
	var c texts
	defer c.free()
	if copied := c.copy(parameter, text); c.err == nil {
		use(copied)
	}
	return c.err
}

func milliseconds(parameter string, d time.Duration) (C.uint64_t, error) {
	if d <= 0 {
		return 0, invalid("%s must be more than 0, not %v", parameter, d)
	}
	return C.uint64_t((d-1)/time.Millisecond) + 1, nil
}

// notNegative is 0 for an error too.
func notNegative(parameter string, d time.Duration) (C.uint64_t, error) {
	if d < 0 {
		return 0, invalid("%s must not be less than 0, but is %v", parameter, d)
	}
	return optionalMilliseconds(parameter, d)
}

// takeText is empty for NULL.
func takeText(text *C.char) string {
	defer C.robofy_free_string(text)
	return C.GoString(text)
}

// bytesOf copies what may hold NULs.
func bytesOf(bytes *C.char, length int) []byte {
	return append([]byte(nil), unsafe.Slice((*byte)(unsafe.Pointer(bytes)), length)...)
}

// optionalMilliseconds is 0 for 0.
func optionalMilliseconds(parameter string, d time.Duration) (C.uint64_t, error) {
	if d == 0 {
		return 0, nil
	}
	return milliseconds(parameter, d)
}

func invalid(format string, values ...any) *Error {
	return &Error{Status: StatusInvalidArgument, Message: fmt.Sprintf(format, values...)}
}
