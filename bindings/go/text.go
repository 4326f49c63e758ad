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

// cString copies a text for C, which cannot hold U+0000; the library itself refuses what is not UTF-8.
func cString(parameter, text string) (*C.char, error) {
	if i := strings.IndexByte(text, 0); i >= 0 {
		return nil, invalid("%s contains a NUL (U+0000) at byte %d: remove it", parameter, i)
	}
	return C.CString(text), nil
}

// valid replaces bytes that are not UTF-8, as in what a user wrote and a gateway cut.
func valid(text string) string {
	return strings.ToValidUTF8(text, "\ufffd")
}

// withText lends a text to C for as long as use runs.
func withText(parameter, text string, use func(*C.char)) error {
	copied, err := cString(parameter, text)
	if err != nil {
		return err
	}
	defer C.free(unsafe.Pointer(copied))
	use(copied)
	return nil
}

func milliseconds(parameter string, d time.Duration) (C.uint64_t, error) {
	if d <= 0 {
		return 0, invalid("%s must be more than 0, not %v", parameter, d)
	}
	return C.uint64_t((d-1)/time.Millisecond) + 1, nil
}

func invalid(format string, values ...any) *Error {
	return &Error{Status: StatusInvalidArgument, Message: fmt.Sprintf(format, values...)}
}
