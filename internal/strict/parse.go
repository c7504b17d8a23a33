package strict

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// The bounds of a file. Nothing that people write by hand comes near them.
const (
	MaxText  = 1 << 20 // bytes
	MaxDepth = 32      // lists and mappings within each other
)

// Parse reads text as one YAML document and returns its root; an empty file's root is a null. The source names the text
// in the problems. With any problem the node is nil.
//
// Refused beside what is no YAML: more than [MaxText] bytes, deeper nesting than [MaxDepth], bytes that are not UTF-8,
// a second document, anchors, aliases, merge keys and tags of one's own. A file that is refused costs no more than its
// length.
func Parse(source string, text []byte) (*yaml.Node, []Problem) {
	if p, bad := unreadable(text); bad {
		return nil, In(source, []Problem{p})
	}
	root, problems := parse(text)
	if len(problems) == 0 {
		problems = refuse(root, 0, nil)
	}
	if len(problems) > 0 {
		return nil, In(source, problems)
	}
	return root, nil
}

// unreadable finds what no YAML parser should see.
func unreadable(text []byte) (Problem, bool) {
	if len(text) > MaxText {
		return Problem{Message: fmt.Sprintf("the file has %d bytes; at most %d are read", len(text), MaxText)}, true
	}
	line, column := 1, 1
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		switch {
		case r == utf8.RuneError && n <= 1:
			return Problem{Line: line, Column: column, Message: fmt.Sprintf("the byte %#x is not UTF-8; save the file as UTF-8", text[i])}, true
		case r < ' ' && r != '\t' && r != '\n' && r != '\r', r == 0x7f:
			return Problem{Line: line, Column: column, Message: fmt.Sprintf("there is the control character %#x; delete it", r)}, true
		case r == '\n':
			line, column = line+1, 0
		}
		i, column = i+n, column+1
	}
	return Problem{}, false
}

func parse(text []byte) (root *yaml.Node, problems []Problem) {
	// The parser is not ours and its texts are not either: should it panic, the file is refused.
	defer func() {
		if r := recover(); r != nil {
			root, problems = nil, []Problem{{Message: fmt.Sprintf("the YAML cannot be read: %v", r)}}
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var doc, second yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Line: 1, Column: 1}, nil
	case err != nil:
		return nil, []Problem{syntax(text, err)}
	}
	switch err := dec.Decode(&second); {
	case err == nil:
		return nil, []Problem{At(&second, "a second document begins; a file holds one, so delete the line ---")}
	case !errors.Is(err, io.EOF):
		return nil, []Problem{syntax(text, err)}
	}
	return doc.Content[0], nil
}

// refuse collects what is YAML but makes a file mean more than it shows.
func refuse(node *yaml.Node, depth int, problems []Problem) []Problem {
	switch {
	case len(problems) >= maxProblems:
		return problems
	case depth > MaxDepth:
		return append(problems, At(node, "this is nested more than %d deep", MaxDepth))
	case node.Kind == yaml.AliasNode:
		return append(problems, At(node, "%s reads as an alias, and aliases are not taken; write the value out, or put it in quotes if it is meant as it stands", quote("*"+node.Value)))
	case node.Anchor != "":
		problems = append(problems, At(node, "%s reads as an anchor, and anchors are not taken; write the value out, or put it in quotes if it is meant as it stands", quote("&"+node.Anchor)))
	}
	switch tag := node.ShortTag(); tag {
	case "!!str", "!!int", "!!float", "!!bool", "!!null", "!!timestamp", "!!seq", "!!map":
	case "!!merge":
		problems = append(problems, At(node, "merge keys (<<) are not taken; write the values out"))
	default:
		problems = append(problems, At(node, "the tag %s is not taken; put the value in quotes if it is meant as it stands", quote(tag)))
	}
	for _, child := range node.Content {
		problems = refuse(child, depth+1, problems)
	}
	return problems
}
