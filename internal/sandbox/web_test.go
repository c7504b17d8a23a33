package sandbox

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// The page of the hostile sample shows its words and runs none of them.
func TestPagesShowHostileWords(t *testing.T) {
	s := loaded(t)
	get := func(path string) string {
		req, err := http.NewRequestWithContext(t.Context(), "GET", s.WebURL()+path, nil)
		must(t, err)
		resp, err := http.DefaultClient.Do(req)
		must(t, err)
		defer resp.Body.Close()
		data, err := io.ReadAll(resp.Body)
		must(t, err)
		if resp.StatusCode != 200 || !strings.HasPrefix(resp.Header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: %d, %q", path, resp.StatusCode, resp.Header.Get("Content-Security-Policy"))
		}
		return string(data)
	}
	for _, path := range []string{"/", "/acme/upload/pull/77"} {
		page := get(path)
		for _, bad := range []string{"<script", "<img", "javascript:alert(1)\"", "onerror"} {
			if strings.Contains(page, bad) {
				t.Errorf("%s has %s", path, bad)
			}
		}
	}
	if page := get("/acme/upload/pull/77"); !strings.Contains(page, "Uploads are limited to 20 MB") || !strings.Contains(page, "limit_test.go") {
		t.Error("the page does not show the description and the files")
	}
}

func TestRawHTMLIsLetThroughByName(t *testing.T) {
	for text, want := range map[string]string{
		"<details>\n<summary>More</summary>\n\n**bold**\n\n</details>": "<details>\n<summary>More</summary>\n<p><strong>bold</strong></p>\n</details>",
		"<details onclick=\"x()\">":                                    "&lt;details onclick=&#34;x()&#34;&gt;",
		"a <!-- hidden --> b":                                          "<p>a  b</p>\n",
		"a <sub>low</sub> <a href=\"https://example.com\">x</a>":       "<p>a <sub>low</sub> &lt;a href=&#34;https://example.com&#34;&gt;x&lt;/a&gt;</p>\n",
		"[x](javascript:alert(1))":                                     "<p><a href=\"\">x</a></p>\n",
	} {
		if got := string(rendered(text)); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
