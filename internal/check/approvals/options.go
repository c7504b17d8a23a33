package approvals

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Options are what a policy can say of it.
type Options struct {
	// Count is how many people must sign.
	Count int `yaml:"count" json:"count"`
	// From has who may sign: "ana" or "@ana", "@acme/payments", and "owners" for the code owners of the touched paths. Empty
	// for everybody who may write to the repository.
	From []string `yaml:"from" json:"from"`
	// Each asks for an approval from each that From names; of the owners, from each line of CODEOWNERS that decides on a
	// touched path.
	Each bool `yaml:"each" json:"each"`
}

var defaults = Options{Count: 1}

// codeOwners is the word in From that stands for the owners of the touched paths.
const codeOwners = "owners"

// maxCount is how many approvals GitHub itself can ask for, and more than anybody wants.
const maxCount = 10

var (
	userName = regexp.MustCompile(`^@?[A-Za-z0-9](?:[A-Za-z0-9_-]*)$`)
	teamName = regexp.MustCompile(`^@?[A-Za-z0-9][A-Za-z0-9_-]*/[A-Za-z0-9_][A-Za-z0-9_.-]*$`)
)

// Validate reports each mistake under the name of its option.
func (o Options) Validate() map[string]error {
	problems := map[string]error{}
	switch {
	case o.Count < 1:
		problems["count"] = errors.New("at least one person signs; to ask for nobody, switch the check off")
	case o.Count > maxCount:
		problems["count"] = fmt.Errorf("%d people are too many; %d is the most", o.Count, maxCount)
	}
	seen := map[string]bool{}
	for _, from := range o.From {
		key := strings.ToLower(strings.TrimPrefix(from, "@"))
		switch {
		case strings.HasSuffix(key, "[bot]"):
			problems["from"] = fmt.Errorf("%q is a bot, and people sign", from)
		case from == "@"+codeOwners:
			problems["from"] = fmt.Errorf("write %q for the code owners", codeOwners)
		case !userName.MatchString(from) && !teamName.MatchString(from):
			problems["from"] = fmt.Errorf(`%q is neither a login ("@ana"), nor a team ("@acme/payments"), nor %q`, from, codeOwners)
		case seen[key]:
			problems["from"] = fmt.Errorf("%q is there twice", from)
		}
		seen[key] = true
	}
	if o.Each && len(o.From) == 0 {
		problems["each"] = errors.New("it needs from: whose approval is each?")
	}
	return problems
}

// owners reports whether the code owners are among those who sign.
func (o Options) owners() bool {
	for _, from := range o.From {
		if from == codeOwners {
			return true
		}
	}
	return false
}
