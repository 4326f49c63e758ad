package robofy_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"

	"robofy.ai/go/robofy"
)

func TestAnAnswerIsWrittenAsWhatsAppText(t *testing.T) {
	for _, each := range []struct {
		text     string
		dialect  robofy.Dialect
		expected string
	}{
		{"**Order 12** is ready", robofy.DialectAuto, "*Order 12* is ready"},
		{"*Order 12* is ready", robofy.DialectAuto, "*Order 12* is ready"},
		{"*x* and **y**", robofy.DialectMarkdown, "_x_ and *y*"},
		{"AT&amp;T", robofy.DialectWhatsApp, "AT&T"},
		{"[our guide](https://e.com/a_b)", robofy.DialectAuto, "our guide: https://e.com/a_b"},
		{"half of \xf0\x9f", robofy.DialectAuto, "half of \ufffd"},
		{"", robofy.DialectAuto, ""},
	} {
		if text, err := robofy.Format(each.text, each.dialect); err != nil || text != each.expected {
			t.Errorf("%q: %q, %v", each.text, text, err)
		}
	}
}

func TestATextIsSplitWhereItCanBe(t *testing.T) {
	waves := strings.Repeat("👋🏽", 3000)
	for _, each := range []struct {
		text     string
		limit    uint32
		expected []string
	}{
		{"One. Two.\n\nThree. Four.", 14, []string{"One. Two.\n\n", "Three. Four."}},
		{"*bold words*", 8, []string{"*bold* ", "*words*"}},
		{" \n", 0, []string{}},
		{"cut \xff", 0, []string{"cut \ufffd"}},
		{waves, 0, []string{waves[:8*1024], waves[8*1024 : 16*1024], waves[16*1024:]}},
	} {
		parts, err := robofy.Split(each.text, each.limit)
		if err != nil || !reflect.DeepEqual(parts, each.expected) {
			t.Errorf("%.20q: %.99q, %v", each.text, parts, err)
		}
		for _, part := range parts {
			if units := len(utf16.Encode([]rune(part))); units > 4096 {
				t.Error(units)
			}
		}
	}
}

func TestAReplyHasItsParts(t *testing.T) {
	reply := robofy.Reply{Answer: "**b** and more"}
	if parts := reply.Parts(0); !reflect.DeepEqual(parts, []string{"*b* and more"}) {
		t.Errorf("%q", parts)
	}
	if parts := reply.Parts(8); !reflect.DeepEqual(parts, []string{"*b* and ", "more"}) {
		t.Errorf("%q", parts)
	}
	if parts := (&robofy.Reply{Answer: "a\x00b\xff"}).Parts(0); !reflect.DeepEqual(parts, []string{"a\ufffdb\ufffd"}) {
		t.Errorf("%q", parts)
	}
}

func TestATextThatCannotBeUsedIsRefusedByName(t *testing.T) {
	_, nul := robofy.Format("a\x00b", robofy.DialectAuto)
	_, inParts := robofy.Split("a\x00b", 0)
	_, dialect := robofy.Format("x", 7)
	for name, err := range map[string]error{"text contains a NUL": nul, "text contains": inParts, "dialect": dialect} {
		if !errors.Is(err, robofy.StatusInvalidArgument) || !strings.HasPrefix(err.Error(), "robofy: "+name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
