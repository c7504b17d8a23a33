package controlplane

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// parseJSON reads JSON as tools read their settings: with comments, commas before a closing bracket, and what JSON5 adds for
// renovate.json5 (names without quotes, single quotes). A name that stands twice has its last value.
func parseJSON(s string) (*value, error) {
	p := &jsonParser{s: s, n: 1}
	if err := p.space(); err != nil {
		return nil, err
	}
	if p.i == len(p.s) {
		return &value{kind: mapping, line: 1}, nil // tools take an empty file for no settings
	}
	v, err := p.value(0)
	if err == nil {
		err = p.space()
	}
	if err == nil && p.i < len(p.s) {
		err = p.fault("something stands after the end")
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}

type jsonParser struct {
	s string
	i int
	n int // line
}

func (p *jsonParser) fault(what string) error { return fmt.Errorf("line %d: %s", p.n, what) }

// space goes over white space and comments.
func (p *jsonParser) space() error {
	for p.i < len(p.s) {
		switch c := p.s[p.i]; {
		case c == '\n':
			p.n++
			p.i++
		case c == ' ' || c == '\t' || c == '\r':
			p.i++
		case strings.HasPrefix(p.s[p.i:], "//"):
			end := strings.IndexByte(p.s[p.i:], '\n')
			if end < 0 {
				p.i = len(p.s)
			} else {
				p.i += end
			}
		case strings.HasPrefix(p.s[p.i:], "/*"):
			end := strings.Index(p.s[p.i+2:], "*/")
			if end < 0 {
				return p.fault("a comment has no end")
			}
			p.n += strings.Count(p.s[p.i:p.i+2+end], "\n")
			p.i += end + 4
		case strings.HasPrefix(p.s[p.i:], "\ufeff"):
			p.i += len("\ufeff")
		default:
			return nil
		}
	}
	return nil
}

func (p *jsonParser) value(depth int) (*value, error) {
	if depth > maxDepth {
		return nil, errDeep
	}
	if p.i >= len(p.s) {
		return nil, p.fault("it ends too early")
	}
	switch p.s[p.i] {
	case '{':
		return p.object(depth)
	case '[':
		return p.array(depth)
	case '"', '\'':
		v := &value{kind: scalar, quoted: true, line: p.n}
		var err error
		v.text, err = p.str()
		return v, err
	}
	start := p.i
	for p.i < len(p.s) && !strings.ContainsRune(" \t\r\n,:{}[]\"'/", rune(p.s[p.i])) {
		p.i++
	}
	word := p.s[start:p.i]
	if _, err := strconv.ParseFloat(word, 64); err != nil && word != "true" && word != "false" && word != "null" {
		return nil, p.fault("there is no value where one should be")
	}
	return &value{kind: scalar, text: word, line: p.n}, nil
}

// next goes to the next item of an object or an array, and reports whether there is one.
func (p *jsonParser) next(closing byte, first bool) (bool, error) {
	if err := p.space(); err != nil {
		return false, err
	}
	if !first && p.i < len(p.s) && p.s[p.i] == ',' {
		p.i++
		if err := p.space(); err != nil {
			return false, err
		}
		first = true
	}
	switch {
	case p.i >= len(p.s):
		return false, p.fault("it ends too early")
	case p.s[p.i] == closing:
		p.i++
		return false, nil
	case !first:
		return false, p.fault("a comma is missing")
	}
	return true, nil
}

func (p *jsonParser) array(depth int) (*value, error) {
	v := &value{kind: sequence, line: p.n}
	p.i++
	for first := true; ; first = false {
		more, err := p.next(']', first)
		if err != nil || !more {
			return v, err
		}
		item, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		v.items = append(v.items, item)
	}
}

func (p *jsonParser) object(depth int) (*value, error) {
	v := &value{kind: mapping, line: p.n}
	p.i++
	for first := true; ; first = false {
		more, err := p.next('}', first)
		if err != nil || !more {
			return v, err
		}
		n := p.n
		key, err := p.key()
		if err == nil {
			err = p.space()
		}
		if err != nil {
			return nil, err
		}
		if p.i >= len(p.s) || p.s[p.i] != ':' {
			return nil, p.fault("a colon is missing")
		}
		p.i++
		if err := p.space(); err != nil {
			return nil, err
		}
		item, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		item.line = n
		v.set(key, item)
	}
}

func (p *jsonParser) key() (string, error) {
	if c := p.s[p.i]; c == '"' || c == '\'' {
		return p.str()
	}
	start := p.i
	for p.i < len(p.s) && (p.s[p.i] == '_' || p.s[p.i] == '$' || p.s[p.i] == '-' || isWordByte(p.s[p.i])) {
		p.i++
	}
	if p.i == start {
		return "", p.fault("a name is missing")
	}
	return p.s[start:p.i], nil
}

func isWordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= utf8.RuneSelf
}

var errString = errors.New("a string has no end")

func (p *jsonParser) str() (string, error) {
	quote := p.s[p.i]
	p.i++
	start := p.i
	for p.i < len(p.s) && p.s[p.i] != quote && p.s[p.i] != '\\' && p.s[p.i] != '\n' {
		p.i++
	}
	if p.i < len(p.s) && p.s[p.i] == quote {
		s := p.s[start:p.i]
		p.i++
		return strings.ToValidUTF8(s, "\ufffd"), nil
	}
	var b strings.Builder
	b.WriteString(p.s[start:p.i])
	for p.i < len(p.s) {
		switch c := p.s[p.i]; c {
		case quote:
			p.i++
			return strings.ToValidUTF8(b.String(), "\ufffd"), nil
		case '\n':
			return "", p.fault(errString.Error())
		case '\\':
			p.escape(&b)
		default:
			b.WriteByte(c)
			p.i++
		}
	}
	return "", p.fault(errString.Error())
}

// escape reads what stands behind a backslash.
func (p *jsonParser) escape(b *strings.Builder) {
	p.i++
	if p.i >= len(p.s) {
		return
	}
	c := p.s[p.i]
	p.i++
	switch c {
	case 'n':
		b.WriteByte('\n')
	case 't':
		b.WriteByte('\t')
	case 'r':
		b.WriteByte('\r')
	case 'b':
		b.WriteByte('\b')
	case 'f':
		b.WriteByte('\f')
	case 'u':
		r := p.hex()
		if utf16.IsSurrogate(r) && strings.HasPrefix(p.s[p.i:], `\u`) {
			p.i += 2
			r = utf16.DecodeRune(r, p.hex())
		}
		b.WriteRune(r)
	case '\n':
		p.n++
	default:
		b.WriteByte(c)
	}
}

func (p *jsonParser) hex() rune {
	if p.i+4 > len(p.s) {
		return utf8.RuneError
	}
	n, err := strconv.ParseUint(p.s[p.i:p.i+4], 16, 16)
	if err != nil {
		return utf8.RuneError
	}
	p.i += 4
	return rune(n)
}
