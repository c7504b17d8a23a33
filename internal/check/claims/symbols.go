package claims

import (
	"fmt"
	"regexp"
	"strings"
)

// symbolEnd is what may follow symbols that a verb governs: what would make another noun of them is none of it.
var symbolEnd = regexp.MustCompile(`^(?:$|[,.;:()!*_]| \(| -| (?:&|\+|to|in|into|for|with|so|that|which|and|from|as|on|when|via|by|using|function|functions|method|methods|class|classes|struct|structs|type|types|interface|interfaces|field|fields|property|properties|` +
	`option|options|flag|flags|parameter|parameters|param|params|argument|arguments|constant|constants|variable|variables|enum|module|package|command|hook|hooks|component|components|column|columns|table|tables|helper|helpers|utility|model|service|trait|macro|decorator|annotation|middleware|dependency|library)\b)`)

var (
	// newOne says in the passive that something new was made.
	newOne = regexp.MustCompile(`^[\W_]*(?:(?:a|an|the|two|three) )?new ` + modifiers + `(` + objList + `)(?: [a-z-]+){0,2} (?:was|were|has been|have been) (?:also )?(?:added|introduced|created|implemented)\b`)
	// isNew says behind a name that it is new, and what it is.
	isNew = regexp.MustCompile(`^[\W_]*(` + obj + `)[*_]*(?::| -)[*_]* (?:a |the )?new (?:\w+ ){0,2}(?:function|method|class|component|hook|helper|type|struct|interface|service|module|command|utility|model|field|option)\b`)
	// making governs what only this change can have made, by its noun.
	making = regexp.MustCompile(`\b(?:implement|implements|implemented|implementing|extract|extracts|extracted|extracting) ` + modifiers + `(` + objList + `) (?:function|functions|method|methods|class|component|components|hook|hooks|helper|helpers|service|middleware|command|module|utility|model)\b`)
	// exchanged puts one name in the place of another.
	exchanged = regexp.MustCompile(`\b(?:replace|replaces|replaced|replacing) ` + modifiers + `(` + obj + `)(?: (?:calls?|usages?|uses))? (?:with|by) ` + modifiers + `(` + obj + `)`)
)

// symbolClaims are the names in back ticks that the change says it adds, removes or renames.
func symbolClaims(c *change, s *statement) []claim {
	if !strings.ContainsFunc(s.text, isObject) {
		return nil
	}
	var found []claim
	add := func(objs string, d deed, sure bool) {
		for _, r := range objs {
			if !isObject(r) {
				continue
			}
			name := s.object(r).symbol()
			if name == "" || len(found) == maxClaims {
				continue
			}
			c.want(name)
			found = append(found, claim{said: s, key: fmt.Sprintf("symbol %s %s", d, fold(name)), judge: func(c *change) answer { return c.judgeSymbol(name, d, sure) }})
		}
	}
	for _, m := range governs.FindAllStringSubmatchIndex(s.text, -1) {
		if d := deedOf(m); d != changes && s.acts(m[0]) && symbolEnd.MatchString(s.text[m[1]:]) {
			add(s.text[m[8]:m[9]], d, true)
		}
	}
	if m := renamed.FindStringSubmatchIndex(s.text); m != nil && s.acts(m[0]) {
		add(s.text[m[2]:m[3]], removes, false)
		add(s.text[m[4]:m[5]], adds, true)
	}
	if m := exchanged.FindStringSubmatchIndex(s.text); m != nil && s.acts(m[0]) && symbolEnd.MatchString(s.text[m[1]:]) {
		add(s.text[m[2]:m[3]], removes, false)
		add(s.text[m[4]:m[5]], adds, true)
	}
	if m := isNew.FindStringSubmatch(s.text); m != nil {
		add(m[1], adds, true)
	}
	if m := newThing.FindStringSubmatchIndex(s.text); m != nil && symbolEnd.MatchString(s.text[m[1]:]) {
		add(s.text[m[2]:m[3]], adds, true)
	}
	if m := newOne.FindStringSubmatch(s.text); m != nil {
		add(m[1], adds, true)
	}
	if m := making.FindStringSubmatchIndex(s.text); m != nil && s.acts(m[0]) {
		add(s.text[m[2]:m[3]], adds, true)
	}
	return found
}

// judgeSymbol looks for a name in the diff. sure says that nothing but this change can be meant.
func (c *change) judgeSymbol(name string, d deed, sure bool) answer {
	t := c.wanted[fold(name)]
	hit, verb := t.added, "added"
	if d == removes {
		hit, verb = t.removed, "removed"
	}
	switch {
	case hit != nil:
		return answer{state: confirmed, why: fmt.Sprintf("%s is in %s lines", name, verb), place: *hit}
	case t.name:
		return answer{state: confirmed, why: fmt.Sprintf("%s is in the name of a changed file", name)}
	case t.any():
		return answer{why: fmt.Sprintf("%s is in the diff, but in no %s line", name, verb)}
	case !c.wholeTextRead():
		return answer{why: fmt.Sprintf("%s is in no line that was read; not all of the diff was", name)}
	case sure && c.nowhere(name):
		return answer{
			state: contradicted, why: fmt.Sprintf("%s is nowhere in the diff", name),
			fix: fmt.Sprintf("Commit what %s %s, or take it out of the description.", d, name),
		}
	}
	return answer{why: fmt.Sprintf("%s is not in the diff by that name", name)}
}
