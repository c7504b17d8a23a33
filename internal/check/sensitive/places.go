package sensitive

import (
	"fmt"
	"path"
	"strings"
	"unicode"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

// file is one changed file, taken apart once.
type file struct {
	*pull.File
	kind  kind.Kind
	path  parts
	hunks []pull.Hunk
}

// code reports whether the file does something where it is used: no test, text or other people's code.
func (f *file) code() bool {
	return f.kind == kind.Code || f.kind == kind.Configuration || f.kind == kind.Other
}

// parts is a path in lower case.
type parts struct {
	whole string
	base  string
	ext   string   // ".sql"
	dirs  []string // from the root down
	words map[string]bool
}

func split(p string) parts {
	out := parts{whole: strings.ToLower(p), words: map[string]bool{}}
	out.base = path.Base(out.whole)
	out.ext = path.Ext(out.base)
	if dir := path.Dir(out.whole); dir != "." {
		out.dirs = strings.Split(dir, "/")
	}
	// "AuthService.java" and "auth_service.py" have the word "auth"; "author.py" has not.
	start, last := 0, rune(0)
	word := func(end int) {
		if end > start {
			out.words[strings.ToLower(p[start:end])] = true
		}
	}
	for i, r := range p {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			word(i)
			start = i + len(string(r))
		case unicode.IsUpper(r) && unicode.IsLower(last):
			word(i)
			start = i
		}
		last = r
	}
	word(len(p))
	return out
}

// in reports whether one of the directories has one of the names.
func (p *parts) in(names string) bool {
	for _, dir := range p.dirs {
		if named(names, dir) {
			return true
		}
	}
	return false
}

// named reports whether name is one of the words of names.
func named(names, name string) bool {
	return name != "" && strings.Contains(" "+names+" ", " "+name+" ")
}

// hasWord reports whether a word of the path is one of names.
func (p *parts) hasWord(names []string) bool {
	for _, n := range names {
		if p.words[n] {
			return true
		}
	}
	return false
}

var (
	authWords = strings.Fields(`auth authn authz authentication authenticator authorization authorisation authorizer login signin sso
		oauth oauth2 oidc saml jwt jwks rbac acl iam crypto cryptography encryption decryption cipher password passwords passwd
		permissions csrf cors 2fa mfa totp webauthn passkey passkeys pki x509 kms keystore sudoers pam`)
	perhapsAuthWords = strings.Fields(`session sessions permission policy security secret secrets tls ssl certificate certificates token tokens credentials signing impersonation`)
)

// places gathers the files of each class, so that a hundred of them are one finding.
type places struct {
	order []class
	files map[class][]string
	risk  map[class]check.Risk
}

// note looks at where a file is.
func (p *places) note(f *file) {
	c, risk := place(f)
	if c == "" {
		return
	}
	if p.files == nil {
		p.files, p.risk = map[class][]string{}, map[class]check.Risk{}
	}
	if p.files[c] == nil {
		p.order = append(p.order, c)
	}
	p.files[c] = append(p.files[c], f.Path)
	if p.risk[c].Below(risk) {
		p.risk[c] = risk
	}
}

// place is the class of a file by its path, "" for none.
func place(f *file) (class, check.Risk) {
	switch {
	case f.kind == kind.Vendored || f.kind == kind.Test || f.kind == kind.Lock:
		return "", ""
	case licenceFile(&f.path):
		if f.Status == pull.Removed {
			return licences, check.High
		}
		return licences, check.Medium
	case contractFile(&f.path) && !operations(f):
		return contracts, check.Medium
	case infrastructureFile(&f.path):
		return infrastructure, check.Medium
	case f.kind == kind.Documentation || f.kind == kind.Generated:
		return "", ""
	case migrationFile(f):
		return database, check.Medium
	case f.kind == kind.Code && f.path.hasWord(authWords):
		return authentication, check.High
	case f.kind == kind.Code && f.path.hasWord(perhapsAuthWords):
		return authentication, check.Medium
	}
	return "", ""
}

var placeRules = map[class]string{
	licences: "licence", contracts: "contract", infrastructure: "infrastructure", database: "migration", authentication: "authentication",
}

// named is how many files a sentence names.
const maxNamed = 5

func (p *places) seen() []seen {
	var out []seen
	for _, c := range p.order {
		files := p.files[c]
		what := strings.Join(files[:min(len(files), maxNamed)], ", ")
		if more := len(files) - maxNamed; more > 0 {
			what += fmt.Sprintf(" and %d more", more)
		}
		s := seen{rule: placeRules[c], class: c, Finding: check.Finding{
			Risk: p.risk[c], Message: fmt.Sprintf("Touches %s: %s.", c, what),
		}}
		if len(files) == 1 {
			s.Path, s.Message = files[0], fmt.Sprintf("Touches %s.", c)
		}
		out = append(out, s)
	}
	return out
}

func licenceFile(p *parts) bool {
	stem, _, _ := strings.Cut(strings.TrimSuffix(strings.TrimSuffix(p.base, ".md"), ".txt"), "-")
	return named("license licence copying notice copyright unlicense", stem) || p.in("licenses licences") && named(".txt .md", p.ext)
}

func contractFile(p *parts) bool {
	switch p.ext {
	case ".proto", ".graphql", ".graphqls", ".gql", ".avsc", ".avdl", ".thrift", ".wsdl", ".xsd", ".raml", ".smithy", ".fbs", ".capnp":
		return true
	case ".prisma":
		return p.base == "schema.prisma" || p.in("prisma")
	case ".json", ".yaml", ".yml":
		stem := strings.TrimSuffix(p.base, p.ext)
		return p.words["openapi"] || p.words["swagger"] || p.words["asyncapi"] || named("openapi3 openapi2 schema.openapi", stem)
	}
	return false
}

func infrastructureFile(p *parts) bool {
	switch p.ext {
	case ".tf", ".tfvars", ".bicep", ".nomad", ".hcl", ".dockerfile", ".containerfile":
		return true
	case ".service", ".timer", ".socket":
		return p.in("systemd deploy deployment etc")
	case ".yml", ".yaml", ".json", ".tpl", ".tmpl", ".toml", ".conf", ".sh", ".j2", ".jsonnet", ".libsonnet", ".cue":
		if p.in("k8s kubernetes kustomize helm charts chart manifests terraform ansible pulumi cloudformation deploy deployment deployments infra infrastructure argocd gitops") {
			return true
		}
	}
	switch {
	case strings.HasPrefix(p.base, "dockerfile") || strings.HasPrefix(p.base, "containerfile"):
		return p.ext != ".md"
	case strings.HasPrefix(p.base, "docker-compose") || strings.HasPrefix(p.base, "compose."):
		return p.ext == ".yml" || p.ext == ".yaml"
	case strings.HasPrefix(p.whole, ".github/workflows/") || strings.HasPrefix(p.whole, ".circleci/") || strings.HasPrefix(p.whole, ".gitlab/ci/"):
		return true
	}
	return named(`chart.yaml kustomization.yaml kustomization.yml skaffold.yaml helmfile.yaml values.yaml pulumi.yaml serverless.yml serverless.yaml
		procfile fly.toml render.yaml app.yaml vercel.json netlify.toml wrangler.toml cdk.json nginx.conf haproxy.cfg vagrantfile
		jenkinsfile .gitlab-ci.yml azure-pipelines.yml cloudbuild.yaml buildspec.yml appspec.yml template.yaml caddyfile tiltfile
		docker-bake.hcl packer.json`, p.base)
}

// lang is the file's language by its name.
func (f *file) lang() string { return kind.Language(f.Path) }
