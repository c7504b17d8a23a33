package controlplane

import (
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
)

// grant is a form of words that permits what should be asked for, or tells an agent to go around a gate.
type grant struct {
	re   *regexp.Regexp
	what string
	risk check.Risk
}

const gates = `(?:tests?|test suite|ci|checks?|hooks?|lint\w*|reviews?|code reviews?|approvals?|verifications?|failures?|failing (?:tests?|checks?|ci)|polic(?:y|ies)|sandbox|permissions?|guard ?rails?|safety\w*|security\w*|gates?|codeowners|confirmations?|branch protections?|protections?|validations?|type ?checks?|signatures?|prompts?)`

var grants = []grant{
	{regexp.MustCompile(`\bignore (?:all |any )?(?:of )?(?:the |your |my )?(?:previous|prior|above|other|earlier|existing|preceding|system) (?:\w+ )?(?:instructions?|rules?|prompts?|guidelines?|directives?)|\bdisregard (?:all |any |the |your )*(?:previous|prior|above|other|earlier|existing|system)\b|\boverrides? (?:all |any |the )*(?:other|previous|prior|above|system) (?:instructions?|rules?|prompts?)`), "tells agents to ignore other instructions", check.High},
	{regexp.MustCompile(`\b(?:do not|don't|never|without) (?:tell|telling|mention|mentioning|inform|informing|reveal|revealing|notify|notifying|alert|alerting|show|showing) (?:this |it |that |any of this )?(?:to )?(?:the )?(?:users?|humans?|reviewers?|developers?|anyone|anybody|maintainers?)\b|\b(?:secretly|silently|covertly) (?:send|push|commit|upload|add|run|execute|approve|merge|install|change|modify|include|insert)\b|\bexfiltrat`), "tells agents to hide what they do", check.High},
	{regexp.MustCompile(`--no-verify\b|--dangerously-\S+|--allow-dangerously\S*|--yolo\b|--trust-all-tools\b|--yes-always\b|--auto-approve\b|--approve-mcps\b|--skip-permissions\b|--disable-sandbox\b|--no-sandbox\b|--full-auto\b|--permission-mode[= ]bypass\w*|\bbypasspermissions\b|\bdangerously[a-z]+\b|\bdanger-full-access\b|\bhusky=0\b|\bgit_ssl_no_verify\b|--no-gpg-sign\b|--admin\b.*merge|merge.*--admin\b`), "gives agents a switch that goes around a gate", check.High},
	{regexp.MustCompile(`\bgit push\b[^;|&]*\s(?:-f|--force)(?:\s|$)|\bpush\w*\b[^;|&]*--force(?:[\s.,;)]|$)|--force [^;|&]*\bpush|\bforce[- ]push(?:es|ing)?\b|\[(?:skip ci|ci skip|no ci)\]`), "lets agents overwrite or go around what was reviewed", check.High},
	{regexp.MustCompile(`\b(?:you (?:may|can|could|should|must|are (?:allowed|permitted|free|authorized|encouraged) to|have (?:permission|my permission) to)|feel free to|it(?:'s| is) (?:ok|okay|fine|safe|acceptable|allowed|permitted) (?:for you )?to|agents? (?:may|can|are (?:allowed|permitted|free|authorized) to)|(?:allowed|permitted|free|authorized) to|go ahead and|don't hesitate to|do not hesitate to|never hesitate to) (?:(?:also|now|always|simply|just|then|directly|safely|freely|automatically|immediately|even) )*(?:push|merge|force|deploy|publish|release|delete|drop|bypass|override|disable|ignore|skip|commit (?:directly|straight|to (?:main|master))|approve|rewrite|amend|remove|edit (?:the )?(?:tests?|workflows?|ci)|modify (?:the )?(?:tests?|workflows?|ci)|weaken|install|run (?:any|arbitrary)|execute (?:any|arbitrary)|use sudo|sudo|access (?:the )?(?:production|secrets?|credentials?)|read (?:the )?(?:secrets?|credentials?|\.env))\b`), "permits agents what should be asked for", check.High},
	{regexp.MustCompile(`\b(?:skip|bypass|ignore|disable|turn off|circumvent|override|suppress|work around|deactivate|switch off|comment out|mute) (?:(?:the|all|any|every|these|those|our|its|failing|slow|flaky|broken|pre-commit|pre-push|git|commit|status|required|branch|code|unit|integration|e2e|security|safety|type) ){0,4}` + gates + `\b`), "tells agents to go around a gate", check.High},
	{regexp.MustCompile(`(?:^|[^\w./-])auto-?(?:approve|merge|accept)\w*(?:[^\w./-]|[.]$|[.] |$)|\bautomatically (?:approve|merge|accept)\b|\bself-?(?:approve|merge)\b|\b(?:approve|merge) your own\b|\bapprove (?:it |them |the pull requests? |prs? )?(?:yourself|automatically)\b`), "lets agents approve their own work", check.High},
	{regexp.MustCompile(`\bwithout (?:asking|approval|review|confirmation|permission|waiting|a review|an approval|prompting|human|any approval|any review|code review|user confirmation|user approval)\b|\b(?:no need|not necessary|don't need|do not need|needn't|need not) (?:to )?(?:ask|wait|confirm|request|get (?:approval|permission|a review)|for (?:approval|review|confirmation|permission))\b|\b(?:never|don't|do not|stop) (?:ask(?:ing)?|wait(?:ing)?|request(?:ing)?|seek(?:ing)?|prompt(?:ing)?)(?: the user| me| anyone)? for (?:\w+ )?(?:approval|permission|confirmation|review|consent)\b|\b(?:never|don't|do not) ask (?:before|the user|me|for)\b|\b(?:review|approval|confirmation|permission) is (?:not|no longer) (?:required|needed|necessary)\b|\bno (?:review|approval|confirmation|permission) (?:is )?(?:required|needed|necessary)\b`), "frees agents from asking", check.High},
	{regexp.MustCompile(`\b(?:push\w*|merg\w+|deploy\w*|publish\w*|skipping \w+|ignoring \w+|bypassing \w+|(?:direct|unreviewed) (?:commits|pushes|merges)|committing) (?:\S+ ){0,8}(?:is|are) (?:now |always )?(?:allowed|permitted|fine|ok|okay|acceptable|encouraged)\b|\b(?:push|commit|merge) (?:\S+ ){0,3}(?:directly|straight) (?:to|into|on) (?:the )?(?:main|master|production|default branch|protected branch)\b|^(?:always |just |simply |then )?(?:push|commit|merge) (?:\S+ ){0,4}(?:directly |straight )?(?:to|into|on) (?:the )?(?:main|master|production|default branch|protected branch)\b`), "permits agents what should be asked for", check.High},
	{regexp.MustCompile(`\b(?:tests?|ci|checks?|hooks?|reviews?|approvals?|linting|confirmations?|verification) (?:\S+ ){0,4}(?:can|may|could|should) (?:also |now |safely )?be (?:skipped|ignored|bypassed|disabled|omitted|overridden|suppressed)\b|\b(?:tests?|reviews?|approvals?|ci|linting|code review) (?:is|are) (?:now )?(?:optional|not (?:required|needed|necessary)|unnecessary)\b|\b(?:merge|push|commit|proceed|deploy|continue) anyway\b|\beven (?:if|when|though) (?:the |some |all )?(?:tests?|ci|checks?|build|lint\w*|hooks?|pipeline) (?:\w+ )?(?:fails?|failed|failing|red|broken|breaks)\b`), "tells agents to go around a gate", check.High},
	{regexp.MustCompile(`(?:跳过|跳過|绕过|繞過|忽略)(?:所有|全部)?(?:测试|測試|检查|檢查|审核|審核|审批|钩子|规则|指令)|(?:无需|無需|不需要|不用)(?:确认|確認|审批|審批|审核|審核|批准|询问)|自动(?:批准|合并)|直接推送|(?:確認|承認|レビュー)(?:は)?(?:不要|なしで)|テストを(?:スキップ|省略)|(?:테스트|검토)를? ?(?:건너뛰|생략)|\bohne (?:rückfrage|rueckfrage|freigabe|genehmigung|zustimmung|review)\b|\bsin (?:preguntar|aprobaci|confirmaci|revisi)|\bsans (?:demander|approbation|confirmation|validation|relecture)\b|\bsem (?:perguntar|aprova|confirma)|без (?:подтверждения|спроса|разрешения|одобрения)`), "frees agents from asking or checking", check.High},
}

// grantHint is a word that every statement has that a grant matches, so that most are passed over.
var grantHint = regexp.MustCompile(`ignor|disregard|overrid|tell|mention|inform|reveal|notify|alert|show|secretly|silently|covertly|exfiltrat|--|bypass|danger|husky|git_ssl|push|skip|may|can|could|should|must|free|ok|fine|safe|accept|allow|permit|ahead|hesitate|disabl|turn off|circumvent|suppress|around|deactivate|switch off|comment out|mute|approv|merge|without|need|wait|ask|review|confirm|authoriz|required|optional|anyway|even|unnecessary|direct|straight|main|master|deploy`)

var negated = regexp.MustCompile(`\b(?:never|must not|mustn't|may not|cannot|can't|should not|shouldn't|forbidden|prohibited|not allowed|not permitted|disallowed|avoid|refrain|instead of|rather than|reject|fails? if|blocked|denied|refuse\w*|prevents?|detects?|no)\b`)

// grantIn is what a statement permits, "" where it permits nothing. One that forbids, or is listed under what is forbidden, permits
// nothing, unless what it forbids is to ask.
func grantIn(s *statement) (string, check.Risk) {
	n := s.norm
	if ascii(n) && !grantHint.MatchString(n) {
		return "", ""
	}
	for i := range grants {
		g := &grants[i]
		at := g.re.FindStringIndex(n)
		if at == nil || s.code && !strings.Contains(g.what, "switch") && !strings.HasPrefix(g.what, "lets agents overwrite") {
			continue
		}
		before, found := n[:at[0]], n[at[0]:at[1]]
		inverted := inverts.MatchString(found) || strings.HasPrefix(g.what, "tells agents to hide") || strings.HasPrefix(found, "without") && !forbids.MatchString(n) && !donts.MatchString(n)
		if s.lead >= 3 && !inverted || negated.MatchString(before) || donts.MatchString(before) || mentioned(before, n[at[1]:]) {
			continue
		}
		if !inverted && (forbids.MatchString(n) || donts.MatchString(n)) && !strings.HasPrefix(g.what, "permits") && !strings.HasPrefix(g.what, "tells agents to ignore") {
			continue
		}
		if strings.HasPrefix(g.what, "permits") && consents.MatchString(n) {
			continue
		}
		if strings.HasPrefix(found, "without") && (s.holds() >= 2 || demands.MatchString(n)) {
			continue
		}
		if strings.HasPrefix(g.what, "frees") && ascii(n) && !grave.MatchString(n) {
			return g.what, check.Medium
		}
		return g.what, g.risk
	}
	return "", ""
}

// grave is what an agent that need not ask could break.
var grave = regexp.MustCompile(`\b(?:push|merg|deploy|delet|publish|releas|force|install|production|commit|approv|secret|credential|remov|drop|migrat|network|review)`)

var (
	aside = regexp.MustCompile(`\b(?:to|that|which|if|whether|who|not|would|will|does|did|by|how to|used to|order to|attempts?|tries|trying|scripts?|commands?|flags?|option|tool) $`)
	after = regexp.MustCompile(`^\S* (?:is|are|will be|gets?) (?:forbidden|prohibited|not allowed|not permitted|blocked|rejected|banned|never|disallowed|not an option)`)
)

// mentioned reports whether words only speak of a gate's being passed: "to skip slow tests, pass -short", "force-pushes are blocked".
func mentioned(before, rest string) bool {
	if after.MatchString(rest) {
		return true
	}
	for _, ok := range []string{"free to ", "ok to ", "okay to ", "fine to ", "allowed to ", "permitted to ", "need to ", "want to ", "have to ", "remember to ", "sure to "} {
		if strings.HasSuffix(before, ok) {
			return false
		}
	}
	return aside.MatchString(before)
}
