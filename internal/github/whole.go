package github

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
)

// whole is what stands before the cache. It lets only whole answers in, for one that is cut short would be taken from there
// as often as GitHub says that nothing has changed. And it has each validated before it is used again: GitHub allows a minute
// without, in which a pull request grows old, and what a token may see changes.
type whole struct{ next http.RoundTripper }

var maxAge = regexp.MustCompile(`max-age=\d+`)

// RoundTrip sends r.
func (w whole) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := w.next.RoundTrip(r)
	if err == nil && resp.Header.Get("Cache-Control") != "" { // a 304's takes the place of the one that is kept
		resp.Header.Set("Cache-Control", maxAge.ReplaceAllString(resp.Header.Get("Cache-Control"), "max-age=0"))
	}
	if err != nil || r.Method != http.MethodGet || resp.StatusCode != http.StatusOK {
		return resp, err
	}
	data, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close() // it was read, or is of no use
	if err != nil {
		return nil, err
	}
	if !json.Valid(data) {
		return nil, errors.New("GitHub's answer is cut short")
	}
	resp.Body = io.NopCloser(&ending{data: bytes.TrimSpace(data)})
	return resp, nil
}

// ending tells the end with the last of the data. The cache keeps what was read to its end, and who decodes JSON reads no
// further than to the last brace.
type ending struct{ data []byte }

func (e *ending) Read(p []byte) (n int, err error) {
	n = copy(p, e.data)
	if e.data = e.data[n:]; len(e.data) == 0 {
		err = io.EOF
	}
	return n, err
}
