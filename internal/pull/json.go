package pull

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// FormatVersion is the version of the JSON form that [Encode] writes.
const FormatVersion = 1

// MaxSnapshot bounds the snapshot that [Decode] reads, in bytes: 3,000 files with their patches fit many times over.
const MaxSnapshot = 256 << 20

type snapshot struct {
	Version int `json:"version"`
	Request
}

// Encode writes r in its JSON form: one object with "version": 1 and the fields of [Request] under their JSON names.
// Times are RFC 3339, facts are lists of names, what is empty may be absent. [Decode] reads it back to an equal value.
func Encode(w io.Writer, r *Request) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(snapshot{FormatVersion, *r})
}

// Decode reads the JSON form that [Encode] writes. A field that it doesn't know, another version, text after the
// object and more than [MaxSnapshot] bytes are errors: a snapshot that is half understood must not be judged.
func Decode(in io.Reader) (*Request, error) {
	limited := &io.LimitedReader{R: in, N: MaxSnapshot + 1}
	dec := json.NewDecoder(limited)
	dec.DisallowUnknownFields()
	var s snapshot
	if err := dec.Decode(&s); err != nil {
		if limited.N <= 0 {
			return nil, fmt.Errorf("snapshot: larger than %d MiB", MaxSnapshot>>20)
		}
		return nil, fmt.Errorf("snapshot: %w", explain(err))
	}
	if s.Version != FormatVersion {
		return nil, fmt.Errorf(`snapshot: "version" is %d; this sluice reads version %d`, s.Version, FormatVersion)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("snapshot: there is more after the object; a snapshot is one JSON object")
	}
	return &s.Request, nil
}

func explain(err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("not JSON at byte %d: %w", syntax.Offset, err)
	}
	return err
}

// Equal reports whether both are the same pull request with the same facts.
func Equal(a, b *Request) bool {
	var x, y bytes.Buffer
	return Encode(&x, a) == nil && Encode(&y, b) == nil && bytes.Equal(x.Bytes(), y.Bytes())
}
