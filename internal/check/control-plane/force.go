package controlplane

import (
	"regexp"
	"slices"
	"strings"
)

// The force of a statement: 3 forbids, or demands a person's consent; 2 says what should not be, or demands tests, reviews
// and the like; 1 advises against; 0 is the rest.
var (
	forbids = regexp.MustCompile(`\bnever\b|\bmust(?: not|n't)\b|\bmay not\b|\bshall not\b|\bforbidden\b|\bprohibited\b|\bnot (?:allowed|permitted|acceptable)\b|\bdisallowed\b|\bunder no circumstances?\b|\bno exceptions\b|\boff[- ]limits\b|\bat no time\b|\bstrictly no\b|^no (?:direct |force|unreviewed |commits|pushes|merges|secrets|changes)`)
	// An imperative; "if tests do not pass" forbids nothing.
	donts    = regexp.MustCompile(`(?:^|[.;:,(!|"–—-] ?|\b(?:please|agents?|agent should|you|and|but|so|then|assistants?|claude|copilot|cursor|codex|also|important|warning|critical|note|always|strictly|absolutely) )(?:do not|don't|dont)\b`)
	consents = regexp.MustCompile(`\balways (?:ask|confirm|request|get|obtain|seek|wait|stop|check with)\b|\bask (?:first|before|the user|a human|a maintainer|a person|for (?:explicit )?(?:permission|confirmation|approval|consent))\b|\b(?:require[sd]?|needs?|get|obtain|seek|request|await|wait for|with|after|have) (?:an? |the |explicit |prior |written |human |manual |user |maintainer |owner |team |security |code |\w+'s ){0,4}(?:review|approval|confirmation|permission|consent|sign-?off|authorization)\b|\bmust be (?:approved|reviewed|confirmed|signed)\b|\bstop and ask\b|\bonly (?:\w+ ){0,6}(?:after|with|if|when|once) .{0,40}(?:approv|permission|confirm|review|asked)|\bconfirm with\b|\bcheck with (?:the|a|your) (?:user|human|maintainer|owner|team)\b`)
	shouldNt = regexp.MustCompile(`\bshould(?: not|n't)\b|\brefrain from\b|\b(?:you|agents?|assistants?) (?:cannot|can ?not|can't)\b`)
	demands  = regexp.MustCompile(`\b(?:always|must|make sure|ensure|mandatory|required to|(?:is|are) required)\b.*\b(?:run|pass\w*|execut\w+|rerun|green|lint)\b.*\b(?:tests?|suite|lint\w*|checks?|ci|hooks?|build|make)\b|\b(?:tests?|checks?|ci|lint\w*|build) must (?:always )?(?:pass|be green|succeed|be run)|\b(?:always|must|only|ensure|make sure)\b.*\b(?:pull requests?|prs?|feature branch|(?:own|new|separate) branch|read-?only|sandbox\w*|signed|sign|sanitiz\w+|escap\w+|encrypt\w+|least privilege)\b|^(?:please )?(?:always )?run (?:the |all |all the |all of the )?(?:tests?|test suite|linters?|checks?|full test suite) (?:before|after|prior)`)
	advises  = regexp.MustCompile(`\bavoid\b|\btry not to\b|\bprefer not\b|\bbetter not\b|\bdiscouraged\b`)
	// Never to hesitate is no prohibition.
	inverts = regexp.MustCompile(`\b(?:never|don't|dont|do not|no need to|needn't|need not|not necessary to) (?:ever |need to |have to )?(?:hesitate|ask|wait|worry|bother|request|require|seek|confirm|stop|be afraid|prompt|check with|need (?:approval|review|permission|confirmation))\b|\b(?:review|approval|confirmation|permission) is (?:not|never|no longer) (?:required|needed|necessary)\b|\bno (?:review|approval|confirmation|permission) (?:is )?(?:required|needed|necessary)\b`)

	// The same in other languages, as far as single words carry it.
	forbidsElsewhere = regexp.MustCompile(`\b(?:niemals|nie|verboten|keinesfalls|darfst? nicht|nicht erlaubt|nicht gestattet|jamais|interdit\w*|ne (?:\S+ ){0,2}pas|n'\S+ pas|nunca|prohibid\w+|proibid\w+|no debes?|vietat\w+|nooit|nigdy|nie wolno|zabronion\w*|asla|yasak)\b|dürfen nicht|auf keinen fall|jamás|não (?:fa|dev|us|exec|mod|edit|alter)|никогда|нельзя|запрещ|ніколи|заборон|禁止|しないで|してはいけ|してはなら|決して|しないこと|行わないこと|不要|不得|切勿|严禁|嚴禁|不允许|不允許|绝不|絕不|永远不|永遠不|请勿|請勿|不可以|금지|하지 마|하지 말|절대`)

	exceptions = regexp.MustCompile(`\bunless\b|\bexcept\b|\bwithout asking\b|\bif (?:necessary|needed|possible|in a hurry|urgent|you think)\b|\b(?:when|where|as) (?:necessary|needed|possible|appropriate)\b|\b(?:usually|generally|normally|ideally|typically|preferably)\b|\bat your discretion\b|\bif you (?:must|have to|need to)\b`)

	// What a prohibition is about where dropping it costs more than style.
	weighty = regexp.MustCompile(`\b(?:push\w*|force\w*|merg\w+|main|master|protected|prod|production|deploy\w*|publish\w*|releas\w+|secrets?|credential\w*|tokens?|passwords?|api keys?|private keys?|approv\w+|review\w*|permission\w*|confirm\w*|ask\w*|consent|tests?|ci|checks?|hooks?|verif\w+|delet\w+|drop\w*|destroy\w*|rm|sudo|root|network|internet|install\w*|download\w*|curl|external|customers?|personal|pii|migrations?|databases?|billing|payments?|auth\w*|security|sandbox\w*|workflows?|codeowners|policy|policies|settings|commit\w*|history|rebas\w+|licen[cs]e\w*|disabl\w+|bypass\w*|skip\w*|ignor\w+|execut\w+|eval|shell|instructions?|humans?|admin\w*|infrastructure|terraform|kubectl|log|logging|expose\w*|leak\w*|send\w*|upload\w*|dependenc\w+|lock ?files?|generated|vendor\w*|encrypt\w*|crypto\w*|sanitiz\w+|sql|injection|amend\w*|overwrit\w+|remov\w+|privat\w+|public api|signed|sign)\b|\.env\b|\.github|--`)
)

func forceOf(norm string) int {
	if ascii(norm) && !mayForce(norm) {
		return 0
	}
	plain := norm
	if inverts.MatchString(plain) {
		plain = inverts.ReplaceAllString(plain, " ")
	}
	switch {
	case forbids.MatchString(plain), donts.MatchString(plain), consents.MatchString(plain):
		return 3
	case !ascii(norm) && forbidsElsewhere.MatchString(norm), ascii(norm) && foreign.MatchString(norm) && forbidsElsewhere.MatchString(norm):
		return 3
	case shouldNt.MatchString(plain) && !donts.MatchString(norm), demands.MatchString(plain):
		return 2
	case advises.MatchString(plain):
		return 1
	}
	return 0
}

// forceHints are pieces of words of which every English statement with force has one.
var forceHints = []string{
	"n't", "not", "dont", "never", "forbid", "prohibit", "allow", "exception", "limits", "no ", "ask", "requi", "need", "review",
	"approv", "confirm", "permission", "consent", "sign", "check", "must", "always", "ensure", "make sure", "mandatory", "run ", "refrain", "avoid", "discouraged",
	"only", "time", "verboten", "nie", "kein", "darf", "jamais", "interdit", "ne ", "nunca", "prohibid", "proibid", "vietat", "nooit", "nigdy", "zabron", "asla", "yasak", "gestattet",
}

func mayForce(norm string) bool {
	return slices.ContainsFunc(forceHints, func(hint string) bool { return strings.Contains(norm, hint) })
}

// foreign tells sentences of other languages that are written in plain letters from English ones.
var foreign = regexp.MustCompile(`\b(?:niemals|verboten|keinesfalls|darf|nicht|jamais|interdit\w*|ne|nunca|prohibid\w+|proibid\w+|vietat\w+|nooit|nigdy|zabronion\w*|asla|yasak)\b`)

// serious reports whether a prohibition is about more than style.
func (s *statement) serious() bool {
	return weighty.MatchString(s.norm) || !ascii(s.norm) && forbidsElsewhere.MatchString(s.norm) && !latin(s.norm)
}

func latin(s string) bool {
	n := 0
	for i := range len(s) {
		if s[i] < 0x80 {
			n++
		}
	}
	return n*2 > len(s)
}

// firm reports whether a prohibition is put without a way out.
var firm = regexp.MustCompile(`\bnever\b|\bmust(?: not|n't)\b|\bforbidden\b|\bprohibited\b|\bunder no circumstances?\b|\bnot (?:allowed|permitted)\b`)
