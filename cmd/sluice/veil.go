package main

import (
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// veil takes the server's secrets out of what people read: the last of several guards, for the library that one day puts
// its arguments into an error.
type veil struct{ replacer *strings.Replacer }

// hidden stands where a secret would.
const hidden = "[secret]"

// shortest secrets that are looked for: a shorter one would black out words that only look like it.
const shortestHidden = 6

// password is that of a URL which net/url may not be able to parse.
var password = regexp.MustCompile(`://[^/@:]*:([^@]+)@`)

// newVeil hides secrets in each form in which they may be printed.
func newVeil(secrets ...string) *veil {
	var all []string
	for _, secret := range secrets {
		forms := []string{secret, url.QueryEscape(secret), url.PathEscape(secret)}
		if quoted, err := json.Marshal(secret); err == nil {
			forms = append(forms, string(quoted[1:len(quoted)-1]))
		}
		// A key is shown line by line as well.
		for line := range strings.Lines(secret) {
			if line = strings.TrimSpace(line); len(line) >= 32 && !strings.HasPrefix(line, "-----") {
				forms = append(forms, line)
			}
		}
		for _, form := range forms {
			if len(form) >= shortestHidden && !slices.Contains(all, form) {
				all = append(all, form)
			}
		}
	}
	// The replacer takes the first that fits.
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, form := range all {
		pairs = append(pairs, form, hidden)
	}
	return &veil{strings.NewReplacer(pairs...)}
}

// veil hides what c must not give away.
func (c *serverConfig) veil() *veil {
	secrets := []string{c.GitHub.App.PrivateKey, c.GitHub.App.WebhookSecret, c.WebhookSecretOld, c.GitHub.OAuth.ClientSecret}
	for _, address := range []string{c.DatabaseURL, c.traces} {
		if m := password.FindStringSubmatch(address); m != nil {
			secrets = append(secrets, m[1])
		}
		u, err := url.Parse(address)
		if err != nil {
			continue
		}
		if word, ok := u.User.Password(); ok {
			secrets = append(secrets, word)
		}
		for _, key := range []string{"password", "sslpassword"} {
			secrets = append(secrets, u.Query().Get(key))
		}
	}
	return newVeil(secrets...)
}

// tokens are GitHub's, and the App's own: docs, "Behind GitHub's new authentication token formats". Sluice makes and
// gets new ones every hour, so they are known by their form.
var tokens = regexp.MustCompile(`\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255}|eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,})`)

func (v *veil) text(s string) string {
	s = v.replacer.Replace(s)
	if strings.Contains(s, "gh") || strings.Contains(s, "github_pat_") || strings.Contains(s, "eyJ") {
		s = tokens.ReplaceAllString(s, hidden)
	}
	return s
}

// error is err without secrets. Where there were none it is err itself, which can be asked for its kind.
func (v *veil) error(err error) error {
	if err == nil {
		return nil
	}
	if text := v.text(err.Error()); text != err.Error() {
		return errors.New(text)
	}
	return err
}

// over is a writer whose lines come to w without secrets.
func (v *veil) over(w io.Writer) io.Writer { return veiled{v, w} }

type veiled struct {
	*veil
	to io.Writer
}

// Write writes p, which is whole lines.
func (v veiled) Write(p []byte) (int, error) {
	if _, err := io.WriteString(v.to, v.text(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}
