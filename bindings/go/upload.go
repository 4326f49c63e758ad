package robofy

// #include <robofy.h>
import "C"

import (
	"context"
	"runtime"
	"time"
	"unsafe"
)

// File is a file of an Upload: one on disk by its Path, which is read while it is sent, or else its Content.
type File struct {
	Path        string
	Content     []byte
	Name        string // the name that it goes by; empty for the last name of its path
	ContentType string // its media type, such as "application/pdf"; empty for one by the name's ending
}

// Upload is a form with files, to be made by NewUpload. It may be sent again. While it is sent, any goroutine may ask how
// far it has come.
type Upload struct {
	Timeout time.Duration // for the call that sends it, in place of the client's; 0 for the client's
	native  *C.RobofyUpload
	err     error // about the first part that could not be added
}

// NewUpload makes a form without parts.
func NewUpload() *Upload {
	upload := &Upload{native: C.robofy_upload_new()}
	runtime.SetFinalizer(upload, func(upload *Upload) { C.robofy_upload_free(upload.native) })
	return upload
}

// AddText adds a field. A text that cannot be sent is an error of the call that sends the upload.
func (u *Upload) AddText(name, value string) {
	u.add(func(t *texts) func() {
		name, value := t.copy("name", name), t.copy("value", value)
		return func() { C.robofy_upload_add_text(u.native, name, value) }
	})
}

// AddFile adds a file. One that cannot be read is an error of the call that sends the upload.
func (u *Upload) AddFile(name string, f File) {
	u.add(func(t *texts) func() {
		field, fileName, contentType := t.copy("name", name), t.optional("Name", f.Name), t.optional("ContentType", f.ContentType)
		if f.Path != "" {
			path := t.copy("Path", f.Path)
			return func() { C.robofy_upload_add_file(u.native, field, path, fileName, contentType) }
		}
		if f.Name == "" && t.err == nil {
			t.err = invalid("Name is missing: a File in memory has one")
		}
		length, content := C.uint64_t(len(f.Content)), f.Content
		if length == 0 {
			content = []byte{0} // so that there is a first byte
		}
		return func() {
			C.robofy_upload_add_bytes(u.native, field, (*C.char)(unsafe.Pointer(&content[0])), length, fileName, contentType)
		}
	})
}

func (u *Upload) add(part func(*texts) func()) {
	defer runtime.KeepAlive(u)
	var t texts
	defer t.free()
	add := part(&t)
	if t.err == nil {
		add()
	} else if u.err == nil {
		u.err = t.err
	}
}

// Sent is how many bytes of the request's body were handed to its connection. It begins anew with each attempt.
func (u *Upload) Sent() int64 {
	defer runtime.KeepAlive(u)
	return int64(C.robofy_upload_sent(u.native))
}

// Total is how many bytes the request's body has; 0 before it is sent for the first time.
func (u *Upload) Total() int64 {
	defer runtime.KeepAlive(u)
	return int64(C.robofy_upload_total(u.native))
}

// Upload sends a form with files as a POST. In all else it is as Request.
func (c *Client) Upload(ctx context.Context, path string, u *Upload) (*Response, error) {
	if u == nil || u.native == nil {
		return nil, invalid("the upload must be made by NewUpload")
	}
	if u.err != nil {
		return nil, u.err
	}
	defer runtime.KeepAlive(u)
	var t texts
	defer t.free()
	to := t.copy("Path", path)
	return c.call(ctx, &t, Request{Timeout: u.Timeout}, func(call *C.RobofyCall, tag C.uint64_t, failure **C.RobofyError) C.bool {
		return C.robofy_upload_submit(c.chats.native, to, u.native, call, tag, failure)
	})
}
