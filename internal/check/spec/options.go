package spec

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Source is a kind of place where a spec may stand.
type Source string

// The sources.
const (
	FromIssue Source = "issue"
	FromPath  Source = "path"
	FromKey   Source = "key"
	FromURL   Source = "url"
)

// Options are what a policy can say of this check.
type Options struct {
	// Sources are the kinds of specs that count. A source that needs an option and has none counts nothing.
	Sources []Source `yaml:"sources" json:"sources"`
	// Path are globs of the files that are specs.
	Path []string `yaml:"path" json:"path"`
	// Key is a regular expression for the keys of another tracker.
	Key string `yaml:"key" json:"key"`
	// KeyURL is where a key leads, with {key} in its place.
	KeyURL string `yaml:"key_url" json:"key_url"`
	// URL are addresses below which every page is a spec.
	URL []string `yaml:"url" json:"url"`
	// MinWords is how many different words an issue or a file must say.
	MinWords int `yaml:"min_words" json:"min_words"`
	// Criteria is what becomes of criteria that nobody mentions.
	Criteria Weight `yaml:"criteria" json:"criteria"`
	// Fresh is what becomes of a spec that was written or changed after the work began.
	Fresh Weight `yaml:"fresh" json:"fresh"`
	// Ready are labels of which an issue must carry one; none for no such rule.
	Ready []string `yaml:"ready" json:"ready"`
	// NotReady are labels of which no issue that the pull request names may carry one.
	NotReady []string `yaml:"not_ready" json:"not_ready"`
}

// Weight is what something seen comes to.
type Weight string

// The weights: it fails, it is shown, it is not looked at.
const (
	Require Weight = "require"
	Show    Weight = "show"
	Off     Weight = "off"
)

// Values lists the weights.
func (Weight) Values() []string { return []string{string(Require), string(Show), string(Off)} }

var defaults = Options{
	Sources:  []Source{FromIssue, FromPath, FromKey, FromURL},
	Path:     []string{"docs/specs/**/*.md", "specs/**/*.md", ".kiro/specs/**/*.md"},
	MinWords: 5,
	Criteria: Show,
	Fresh:    Show,
}

// Validate reports each mistake under the name of its option.
func (o Options) Validate() map[string]error {
	problems := map[string]error{}
	for _, s := range o.Sources {
		switch s {
		case FromIssue, FromPath, FromKey, FromURL:
		default:
			problems["sources"] = fmt.Errorf("no source is named %q; the sources are issue, path, key and url", s)
		}
	}
	if problems["sources"] == nil && !o.uses(FromIssue) && !o.uses(FromPath) && !o.uses(FromKey) && !o.uses(FromURL) {
		problems["sources"] = errors.New("nothing could be a spec: name issue, or a source whose option is set (path, key, url)")
	}
	for _, glob := range o.Path {
		if !doublestar.ValidatePattern(glob) || strings.HasPrefix(glob, "/") {
			problems["path"] = fmt.Errorf("%q is no glob of paths in a repository, such as docs/specs/**", glob)
		}
	}
	if re, err := regexp.Compile(o.Key); err != nil {
		problems["key"] = err
	} else if o.Key != "" && re.MatchString("") {
		problems["key"] = fmt.Errorf("%q matches every text; a pattern looks like PROJ-[0-9]+", o.Key)
	}
	if o.KeyURL != "" && (!strings.Contains(o.KeyURL, "{key}") || !web(strings.ReplaceAll(o.KeyURL, "{key}", "KEY"))) {
		problems["key_url"] = errors.New("must be an https address with {key} in it, such as https://tracker.example/browse/{key}")
	}
	for _, prefix := range o.URL {
		if u, err := url.Parse(prefix); err != nil || !web(prefix) || u.RawQuery != "" || u.Fragment != "" {
			problems["url"] = fmt.Errorf("%q is no https address to look below, such as https://wiki.example/specs/", prefix)
		}
	}
	if o.MinWords < 1 {
		problems["min_words"] = errors.New("must be at least 1")
	}
	for name, w := range map[string]Weight{"criteria": o.Criteria, "fresh": o.Fresh} {
		if !slices.Contains(w.Values(), string(w)) {
			problems[name] = fmt.Errorf("cannot be %q; it is require, show or off", w)
		}
	}
	for _, label := range o.Ready {
		if carries([]string{label}, o.NotReady) != "" {
			problems["not_ready"] = fmt.Errorf("%q is among ready, too", label)
		}
	}
	return problems
}

func web(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}

// uses reports whether a source is wanted and has what it needs.
func (o Options) uses(source Source) bool {
	for _, s := range o.Sources {
		if s != source {
			continue
		}
		switch source {
		case FromPath:
			return len(o.Path) > 0
		case FromKey:
			return o.Key != ""
		case FromURL:
			return len(o.URL) > 0
		}
		return true
	}
	return false
}

// ways lists what would name a spec, for somebody who has named none.
func (o Options) ways() string {
	var ways []string
	if o.uses(FromIssue) {
		ways = append(ways, `write "Fixes #<number>" with the open issue that it is to do ("Refs #<number>" for a part of one)`)
	}
	if o.uses(FromKey) {
		ways = append(ways, fmt.Sprintf("name the ticket's key (%s)", o.Key))
	}
	if o.uses(FromPath) {
		ways = append(ways, fmt.Sprintf("name the spec's file (%s)", strings.Join(o.Path, ", ")))
	}
	if o.uses(FromURL) {
		ways = append(ways, fmt.Sprintf("link a page below %s", strings.Join(o.URL, " or ")))
	}
	return "In the description, " + strings.Join(ways, ", or ") + "."
}
