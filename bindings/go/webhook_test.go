package robofy_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"robofy.ai/go/robofy"
)

const secret = "an app's sécret"

// As Meta writes it: ASCII alone, and a slash escaped. One message has nobody who sent it.
var webhookBody = []byte(`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages",
"value":{"metadata":{"phone_number_id":"106"},"messages":[{"from":"1650","id":"wamid.1","timestamp":"1749416383",
"type":"text","text":{"body":"caf\u00e9 \ud83d\udc4b \/"}},{"type":"text"}],
"statuses":[{"id":"wamid.2","status":"failed","recipient_id":"1650","errors":[{"code":131026}]}]}}]}]}`)

func newWebhook(t *testing.T, channel robofy.Channel, secrets ...string) *robofy.Webhook {
	t.Helper()
	webhook, err := robofy.NewWebhook(channel, secrets...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { webhook.Close() })
	return webhook
}

func mac(algorithm func() hash.Hash, secret, text string) []byte {
	mac := hmac.New(algorithm, []byte(secret))
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

func signed(body []byte, secret string) string {
	return "sha256=" + hex.EncodeToString(mac(sha256.New, secret, string(body)))
}

func TestEveryBodyOfEveryChannelIsReadAsItsCaseSays(t *testing.T) {
	channels := map[string]robofy.Channel{}
	for channel := robofy.ChannelMeta; channel <= robofy.ChannelTwilio; channel++ {
		channels[channel.String()] = channel
	}
	kinds := map[string]bool{}
	files, _ := filepath.Glob("../../conversation/tests/webhook/*.json")
	for _, file := range files {
		content, _ := os.ReadFile(file)
		var cases []struct {
			Name    string
			Body    json.RawMessage
			Events  []map[string]any
			Skipped int
		}
		if err := json.Unmarshal(content, &cases); err != nil {
			t.Fatal(file, err)
		}
		channel, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".json"), "_")
		webhook := newWebhook(t, channels[channel])
		for _, each := range cases {
			body, form := []byte(each.Body), ""
			if json.Unmarshal(body, &form) == nil {
				body = []byte(form)
			}
			incoming, err := webhook.Read(body, "", "")
			if err != nil || incoming.Skipped != each.Skipped || len(incoming.Events) != len(each.Events) {
				t.Errorf("%s, %s: %+v, %v", file, each.Name, incoming, err)
				continue
			}
			for i, event := range incoming.Events {
				if told := shown(event); !reflect.DeepEqual(told, each.Events[i]) {
					t.Errorf("%s, %s: %v", file, each.Name, told)
				}
				if len(event.Body()) == 0 || !bytes.Contains(body, event.Body()) {
					t.Errorf("%s, %s: %q", file, each.Name, event.Body())
				}
				kinds[event.Kind.String()] = true
			}
		}
	}
	if len(kinds) != int(robofy.EventOther)+1 {
		t.Error(kinds)
	}
}

var words = regexp.MustCompile("([a-z])([A-Z])")

// Shown is what an event has, by the names of the getters.
func shown(event robofy.Event) map[string]any {
	told := map[string]any{"kind": strings.ToUpper(event.Kind.String())}
	if !event.Timestamp.IsZero() {
		told["timestamp_ms"] = float64(event.Timestamp.UnixMilli())
	}
	if event.ErrorCode != 0 {
		told["error_code"] = float64(event.ErrorCode)
	}
	fields := reflect.ValueOf(event)
	for i := 0; i < fields.NumField(); i++ {
		if field := fields.Field(i); field.Kind() == reflect.String && field.String() != "" {
			told[strings.ToLower(words.ReplaceAllString(fields.Type().Field(i).Name, "${1}_${2}"))] = field.String()
		}
	}
	return told
}

func TestASignatureOfEachChannel(t *testing.T) {
	const at, fields = "https://bot.example.com/hook?a=1", "BodycaféFromwhatsapp:+1650MessageSidSM1Towhatsapp:+1415"
	form := url.Values{"MessageSid": {"SM1"}, "From": {"whatsapp:+1650"}, "To": {"whatsapp:+1415"}, "Body": {"café"}}
	claims := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." +
		base64.RawURLEncoding.EncodeToString([]byte(fmt.Sprintf(`{"iat":1,"exp":%d}`, time.Now().Unix()+600)))
	for _, each := range []struct {
		channel              robofy.Channel
		body, signature, url string
	}{
		{robofy.ChannelMeta, string(webhookBody), signed(webhookBody, secret), ""},
		{robofy.ChannelWAHA, "{}", hex.EncodeToString(mac(sha512.New, secret, "{}")), ""},
		{robofy.ChannelEvolution, "{}", "Bearer " + claims + "." +
			base64.RawURLEncoding.EncodeToString(mac(sha256.New, secret, claims)), ""},
		{robofy.ChannelTwilio, form.Encode(), base64.StdEncoding.EncodeToString(mac(sha1.New, secret, at+fields)), at},
	} {
		webhook := newWebhook(t, each.channel, secret)
		if _, err := webhook.Read([]byte(each.body), each.signature, each.url); err != nil {
			t.Error(each.channel, err)
		}
		for _, wrong := range []string{"", each.signature[1:], each.signature + "\x00", "\xff"} {
			incoming, err := webhook.Read([]byte(each.body), wrong, each.url)
			if !errors.Is(err, robofy.StatusSignature) || incoming.Events != nil || strings.Contains(err.Error(), secret) {
				t.Errorf("%v, %q: %v", each.channel, wrong, err)
			}
		}
		another := newWebhook(t, each.channel, "another")
		if _, err := another.Read([]byte(each.body), each.signature, each.url); !errors.Is(err, robofy.StatusSignature) {
			t.Error(each.channel, err)
		}
	}
}

func TestWhatCameInIsTold(t *testing.T) {
	incoming, err := newWebhook(t, robofy.ChannelMeta, "old", secret).Read(webhookBody, signed(webhookBody, secret), "")
	if err != nil || len(incoming.Events) != 2 || incoming.Skipped != 1 {
		t.Fatalf("%+v, %v", incoming, err)
	}
	message, status := incoming.Events[0], incoming.Events[1]
	if message.Text != "café 👋 /" || !message.Timestamp.Equal(time.Unix(1749416383, 0)) {
		t.Errorf("%+v", message)
	}
	if status.Kind != robofy.EventStatus || status.ErrorCode != 131026 || !status.Timestamp.IsZero() || status.Text != "" {
		t.Errorf("%+v", status)
	}
	var sent struct{ Text struct{ Body string } }
	if err := json.Unmarshal(message.Body(), &sent); err != nil || sent.Text.Body != message.Text {
		t.Error(sent, err)
	}
	message.Body()[0] = 'x'
	if message.Body()[0] != '{' || (robofy.Event{}).Body() != nil {
		t.Error("a body can be changed")
	}
}

func TestABodyThatCannotBeReadSaysWhy(t *testing.T) {
	webhook := newWebhook(t, robofy.ChannelWAHA)
	for body, said := range map[string]string{
		"": "not JSON", "{": "not JSON", "\"\xff\"": "not UTF-8", "{}\x00}": "not JSON", "{\"\x00\":1}": "not JSON",
		strings.Repeat("[", 999): "nests deeper", strings.Repeat(" ", 3<<20+1): "larger",
	} {
		_, err := webhook.Read([]byte(body), "", "")
		if !errors.Is(err, robofy.StatusInvalidArgument) || !strings.HasPrefix(err.Error(), "robofy: body ") ||
			!strings.Contains(err.Error(), said) {
			t.Errorf("%.9q: %v", body, err)
		}
	}
	if incoming, err := webhook.Read([]byte("{}"), "", "a\x00"); !errors.Is(err, robofy.StatusInvalidArgument) {
		t.Error(incoming, err)
	}
	if _, err := webhook.Read(nil, "", ""); !errors.Is(err, robofy.StatusInvalidArgument) {
		t.Error(err)
	}
}

func TestWhatAWebhookCannotBeMadeOfIsRefusedByName(t *testing.T) {
	for said, make := range map[string]func() (*robofy.Webhook, error){
		"channel ":              func() (*robofy.Webhook, error) { return robofy.NewWebhook(7, secret) },
		"secret must not be":    func() (*robofy.Webhook, error) { return robofy.NewWebhook(robofy.ChannelMeta, "") },
		"secret must not":       func() (*robofy.Webhook, error) { return robofy.NewWebhook(robofy.ChannelMeta, secret, "") },
		"secret contains a NUL": func() (*robofy.Webhook, error) { return robofy.NewWebhook(robofy.ChannelMeta, secret+"\x00") },
		"secret is not valid":   func() (*robofy.Webhook, error) { return robofy.NewWebhook(robofy.ChannelMeta, secret, secret+"\xff") },
	} {
		webhook, err := make()
		if webhook != nil || !errors.Is(err, robofy.StatusInvalidArgument) || !strings.HasPrefix(err.Error(), "robofy: "+said) ||
			strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", said, err)
		}
	}
}

func TestTheHandshakeIsAnswered(t *testing.T) {
	webhook := newWebhook(t, robofy.ChannelMeta, secret)
	const query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=me+%26+you"
	if answer, ok := webhook.Challenge(query, "me & you"); !ok || answer != "1158201444" {
		t.Error(answer, ok)
	}
	for _, asked := range [][2]string{{query, "another"}, {query, ""}, {"\x00", "me & you"}, {query + "\x00", "me & you"}, {query, "\x00"}} {
		if answer, ok := webhook.Challenge(asked[0], asked[1]); ok || answer != "" {
			t.Error(asked, answer)
		}
	}
}

func TestNeitherSecretsNorBodiesAreShown(t *testing.T) {
	webhook := newWebhook(t, robofy.ChannelEvolution, "sécret")
	incoming, err := webhook.Read([]byte(`{"event":"news","instance":"shop","data":{},"apikey":"sécret"}`), "", "")
	if err != nil || !bytes.Contains(incoming.Events[0].Body(), []byte("sécret")) {
		t.Fatal(incoming, err)
	}
	for _, value := range []any{webhook, incoming, &incoming, incoming.Events[0], incoming.Events} {
		shown, _ := json.Marshal(value)
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			shown = append(shown, fmt.Sprintf(verb, value)...)
		}
		if strings.Contains(string(shown), "cret") || strings.Contains(string(shown), hex.EncodeToString([]byte("cret"))) {
			t.Errorf("%s", shown)
		}
	}
}

func TestAWebhookThatIsClosedSaysSo(t *testing.T) {
	webhook := newWebhook(t, robofy.ChannelMeta, secret)
	incoming, _ := webhook.Read(webhookBody, signed(webhookBody, secret), "")
	webhook.Close()
	webhook.Close()
	for _, each := range []*robofy.Webhook{webhook, nil, {}} {
		if _, err := each.Read(webhookBody, "", ""); !errors.Is(err, robofy.ErrClosed) {
			t.Error(err)
		}
		if _, ok := each.Challenge("", ""); ok || each.Close() != nil {
			t.Error("a closed one answers")
		}
	}
	if !bytes.Contains(incoming.Events[0].Body(), []byte("wamid.1")) {
		t.Error(incoming)
	}
}

func TestGoroutinesShareAWebhookThatOneCloses(t *testing.T) {
	webhook := newWebhook(t, robofy.ChannelMeta, secret)
	signature := signed(webhookBody, secret)
	var all sync.WaitGroup
	inTheMidst := make(chan struct{}, 8)
	for i := 0; i < 8; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for n := 0; n < 200; n++ {
				if n == 100 {
					inTheMidst <- struct{}{}
				}
				incoming, err := webhook.Read(webhookBody, signature, "")
				if !errors.Is(err, robofy.ErrClosed) && (err != nil || len(incoming.Events) != 2) {
					t.Error(incoming, err)
				}
			}
		}()
	}
	<-inTheMidst
	webhook.Close()
	all.Wait()
}

func TestForgottenWebhooksLeaveNoMemoryBehind(t *testing.T) {
	key := strings.Repeat(padding, 4)
	large := []byte(`{"event":"news","padding":"` + key + `"}`)
	round := func() {
		for i := 0; i < 4000; i++ {
			webhook, err := robofy.NewWebhook(robofy.ChannelWAHA, key)
			if err != nil {
				t.Fatal(err)
			}
			webhook.Challenge("hub.mode=subscribe&hub.challenge=1&hub.verify_token=2", "2")
			if _, err := webhook.Read(large, "wrong", ""); err == nil {
				t.Fatal("a wrong signature is right")
			}
			unsigned, _ := robofy.NewWebhook(robofy.ChannelWAHA)
			if _, err := unsigned.Read(large, "", ""); err != nil {
				t.Fatal(err)
			}
		}
		runtime.GC()
	}
	round()
	for rounds, growth := 0, 20_000_000; growth >= 20_000_000; rounds++ {
		if rounds == 3 {
			t.Fatalf("grew by %d bytes", growth)
		}
		before := resident(t)
		round()
		growth = resident(t) - before
	}
}
