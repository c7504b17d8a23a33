package digest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/gate"
)

// object is one object of SARIF: a map, so that its keys are written in order.
type object = map[string]any

// SARIF is the report in SARIF 2.1.0 (OASIS, "Static Analysis Results Interchange Format"): a check is a rule, a
// finding of a check that needs work is a result. A result that is about no file has the pull request as its place.
// One report always gives the same bytes.
func SARIF(r *gate.Report) ([]byte, error) {
	run := object{
		"tool":        object{"driver": object{"name": "Sluice", "informationUri": Home, "rules": rules(r)}},
		"results":     results(r),
		"invocations": []any{invocation(r)},
		"columnKind":  "unicodeCodePoints",
		"properties":  object{"decision": r.Decision, "conclusion": r.Conclusion},
	}
	if at := siteOf(r); at.repo != "" && at.head != "" {
		run["versionControlProvenance"] = []any{object{"repositoryUri": at.repo, "revisionId": at.head}}
	}
	data, err := encode(object{
		"$schema": "https://json.schemastore.org/sarif-2.1.0.json",
		"version": "2.1.0",
		"runs":    []any{run},
	})
	if err != nil {
		return nil, fmt.Errorf("report of %s#%d as SARIF: %w", r.Repository, r.Pull, err)
	}
	return data, nil
}

func rules(r *gate.Report) []any {
	out := []any{}
	for _, v := range r.Verdicts {
		out = append(out, object{
			"id":                   v.Check,
			"name":                 v.Check,
			"shortDescription":     object{"text": "Sluice's check " + v.Check},
			"helpUri":              Page(v.Check),
			"defaultConfiguration": object{"level": sarifLevel(&v)},
			"properties":           object{"level": v.Level, "outcome": v.Outcome},
		})
	}
	return out
}

// sarifLevel is what a verdict's results weigh. A check that could not judge is a note: nobody did anything wrong.
func sarifLevel(v *gate.Verdict) string {
	switch costOf(v).word {
	case "fail":
		return "error"
	case "warn", "waits":
		return "warning"
	}
	return "note"
}

func results(r *gate.Report) []any {
	out := []any{}
	for i := range r.Verdicts {
		v := &r.Verdicts[i]
		if v.Outcome != check.Fail {
			continue
		}
		findings := v.Findings
		if len(findings) == 0 { // a failure that names nothing is still one
			findings = []check.Finding{{Message: v.Summary}}
		}
		for j := range findings {
			out = append(out, result(r, v, i, &findings[j]))
		}
	}
	return out
}

func result(r *gate.Report, v *gate.Verdict, rule int, f *check.Finding) object {
	message := sentence(clean(f.Message, 4000))
	if f.Fix != "" {
		message = strings.TrimSpace(message + " " + sentence(clean(f.Fix, 4000)))
	}
	if message == "" {
		message = "See the check's page."
	}
	sum := sha256.Sum256([]byte(v.Check + "\x00" + f.Path + "\x00" + f.Message))
	return object{
		"ruleId":              v.Check,
		"ruleIndex":           rule,
		"level":               sarifLevel(v),
		"message":             object{"text": message},
		"locations":           []any{location(r, f)},
		"partialFingerprints": object{"sluiceFinding/v1": hex.EncodeToString(sum[:])},
	}
}

func location(r *gate.Report, f *check.Finding) object {
	if f.Path == "" {
		name := fmt.Sprintf("%s#%d", r.Repository, r.Pull)
		return object{"logicalLocations": []any{object{"fullyQualifiedName": name, "kind": "resource"}}}
	}
	artifact := object{"uri": (&url.URL{Path: f.Path}).String(), "uriBaseId": "%SRCROOT%"}
	return object{"physicalLocation": object{
		"artifactLocation": artifact,
		"region":           object{"startLine": max(f.Line, 1)},
	}}
}

// invocation says what could not be judged, so that no tool takes silence for a pass.
func invocation(r *gate.Report) object {
	notices := []any{}
	notice := func(s string) {
		notices = append(notices, object{"level": "error", "message": object{"text": clean(s, 4000)}})
	}
	for _, s := range r.Policy.Problems {
		notice("policy: " + s)
	}
	for _, s := range r.Unread {
		notice("not read: " + s)
	}
	for i := range r.Verdicts {
		if v := &r.Verdicts[i]; costOf(v).word == "error" {
			notice(v.Check + ": " + v.Summary)
		}
	}
	return object{"executionSuccessful": len(notices) == 0 && r.Decision != gate.Unsure, "toolExecutionNotifications": notices}
}
