package sensitive

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

// declared are how a contract's language declares what others use; the name is the first group that matched.
var declared = map[string]*regexp.Regexp{
	".proto":    regexp.MustCompile(`^\s*(?:(?:message|enum|service|rpc)\s+(\w+)|(?:(?:repeated|optional|required)\s+)?(?:map\s*<[^>]*>|[\w.]+)\s+(\w+)\s*=\s*\d+\s*[;\[])`),
	".graphql":  regexp.MustCompile(`^\s*(?:(?:type|input|interface|enum|union|scalar)\s+(\w+)|(\w+)\s*(?:\([^)]*\))?\s*:\s*[\[\w])`),
	".prisma":   regexp.MustCompile(`^\s*(?:(?:model|enum|view)\s+(\w+)\s*\{|(\w+)\s+[A-Z]\w*(?:\[\]|\?)?(?:\s|$))`),
	".yaml":     regexp.MustCompile(`^\s*["']?(/[^"':\s]*)["']?\s*:\s*(?:$|#|\{)`),
	".json":     regexp.MustCompile(`^\s*"(/[^"]*)"\s*:\s*\{`),
	".tf":       regexp.MustCompile(`^\s*resource\s+"([\w-]+"\s+"[\w-]+)"`),
	".graphqls": nil, ".gql": nil, ".yml": nil,
}

func init() {
	declared[".graphqls"], declared[".gql"], declared[".yml"] = declared[".graphql"], declared[".graphql"], declared[".yaml"]
}

// contract says what a contract no longer has that others may use, and which resources Terraform would destroy.
func contract(f *file) []seen {
	form := declared[f.path.ext]
	resources := f.path.ext == ".tf"
	if form == nil || operations(f) || f.kind == kind.Test || f.kind == kind.Vendored || !resources && !contractFile(&f.path) || f.Removed == 0 {
		return nil
	}
	if !resources && f.Status == pull.Removed {
		return []seen{{rule: "contract-removed", class: contracts, Finding: check.Finding{
			Path: f.Path, Risk: check.High, Message: "Takes a whole contract away.", Fix: "See that nobody uses it any more.",
		}}}
	}
	there := map[string]bool{}
	for i := range f.hunks {
		for k := range f.hunks[i].Lines {
			if l := &f.hunks[i].Lines[k]; l.Op != pull.Remove && len(l.Text) <= maxLine {
				if name := nameBy(form, l.Text); name != "" {
					there[name] = true
				}
				if resources && (strings.HasPrefix(l.Text, "moved") || strings.HasPrefix(l.Text, "removed")) {
					return nil // Terraform is told what becomes of it
				}
			}
		}
	}
	var out []seen
	for i := range f.hunks {
		for k := range f.hunks[i].Lines {
			l := &f.hunks[i].Lines[k]
			if l.Op != pull.Remove || len(l.Text) > maxLine {
				continue
			}
			name := nameBy(form, l.Text)
			if name == "" || there[name] {
				continue
			}
			there[name] = true // once
			s := seen{rule: "contract-removed", class: contracts, Finding: check.Finding{
				Path: f.Path, Line: f.near(l), Risk: check.High, Quote: check.Quote(*l),
				Message: fmt.Sprintf("Takes %s out of the contract.", name),
				Fix:     "Keep it, marked as deprecated, until nobody uses it; or raise the contract's version.",
			}}
			if resources {
				s.rule, s.class = "resource-removed", infrastructure
				s.Message = fmt.Sprintf("Takes the resource %s away, so Terraform destroys it.", strings.Join(strings.Fields(strings.ReplaceAll(name, `"`, "")), "."))
				s.Fix = "Tell Terraform with a moved or a removed block what becomes of it, or say that it may go."
			}
			out = append(out, s)
		}
	}
	return out
}

var operation = regexp.MustCompile(`(?m)^[ +-]\s*(?:query|mutation|subscription|fragment)(?:\s+\w+\s*(?:[({@]|on\b)|\s*\{)|^[ +-].*\.\.\.\s*\w`)

// operations reports whether a file of GraphQL asks a server, and says nothing of what one answers.
func operations(f *file) bool {
	return named(".graphql .gql", f.path.ext) && (f.path.in("queries operations fragments mutations") || operation.MatchString(f.Patch))
}

func nameBy(form *regexp.Regexp, text string) string {
	m := form.FindStringSubmatch(text)
	for _, name := range m[min(1, len(m)):] {
		if name != "" {
			return name
		}
	}
	return ""
}

var (
	header   = regexp.MustCompile(`(?i)SPDX-License-Identifier:|\bCopyright\s+(?:\(c\)|©|\d{4}|[A-Z])|\bLicensed under\b|\bAll rights reserved\b`)
	manifest = regexp.MustCompile(`^\s*(?:"license"\s*:|licen[cs]es?(?:-file)?\s*=|\w+\.licenses?\s*=|<licen[cs]es?>|<PackageLicense(?:Expression|File)>|license:)`)
)

// mayBeHeader is quick to ask: nearly no line is one.
func mayBeHeader(text string) bool {
	return strings.Contains(text, "icense") || strings.Contains(text, "opyright") || strings.Contains(text, "ights ") || strings.Contains(text, "COPYRIGHT") || strings.Contains(text, "RIGHTS")
}

const manifests = "package.json composer.json cargo.toml pyproject.toml setup.py setup.cfg pom.xml build.gradle package.yaml bower.json mix.exs"

// headLines is how far down a file its header reaches.
const headLines = 40

// licence says where a header is taken away, and where a manifest names another licence.
func licence(f *file) []seen {
	if f.kind == kind.Vendored || f.kind == kind.Lock || f.kind == kind.Documentation || f.Status == pull.Added || f.Status == pull.Removed {
		return nil
	}
	isManifest := named(manifests, f.path.base) || named(".gemspec .csproj .podspec .cabal", f.path.ext)
	var gone, came *pull.Line
	for i := range f.hunks {
		h := &f.hunks[i]
		if !isManifest && h.OldStart > headLines {
			break
		}
		for k := range h.Lines {
			l := &h.Lines[k]
			if l.Op == pull.Context || len(l.Text) > maxLine {
				continue
			}
			if isManifest && !manifest.MatchString(l.Text) || !isManifest && (l.Old+l.New > 2*headLines || !mayBeHeader(l.Text) || !header.MatchString(l.Text)) {
				continue
			}
			if l.Op == pull.Remove && gone == nil {
				gone = l
			} else if l.Op == pull.Add && came == nil {
				came = l
			}
		}
	}
	s := seen{rule: "licence", class: licences, Finding: check.Finding{Path: f.Path, Risk: check.Medium, Fix: "Have somebody agree who may decide on licences."}}
	switch {
	case isManifest && gone != nil && came != nil && squeeze(gone.Text) != squeeze(came.Text):
		s.Line, s.Message, s.Quote = came.New, "Names another licence.", check.Quote(*gone, *came)
	case isManifest && gone != nil && came == nil:
		s.Line, s.Message, s.Quote = f.near(gone), "Takes the licence out of the manifest.", check.Quote(*gone)
	case !isManifest && gone != nil && came == nil:
		s.rule, s.Line, s.Message, s.Quote = "licence-header", f.near(gone), "Takes the file's licence header away.", check.Quote(*gone)
	default:
		return nil
	}
	return []seen{s}
}
