package robofy

// #include <robofy.h>
import "C"

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
	"unsafe"
)

// Webhook verifies and reads the webhooks of one channel, for any number of goroutines at once. Nothing in it waits.
//
// Close lets go of it, and wipes its secrets; one that is forgotten is let go of by the garbage collector.
type Webhook struct {
	using  sync.RWMutex // held for writing to free it
	native *C.RobofyWebhook
}

// Incoming is what a webhook's body says.
type Incoming struct {
	Events  []Event // in the order of the body; none is normal: answer 200
	Skipped int     // how many messages and statuses have no identifier or no user, and so are no event: worth a line in a log
}

// NewWebhook makes what reads the webhooks of a channel.
//
// The secrets are Meta's app secret; WAHA's HMAC key; Evolution API's jwt_key or the instance's API key; Twilio's auth
// token. Several while one is replaced by another. Without any, what is not signed is read, as 360dialog's webhooks are:
// something else has to keep strangers away then. An empty one, as of a variable of the environment that is not set, is
// StatusInvalidArgument.
func NewWebhook(channel Channel, secrets ...string) (*Webhook, error) {
	if err := usable(); err != nil {
		return nil, err
	}
	var t texts
	defer t.free()
	copies := make([]*C.char, len(secrets))
	for i, secret := range secrets {
		if secret == "" {
			return nil, invalid("secret must not be empty")
		}
		if !utf8.ValidString(secret) {
			return nil, invalid("secret is not valid UTF-8")
		}
		copies[i] = t.copy("secret", secret)
	}
	if t.err != nil {
		return nil, t.err
	}
	var first *C.char
	if len(copies) > 0 {
		first, copies = copies[0], copies[1:]
	}
	var failure *C.RobofyError
	native := C.robofy_webhook_new(C.uint32_t(channel), first, &failure)
	if native == nil {
		return nil, takeError(failure)
	}
	for _, more := range copies {
		C.robofy_webhook_add_secret(native, more)
	}
	webhook := &Webhook{native: native}
	runtime.SetFinalizer(webhook, func(webhook *Webhook) { webhook.Close() })
	return webhook, nil
}

// Read verifies the body of a POST, and reads it. Fields, types and values that are not known are no error.
//
// The body is as it came: one that was parsed and written again has another signature. The signature is the header
// X-Hub-Signature-256 of Meta, X-Webhook-Hmac of WAHA, Authorization of Evolution API, X-Twilio-Signature of Twilio; empty
// if the request has none. The URL is the public one as Twilio calls it, with its query; the other channels do not sign it,
// and it may be empty.
//
// The error is of StatusSignature if the signature is missing or wrong: answer 401. It is of StatusInvalidArgument if the
// body is not JSON (Twilio: a form), is larger than 3 MB or nests deeper than 128 levels: answer 400.
func (w *Webhook) Read(body []byte, signature, url string) (Incoming, error) {
	var t texts
	defer t.free()
	signed, address := t.optional("signature", strangers(signature)), t.optional("url", url)
	if t.err != nil {
		return Incoming{}, t.err
	}
	var octets *C.char
	if len(body) > 0 {
		octets = (*C.char)(unsafe.Pointer(&body[0]))
	}
	var incoming *C.RobofyIncoming
	var failure *C.RobofyError
	err := w.use(func(native *C.RobofyWebhook) {
		incoming = C.robofy_webhook_read(native, address, signed, octets, C.uint64_t(len(body)), &failure)
	})
	switch {
	case err != nil:
		return Incoming{}, err
	case incoming == nil:
		return Incoming{}, takeError(failure)
	}
	owner := &ownedIncoming{incoming}
	runtime.SetFinalizer(owner, func(owner *ownedIncoming) { C.robofy_incoming_free(owner.native) })
	defer runtime.KeepAlive(owner)
	events := make([]Event, C.robofy_incoming_count(incoming))
	for i := range events {
		events[i] = readEvent(C.robofy_incoming_event(incoming, C.uint32_t(i)), owner)
	}
	return Incoming{Events: events, Skipped: int(C.robofy_incoming_skipped(incoming))}, nil
}

// ownedIncoming is what events are of, for Inbox.Offer. It is freed with the last of them.
type ownedIncoming struct {
	native *C.RobofyIncoming
}

// String is its kind and identifier: neither the text nor the user.
func (e Event) String() string {
	return strings.TrimSpace(e.Kind.String() + " " + e.ID)
}

// Format writes String, whatever the verb.
func (e Event) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, e.String())
}

// Challenge is what to answer, with 200 and as plain text, to the GET by which Meta asks for a webhook. The query is that of
// the request's URL (RawQuery), the token the one that was entered at Meta. It is false if the request is not that or has
// another token, and of a webhook that is closed: answer 403.
func (w *Webhook) Challenge(query, verifyToken string) (answer string, ok bool) {
	var t texts
	defer t.free()
	asked, token := t.copy("query", strangers(query)), t.copy("verifyToken", verifyToken)
	if t.err != nil {
		return "", false
	}
	var text *C.char
	_ = w.use(func(native *C.RobofyWebhook) { text = C.robofy_webhook_challenge(native, asked, token) })
	return takeText(text), text != nil
}

// Close lets go of the webhook; what was read with it stays, and to read another is ErrClosed. It may be called again.
func (w *Webhook) Close() error {
	if w != nil {
		w.using.Lock()
		defer w.using.Unlock()
		C.robofy_webhook_free(w.native)
		w.native = nil
	}
	return nil
}

func (w *Webhook) use(call func(*C.RobofyWebhook)) error {
	if w == nil {
		return ErrClosed
	}
	w.using.RLock()
	defer w.using.RUnlock()
	if w.native == nil {
		return ErrClosed
	}
	call(w.native)
	return nil
}

// strangers is what a stranger wrote, and no fault of the caller's. A NUL would end it early.
func strangers(text string) string {
	return strings.ReplaceAll(text, "\x00", "\xff")
}

// timeOf is the zero time for 0.
func timeOf(ms C.uint64_t) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(ms))
}
