package digest

import (
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/policy"
)

// Annotation is a remark on lines of a changed file. Title and Message are plain text.
type Annotation struct {
	Path      string
	StartLine int // from 1
	EndLine   int
	Level     AnnotationLevel
	Title     string
	Message   string
}

// AnnotationLevel is how much an annotation matters, in GitHub's words.
type AnnotationLevel string

// The levels of annotations that GitHub has.
const (
	Notice  AnnotationLevel = "notice"
	Warning AnnotationLevel = "warning"
	Failure AnnotationLevel = "failure"
)

// MaxAnnotations bounds the annotations of one check run to what one request takes: fifty say where to begin, and the text
// lists all.
const MaxAnnotations = 50

func annotations(r *gate.Report, v *gate.Verdict) []Annotation {
	var out []Annotation
	for i := range v.Findings {
		f := &v.Findings[i]
		if f.Path == "" {
			continue
		}
		if len(out) == MaxAnnotations {
			break
		}
		line := max(f.Line, 1)
		out = append(out, Annotation{
			Path: f.Path, StartLine: line, EndLine: line, Level: annotationLevel(r, v),
			Title:   clip("Sluice: "+clean(v.Check, 60), MaxTitle),
			Message: remark(f),
		})
	}
	return out
}

// remark is a finding as plain text. It is never empty: GitHub takes no annotation without a message.
func remark(f *check.Finding) string {
	message := clean(f.Message, 4000)
	for _, line := range f.Quote {
		message += "\n" + clean(line, 180)
	}
	if f.Fix != "" {
		message = sentence(message) + "\n→ " + sentence(clean(f.Fix, 4000))
	}
	if strings.TrimSpace(message) == "" {
		return "See the check's page."
	}
	return clip(message, MaxMessage)
}

func annotationLevel(r *gate.Report, v *gate.Verdict) AnnotationLevel {
	switch costOf(v).word {
	case "fail":
		if r.Policy.Mode == policy.Observe {
			return Warning
		}
		return Failure
	case "warn", "waits":
		return Warning
	}
	return Notice
}
