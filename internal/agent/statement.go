package agent

import (
	"regexp"
	"strings"
)

// SpeaksOfAI reports whether a text names AI, or one of its tools: what statements about the use of tools do.
func SpeaksOfAI(text string) bool { return aiWords.MatchString(strings.ToLower(text)) }

// DeniesAI reports whether a text says plainly that no AI took part: "No AI was used", "NOT assisted by a model",
// "Written without Copilot". It judges one sentence or line, and where it is in doubt it says no.
func DeniesAI(text string) bool {
	text = strings.ToLower(strings.ReplaceAll(text, "’", "'"))
	return noAI.MatchString(text) || noPart.MatchString(text) || notUsed.MatchString(text) || unusedAI.MatchString(text) || byHand.MatchString(text)
}

// ai is what AI and its tools are called, in lower case.
const ai = `(?:a\.?i\.?|llms?|gen-?ai|generative|artificial intelligence|(?:large )?language models?|chatgpt|gpt|copilot|claude|codex|cursor|gemini|` +
	`(?:coding|ai) (?:agents?|assistants?|tools?)|ai-(?:assisted|generated))`

// aiWords are what statements about the use of tools hold; the text is in lower case.
var aiWords = regexp.MustCompile(`(?:^|[^a-z0-9_./-])` + ai + `(?:$|[^a-z0-9_])`)

var (
	// help is what may stand behind the name: "no AI assistance", "no AI-generated code".
	help = `(?:[ -](?:tools?|agents?|models?|llms?|ai|assistants?|assistance|assisted|help|use|usage|involvement|support|generated|generation|code|content|text|was|were|has|have|had|been|is|are|be|to))*`
	// ends is what closes the clause, so that "no AI code was left unread" denies nothing.
	ends = `(?: (?:used|involved|employed|applied|utili[sz]ed|at all|whatsoever|in (?:this|any|making|writing)\b.*|for (?:this|any)\b.*|took part.*))*\W*(?:$|[.,;:!)(\n]|[-–—] )`

	noAI     = regexp.MustCompile(`\b(?:no|zero|without(?: any| the (?:use|help|aid|assistance) of)?(?: any)?|free of)\s+(?:use of |help (?:of|from|by) |assistance (?:of|from|by) )?(?:any )?` + ai + help + ends)
	noPart   = regexp.MustCompile(`\b(?:no (?:parts?|portions?|code|lines?|content|text)|none)\s+(?:[a-z]+\s+){0,6}(?:generated|written|created|assisted|produced|authored)\s+(?:by|with|using)\s+(?:an? |any )?` + ai + help + ends)
	notUsed  = regexp.MustCompile(`(?:\bnot\b|\bnever\b|n't\b)[*_]*\s+(?:(?:been|have|been|any|a|in any way|at all|partially|fully|directly)\s+)*(?:use|used|using|assisted|generated|written|created|authored|made|produced|involved?|employ|employed|rely|contain|include|aided|helped|drafted|developed|composed)[*_]*\s+(?:(?:any|a|an|the|by|with|using|via|on|of|help|use|assistance|code|from|in part|generative)\s+)*` + ai + `(?:$|[^a-z0-9_])`)
	unusedAI = regexp.MustCompile(ai + help + `\s+(?:not|never)\s+(?:been )?(?:used|involved|employed|utili[sz]ed)\b|` + ai + help + `n't\s+(?:been )?(?:used|involved|employed)\b|` +
		ai + help + `(?: used)?\s*[:?]\W*(?:none|no|not used|n/a)\W*$`)
	byHand = regexp.MustCompile(`\b(?:written|authored|made|done|created)\s+(?:entirely|fully|solely|only|completely|wholly|100%)\s+by (?:a |one )?(?:humans?|hand|me|people|person)\b|\b(?:entirely|fully|solely|only|completely|wholly|100%) (?:by hand|human[- ](?:written|authored|made)|hand-?written|by (?:a )?humans?)\b`)
)
