package ownership

import (
	"fmt"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Need is what it costs where something is missing.
type Need string

// The needs.
const (
	Require Need = "require" // the check fails
	Show    Need = "show"    // it says so
	Off     Need = "off"     // nobody looks
)

// Values lists the needs.
func (Need) Values() []string { return []string{string(Require), string(Show), string(Off)} }

// Options are what a policy can say of it. That a person answers for the change is no option: it is what the check is for.
type Options struct {
	// File is what it costs that the base has no CODEOWNERS at all.
	File Need `yaml:"file" json:"file"`
	// Owners is what a touched path without an owner costs, where there is a CODEOWNERS.
	Owners Need `yaml:"owners" json:"owners"`
	// Asked is what it costs that no owner of a touched path was asked for a review or has answered.
	Asked Need `yaml:"asked" json:"asked"`
	// Ignore has globs of the paths that need no owner.
	Ignore []string `yaml:"ignore" json:"ignore"`
}

var defaults = Options{File: Show, Owners: Require, Asked: Require}

// Validate reports globs that can never match.
func (o Options) Validate() map[string]error {
	for _, glob := range o.Ignore {
		if glob == "" || strings.HasPrefix(glob, "/") || strings.HasSuffix(glob, "/") || !doublestar.ValidatePattern(glob) {
			return map[string]error{"ignore": fmt.Errorf(`%q matches no path; paths begin at the repository's root, and "dir/**" is everything below dir`, glob)}
		}
	}
	return nil
}

func (o Options) ignored(path string) bool {
	for _, glob := range o.Ignore {
		if doublestar.MatchUnvalidated(glob, path) {
			return true
		}
	}
	return false
}
