package claims

import (
	"regexp"
	"strings"
)

var (
	// doubts take a claim back, or put it elsewhere, wherever they stand in its sentence.
	doubts = regexp.MustCompile(`\b(?:todo|to-do|fixme|tbd|wip|n/a|not applicable|if (?:applicable|needed|necessary|required|possible|any|so|relevant)|where (?:applicable|needed|necessary|relevant)|as (?:needed|appropriate|necessary|applicable)|` +
		`when (?:applicable|needed|necessary)|follow[- ]?ups?|later|future|upcoming|separate(?:ly)?|(?:another|next|previous|earlier|last|subsequent|companion|sibling|parent|other|prior|stacked|base) (?:pr|prs|pull requests?|commit|commits|change|changes|release|repo|repository|branch|version)|` +
		`not (?:in|part of) this|out[- ]of[- ]scope|upstream|downstream|was previously|previously|already|originally|formerly|used to|no longer needed|optional|suggested|nice to have|or not)\b` +
		`|\b(?:main|core|private|public|backend|frontend|test|tests|docs|infra|upstream|their|its own|own|different|sister) repo(?:s|sitory)?\b` +
		`|\b(?:in|since|by|from|after|before|until|of|per|see) (?:pr |pull request |commit |mr )?(?:#\d|https?://|[0-9a-f]{7,40}\b)` +
		`|\b(?:in|since|before|after|from|as of|until) (?:[a-z.]+ )?v?\d+\.\d`)
	// wishes stand before what somebody should do, may do, will do, or would have done.
	wishes = regexp.MustCompile(`\b(?:would|should|could|might|may|can|cannot|must|shall|will|won't|need(?:s|ed)?|wants?|wanted|going to|about to|plan(?:s|ned)?|let me|let's|try|tries|tried|propos(?:e|es|ed|ing)|suggest(?:s|ed|ing)?|consider(?:s|ed|ing)?|` +
		`recommend(?:s|ed)?|asks?|asked|request(?:s|ed)?|please|you|your|they|users?|if|unless|whether|when|whenever|once|until|while|since|because|after|before|how|example|e\.g|for instance|such as|like|unlike|than|to verify|to test|to reproduce|` +
		`due to|caused by|reverts?|reverting|reverted|instead|allow(?:s|ed|ing)?|lets?|enabl(?:e|es|ed|ing)|makes? sure|ensures?|so that|which|who|where|that|feel free|ready|remember|forgot|forget|missing|wrongly|incorrectly|accidentally|mistakenly)\b|'ll\b|'d\b`)
	// denials stand before what somebody did not do.
	denials = regexp.MustCompile(`\b(?:no|not|without|never|neither|nor|none|cannot|avoid(?:s|ed|ing)?|rather|prevent(?:s|ed|ing)?|stop(?:s|ped|ping)?|fail(?:s|ed|ing)?|hardly|skip(?:s|ped|ping)?|missing|lack(?:s|ing)?|zero|0|nothing|nobody)\b|n't\b|\baren't\b`)
)

// skip reports whether a statement claims nothing: a question, a plan, the past, somebody else's.
func (s *statement) skip() bool {
	return strings.HasSuffix(s.text, "?") || doubts.MatchString(s.text) || doubtfulLead(s.lead)
}

// doubtfulLead reports whether the line above a list says that its items are not what this change does.
func doubtfulLead(lead string) bool {
	return lead != "" && (doubts.MatchString(lead) || wishes.MatchString(lead) || denials.MatchString(lead) || otherwhere.MatchString(lead) && !ours.MatchString(strings.TrimSuffix(lead, ":")))
}

// denied reports whether what is said before a claim takes it back.
func denied(before string) bool { return wishes.MatchString(before) || denials.MatchString(before) }

var (
	// subject is this pull request, or its author, right before a verb.
	subject = regexp.MustCompile(`(?:^|[\s(*_])(?:(?:this|the|my|our) (?:pr|mr|pull request|change|changes|changeset|change set|patch|commit|branch|diff|work|refactor(?:ing)?|fix|update|feature)|we|i|i've|we've|we have|i have)(?: (?:also|now|then|simply|just|only|have|has|had|therefore|primarily|mainly|mostly|essentially))*$`)
	// command is a verb that tells the reader what to do, where steps are told.
	command = regexp.MustCompile(`^(?:add|introduce|create|remove|delete|drop|update|modify|change|edit|refactor|rewrite|adjust|tweak|simplify|rename|write|extend|expand|include)\b`)
	// steps are words of a sentence that tells somebody what to do.
	steps = regexp.MustCompile(`(?:\band|\bthen|,) (?:then )?(?:re-?run|run|reinstall|restart|execute|open|visit|click|navigate|observe|see that|check that|confirm|verify|notice)\b`)
	// label is what leads an item in: "retry:", "feat(api):", "\ue000 -".
	label = regexp.MustCompile(`(?:^|[^:])(?::\**| -+)$`)
	// onward goes on with what a sentence began.
	onward = regexp.MustCompile(`(?:,|\(|\+|&|\b(?:and|also|then|by|additionally|furthermore|finally|plus|now))$`)
	// acting begins the sentences that tell what a change does.
	acting = regexp.MustCompile(`^[\W_]*(?:[a-z]+(?:\([^)]*\))?!?: ?)?(?:(?:this|the|my|our) (?:pr|mr|pull request|change|changes|changeset|patch|commit|branch|diff)\b|we\b|i\b|i've\b|also\b|(?:add|fix|remov|updat|refactor|implement|introduc|creat|chang|improv|mov|renam|replac|delet|drop|bump|extract|simplif|clean|extend|support|disabl|us|switch|migrat|convert|mak|set|handl|rewrit|rework|split|merg|expos|wrap|regist|wir|document|cover|adjust|correct|align|expand|enhanc|pars|reduc|rais|track|store|return|pass|write|wrote|bring|built|build|provid|include|modif|edit|tidi|tidy|port|hook|defin|register|deprecat|unif|consolidat|inlin|modulariz|optimiz|restor)(?:e|es|ed|d|ing|s|y|ies|ied|ped|ping|ten|ts)?\b)`)
)

// acts reports whether a verb at this place of a statement tells what this change does: it opens the sentence, follows
// the change or its author, a label, or what such a sentence began.
func (s *statement) acts(at int) bool {
	before := strings.TrimSpace(strings.Trim(strings.TrimSpace(s.text[:at]), "*_~"))
	switch {
	case !s.ticked && (s.testing || steps.MatchString(s.text)) && command.MatchString(s.text[at:]):
		return false
	case strings.TrimLeft(before, "-*+•.)0123456789([ ✅✨✔☑️🎉🐛🔧♻📝🧪") == "":
		return true
	case denied(before):
		return false
	case subject.MatchString(before):
		return true
	case label.MatchString(before):
		return len(strings.Fields(before)) <= 8 && !otherwhere.MatchString(before)
	case onward.MatchString(before):
		return acting.MatchString(s.text)
	}
	return false
}
