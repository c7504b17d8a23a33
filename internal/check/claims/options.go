package claims

import (
	"errors"
	"fmt"
	"slices"
)

// Listed is a sort of findings that a policy can have listed.
type Listed string

// The sorts of findings besides contradictions, which are always listed.
const (
	Confirmed   Listed = "confirmed"
	Open        Listed = "open"
	Unmentioned Listed = "unmentioned"
)

// Values lists the sorts.
func (Listed) Values() []string {
	return []string{string(Confirmed), string(Open), string(Unmentioned)}
}

// Options are what a policy can say of this check.
type Options struct {
	// List are the findings that are listed besides contradictions.
	List []Listed `yaml:"list" json:"list"`
	// Large is from how many changed lines on a code file that the description doesn't mention is listed.
	Large int `yaml:"large" json:"large"`
}

var defaults = Options{List: []Listed{Open, Unmentioned}, Large: 300}

// Validate reports each mistake under the name of its option.
func (o Options) Validate() map[string]error {
	problems := map[string]error{}
	for _, l := range o.List {
		if !slices.Contains(Listed("").Values(), string(l)) {
			problems["list"] = fmt.Errorf("nothing is listed as %q; the sorts are confirmed, open and unmentioned", l)
		}
	}
	if o.Large < 1 {
		problems["large"] = errors.New("must be at least 1")
	}
	return problems
}

func (o Options) lists(l Listed) bool { return slices.Contains(o.List, l) }
