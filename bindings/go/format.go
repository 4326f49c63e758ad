package robofy

// #include <robofy.h>
import "C"

// Format writes an agent's answer as WhatsApp text. Bold, italic, struck and code are written with WhatsApp's marks, a link
// as "text: url", a table as code or as lines. Code and URLs are left as they are.
// Formatting twice changes nothing unless the dialect is Markdown. Bytes
// that are not UTF-8 become U+FFFD; a NUL, and a dialect that there is not, are StatusInvalidArgument.
func Format(text string, dialect Dialect) (string, error) {
	var formatted *C.char
	var failure *C.RobofyError
	err := withText("text", valid(text), func(text *C.char) {
		formatted = C.robofy_whatsapp_format(text, C.uint32_t(dialect), &failure)
	})
	if err != nil {
		return "", err
	}
	if formatted == nil {
		return "", takeError(failure)
	}
	return takeText(formatted), nil
}

// Split splits a WhatsApp text, as Format gives it, into messages that fit. A part ends between paragraphs and items of a
// list where it can, else after a line, a sentence or a word. URLs, and characters that are drawn as one, are kept whole. A
// mark or a block of code that goes on is closed and opened again. No part is blank: a blank text has none.
//
// The limit is the most UTF-16 units of a part; 0 for the 4 096 of the Cloud API. Twilio takes 1 600, a caption 1 024. Bytes
// that are not UTF-8 become U+FFFD; a NUL is StatusInvalidArgument.
func Split(text string, limit uint32) ([]string, error) {
	var parts *C.RobofyParts
	var failure *C.RobofyError
	err := withText("text", valid(text), func(text *C.char) {
		parts = C.robofy_whatsapp_split(text, C.uint32_t(limit), &failure)
	})
	if err != nil {
		return nil, err
	}
	if parts == nil {
		return nil, takeError(failure)
	}
	defer C.robofy_parts_free(parts)
	return readParts(parts), nil
}

func readParts(parts *C.RobofyParts) []string {
	texts := make([]string, C.robofy_parts_count(parts))
	for i := range texts {
		texts[i] = C.GoString(C.robofy_parts_text(parts, C.uint32_t(i)))
	}
	return texts
}
