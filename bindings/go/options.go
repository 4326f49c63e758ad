package robofy

// #include <robofy.h>
import "C"

import "time"

// Option is how a client behaves; without one there is the library's default.
type Option func(*options) error

type options struct {
	native *C.RobofyOptions
}

// WithBaseURL says where the service is: https://agents.robofy.ai by default, and for "". Plain http:// is refused except
// to loopback.
func WithBaseURL(url string) Option {
	return func(o *options) error {
		if url == "" {
			return nil
		}
		return withText("base URL", url, func(text *C.char) { C.robofy_options_set_base_url(o.native, text) })
	}
}

// WithTimeout bounds a whole chat, retries and waits included: a minute by default.
func WithTimeout(d time.Duration) Option {
	return func(o *options) error {
		ms, err := milliseconds("timeout", d)
		if err == nil {
			C.robofy_options_set_timeout_ms(o.native, ms)
		}
		return err
	}
}

// WithConnectTimeout bounds reaching the service, at each attempt: ten seconds by default.
func WithConnectTimeout(d time.Duration) Option {
	return func(o *options) error {
		ms, err := milliseconds("connect timeout", d)
		if err == nil {
			C.robofy_options_set_connect_timeout_ms(o.native, ms)
		}
		return err
	}
}

// WithMaxRetries says how often a message that the agent cannot have seen is sent again: 2 by default.
func WithMaxRetries(retries uint32) Option {
	return set(func(o *options) { C.robofy_options_set_max_retries(o.native, C.uint32_t(retries)) })
}

// WithRetryAmbiguous also sends again what the agent may have seen, and so may answer twice.
func WithRetryAmbiguous() Option {
	return set(func(o *options) { C.robofy_options_set_retry_ambiguous(o.native, true) })
}

// WithProxy names a proxy's URL; "" is no proxy. By default HTTPS_PROXY and NO_PROXY are read.
func WithProxy(url string) Option {
	return func(o *options) error {
		return withText("proxy", url, func(text *C.char) { C.robofy_options_set_proxy(o.native, text) })
	}
}

// WithCAFile names a PEM file of certificate authorities to trust besides the platform's.
func WithCAFile(path string) Option {
	return func(o *options) error {
		return withText("CA file", path, func(text *C.char) { C.robofy_options_set_ca_file(o.native, text) })
	}
}

// WithUserAgent names your product, such as "my-gateway/1.2"; it is put before the library's name.
func WithUserAgent(product string) Option {
	return func(o *options) error {
		return withText("user agent", product, func(text *C.char) { C.robofy_options_set_user_agent(o.native, text) })
	}
}

// WithMaxResponseBytes bounds the response body that is accepted: 8 MiB by default.
func WithMaxResponseBytes(bytes uint64) Option {
	return set(func(o *options) { C.robofy_options_set_max_response_bytes(o.native, C.uint64_t(bytes)) })
}

// WithMaxInFlight bounds how many chats may wait at once; one more is refused with StatusOverloaded. 0 is no limit.
func WithMaxInFlight(chats uint32) Option {
	return set(func(o *options) { C.robofy_options_set_max_in_flight(o.native, C.uint32_t(chats)) })
}

// WithOrderedSessions sends the messages of one session one after another, in the order of the calls.
func WithOrderedSessions() Option {
	return set(func(o *options) { C.robofy_options_set_ordered_sessions(o.native, true) })
}

// WithRateLimit paces the account's messages: burst at once, then perMinute, evenly spread.
func WithRateLimit(perMinute, burst uint32) Option {
	return set(func(o *options) {
		C.robofy_options_set_rate_limit(o.native, C.uint32_t(perMinute), C.uint32_t(burst))
	})
}

func set(apply func(*options)) Option {
	return func(o *options) error {
		apply(o)
		return nil
	}
}
