package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"unicode/utf8"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check/all"
	"github.com/sluicegate/sluice/internal/policy"
)

// explainPolicy prints the policy of a clone or a file as its layers leave it, each value with where it is from.
func explainPolicy(in io.Reader, out io.Writer, org string, args []string) error {
	layers, missing, err := explainedLayers(in, org, args)
	if err != nil {
		return err
	}
	merged, notes, problems := policy.Merge(all.Checks, agent.BuiltIn().Names(), layers...)
	if len(problems) > 0 {
		return fmt.Errorf("the policy is invalid:\n%w", joined(problems))
	}
	w := &lines{out: out}
	for _, l := range merged {
		w.line("%s", explained(l))
	}
	for _, note := range notes {
		w.line("# note: %s", note)
	}
	if missing != "" {
		w.line("# note: There is no %s.", missing)
	}
	return w.err
}

// originColumn is where the origins stand, if the values leave room.
const originColumn = 56

// explained is a line of a policy with where it is from, as a comment.
func explained(l policy.Merged) string {
	from := l.Note
	if l.Source != "" {
		from = fmt.Sprintf("%s:%d", l.Source, l.Line)
		if l.Note != "" {
			from += "; " + l.Note
		}
	}
	if l.Locked {
		from += ", locked"
	}
	if from == "" {
		return l.Text
	}
	room := max(originColumn-utf8.RuneCountInString(l.Text), 2)
	return fmt.Sprintf("%s%*s# %s", l.Text, room, "", from)
}

// explainedLayers reads the organisation's file, where one is named, and the repository's: a file, or that of a folder,
// or of the current one. A folder may have none; its path is missing then.
func explainedLayers(in io.Reader, org string, args []string) (layers []policy.Layer, missing string, err error) {
	if org != "" {
		layer, err := readLayer(in, policy.OrganisationLayer, org)
		if err != nil {
			return nil, "", err
		}
		layers = append(layers, layer)
	}
	path, named := policy.Path, false
	if len(args) > 0 {
		path, named = args[0], true
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			path, named = filepath.Join(path, filepath.FromSlash(policy.Path)), false
		}
	}
	layer, err := readLayer(in, policy.RepositoryLayer, path)
	if errors.Is(err, fs.ErrNotExist) && !named {
		return layers, path, nil
	}
	return append(layers, layer), "", err
}
