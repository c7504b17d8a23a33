package sensitive

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
	"github.com/spf13/viper"
	"github.com/zricethezav/gitleaks/v8/config"
)

// Secrets are put together here, so that no scanner stumbles over this file.
var (
	awsKey  = "AKIA" + "Z7QXM2KVPL5TNW3R"
	ghToken = "ghp_" + "a8Kd92mQz7Lp4XvT1cYb6NwR3sHj5EfG0uVi"
	drawn   = "f3a9" + "c17be58d20467f91a3ce" + "b8d5"
	pemKey  = "-----BEGIN RSA PRIVATE " + "KEY-----\n" + strings.Repeat("MIIEpAIBAAKCAQEAx7Vq2b9Zk1dT4mWc8Yh3LpQs6NfRuEoJ\n", 8) + "-----END RSA PRIVATE " + "KEY-----"
)

func TestCredentials(t *testing.T) {
	for text, want := range map[string]string{
		"package a\nconst id = \"" + awsKey + "\"":               "aws-access-token! 2",
		"const id = \"AKIAIOSFODNN7EXAMPLE\"":                    "", // what the vendor prints in its pages
		"token := \"" + ghToken + "\" // gitleaks:allow":         "github-pat!",
		"var apiKey = \"" + drawn + "\"":                         "generic-api-key!",
		"// apiKey := \"" + drawn + "\"":                         "generic-api-key",
		"api_commit: " + drawn + drawn[:12]:                      "",
		"var apiKey = os.Getenv(\"API_KEY_V2_1a2b3c4d5e\")":      "",
		"api_key: ${{ secrets.API_KEY }}":                        "",
		"password = \"changeme\"":                                "",
		"tokenID := \"550e8400-e29b-41d4-a716-446655440000\"":    "", // a UUID is a name
		"key := cache.KeyFor(user.Account2FA, session.V2Token)":  "",
		"keyPath := \"assets/2024/01/15/report-v1.2.3.pdf\"":     "",
		"x\n" + pemKey + "\ny":                                   "private-key! 2",
		strings.Repeat("a", 3000) + " token=\"" + ghToken + "\"": "github-pat!",
		"secret:\n  \"" + drawn + "\"":                           "generic-api-key!",
		"{\"k\": \"" + strings.Repeat("x", 2000) + strings.ReplaceAll(pemKey, "\n", "\\n") + strings.ReplaceAll(pemKey, "\n", "\\n"): "private-key!",
		"aws_secret_access_key = \"" + "kR8vQ2mXz7Lp4Nt1/cYb6wS3sHj5+EfG0uViDa9K" + "\"":                                             "generic-api-key!",
		"kind: Secret\nmetadata:\n  name: a\ndata:\n  p: aHVudGVy":                                                                   "",
	} {
		got := strings.Join(rules(added("config/settings.go", text)), ", ")
		if got != want {
			t.Errorf("%.200s\ngot %q, want %q", text, got, want)
		}
	}
	expect(t, "deploy/a.yaml", "kind: Secret\nmetadata:\n  name: a\ndata:\n  pass: "+"aHVudGVyMmh1bnRlcjI"+"=", "kubernetes-secret-yaml!")
	expect(t, "tests/test_a.py", "token = \""+ghToken+"\"\napi_key = \""+drawn+"\"", "github-pat") // shown, and fails nothing
	expect(t, "README.md", "Use "+ghToken+" here", "github-pat")
	expect(t, "package-lock.json", "token = \""+ghToken+"\"", "")
	expect(t, "certs/a.p12", "x", "pkcs12-file!")
}

// A credential is in no finding, whoever else has something to say of its line.
func TestCredentialIsNotShown(t *testing.T) {
	text := "requests.get(u, headers={'token': '" + ghToken + "'}, verify=False)\n" + pemKey
	r := &pull.Request{Known: pull.AllFacts, Files: []pull.File{added("app/a.py", text)}}
	v := Check.Run(&check.Input{Pull: r})
	if len(v.Findings) != 3 {
		t.Errorf("got %v", v.Findings)
	}
	for _, f := range v.Findings {
		all := f.Message + f.Fix + strings.Join(f.Quote, "\n")
		if strings.Contains(all, ghToken) || strings.Contains(all, "MIIE") {
			t.Errorf("got %q", all)
		}
	}
}

func TestCredentialMoved(t *testing.T) {
	old := pull.File{Path: "a.go", Status: pull.Removed, Removed: 1, Patch: patchOf("-", []string{"x = \"" + ghToken + "\""})}
	if diff := cmp.Diff(rules(added("b.go", "yy := \""+ghToken+"\""), old), []string{"github-pat"}); diff != "" {
		t.Error(diff)
	}
}

// go-toml reads gitleaks' rules as its own reader does.
func TestRulesAreGitleaks(t *testing.T) {
	v := viper.New()
	v.SetConfigType("toml")
	var theirs config.ViperConfig
	if err := v.ReadConfig(strings.NewReader(config.DefaultConfig)); err != nil {
		t.Fatal(err)
	}
	if err := v.Unmarshal(&theirs); err != nil {
		t.Fatal(err)
	}
	rules, err := theirs.Translate()
	if err != nil {
		t.Fatal(err)
	}
	ours := detector()
	if diff := cmp.Diff(ours.Config.OrderedRules, rules.OrderedRules); diff != "" || len(ours.Config.Allowlists) != len(rules.Allowlists) {
		t.Error(diff)
	}
	for id, rule := range rules.Rules {
		if mine := ours.Config.Rules[id]; mine.Entropy != rule.Entropy || len(mine.Allowlists) != len(rule.Allowlists) || len(mine.Keywords) != len(rule.Keywords) {
			t.Errorf("%s: got %+v, want %+v", id, mine, rule)
		}
		if len(rule.RequiredRules) > 0 {
			t.Errorf("%s needs other rules; a line alone does not tell", id)
		}
	}
}

func TestAtOnce(t *testing.T) {
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 20 {
				expect(t, "a/b.go", "k := \""+ghToken+"\"", "github-pat!")
			}
		})
	}
	wg.Wait()
}

func TestPatterns(t *testing.T) {
	for _, c := range []struct{ path, text, want string }{
		{"a.go", "c := &tls.Config{InsecureSkipVerify: true}", "tls-verification!"},
		{"a.go", "cfg.InsecureSkipVerify = true", "tls-verification!"},
		{"a.go", "// InsecureSkipVerify: true would be wrong", ""},
		{"a.go", "const p = \"InsecureSkipVerify: true\"", ""},
		{"a.go", "c := &tls.Config{InsecureSkipVerify: false}", ""},
		{"a_test.go", "c := &tls.Config{InsecureSkipVerify: true}", ""},
		{"docs/a.md", "InsecureSkipVerify: true", ""},
		{"a.py", "requests.get(url, verify=False)", "tls-verification!"},
		{"a.py", "requests.get(url, verify=True)  # not verify=False", ""},
		{"a.py", "ctx.check_hostname = False\nctx.verify_mode = ssl.CERT_NONE", "tls-verification!, tls-verification! 2"},
		{"a.js", "new https.Agent({ rejectUnauthorized: false })", "tls-verification!"},
		{"a.ts", "process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'", "tls-verification!"},
		{"a.json", "\"strictSSL\": false", "tls-verification!"},
		{"a.rb", "http.verify_mode = OpenSSL::SSL::VERIFY_NONE", "tls-verification!"},
		{"a.php", "curl_setopt($c, CURLOPT_SSL_VERIFYPEER, false);", "tls-verification!"},
		{"a.php", "new Client(['verify' => false]);", "tls-verification!"},
		{"A.cs", "h.ServerCertificateCustomValidationCallback = (a, b, c, d) => true;", "tls-verification!"},
		{"A.java", "b.setSSLHostnameVerifier(NoopHostnameVerifier.INSTANCE);", "tls-verification!"},
		{"a.rs", ".danger_accept_invalid_certs(true)", "tls-verification!"},
		{"run.sh", "curl -fsSk https://x.example", "tls-verification!"},
		{"run.sh", "curl -fsS https://x.example -o k", ""},
		{"run.sh", "curl -k https://localhost:8443/healthz", ""},
		{"Dockerfile", "RUN wget --no-check-certificate https://x", "tls-verification!, infra"},
		{"k.yaml", "insecure-skip-tls-verify: true", "tls-verification!"},
		{"a.py", "jwt.decode(t, options={\"verify_signature\": False})", "signature-verification!"},
		{"a.ts", "jwt.verify(t, k, { algorithms: ['none'] })", "signature-verification!"},
		{"a.py", "@csrf_exempt\ndef f(r): pass", "guard-opened"},
		{"A.cs", "[AllowAnonymous]", "guard-opened"},
		{"a.rb", "skip_before_action :authenticate_user!", "guard-opened"},
		{"a.go", "h := md5.New()", "weak-cryptography"},
		{"a.py", "hashlib.md5(x)", "weak-cryptography"},
		{"a.js", "crypto.createHash('sha256')", ""},
		{"main.tf", "cidr_blocks = [\"0.0.0.0/0\"]", "open-to-all, infra"},
		{"main.tf", "prevent_destroy = false", "protection-off, infra"},
		{"k8s/a.yaml", "privileged: true", "open-to-all, infra"},
		{"a.go", "_ = \"0.0.0.0/0\"", ""},
		{"author/profile.go", "x", ""},
		{"auth/profile.go", "x", "authentication"},
		{"src/main/java/LoginController.java", "x", "authentication"},
		{"api/openapi.yaml", "x: y", "contract"},
		{"LICENSE", "MIT", "licence"},
	} {
		l := look{input: &check.Input{Pull: &pull.Request{Files: []pull.File{added(c.path, c.text)}}}}
		l.scan = newScan(l.input.Pull)
		l.file(&l.input.Pull.Files[0])
		for _, s := range l.places.seen() {
			l.add(s)
		}
		var got []string
		for _, s := range l.seen {
			word := strings.Replace(s.rule, "infrastructure", "infra", 1)
			if s.fails {
				word += "!"
			}
			if s.Line > 1 {
				word += " " + itoa(s.Line)
			}
			got = append(got, word)
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: %s\ngot %q, want %q", c.path, c.text, s, c.want)
		}
	}
}

func changed(path, patch string) pull.File {
	f := pull.File{Path: path, Status: pull.Modified, Patch: patch}
	f.Added, f.Removed = strings.Count(patch, "\n+"), strings.Count(patch, "\n-")
	return f
}

func TestRemoved(t *testing.T) {
	for _, c := range []struct{ path, patch, want string }{
		{"a.py", "@@ -1,2 +1 @@\n-@login_required\n def f(r):", "guard-removed"},
		{"a.py", "@@ -1,3 +1,3 @@\n-@login_required\n def f(r):\n+    @login_required\n x", ""},
		{"a.ts", "@@ -1,2 +1 @@\n-import { requireAuth } from './auth'\n x", ""},
		{"a.ts", "@@ -1,2 +1,2 @@\n-app.get('/x', requireAuth, h)\n+app.get('/x', h)\n y", "guard-removed"},
		{"a.proto", "@@ -1,3 +1,2 @@\n message A {\n-  string email = 2;\n }", "contract-removed 2"},
		{"a.proto", "@@ -1,3 +1,3 @@\n message A {\n-  string email = 2;\n+  string email = 2; // mail\n }", ""},
		{"a.graphql", "@@ -1,3 +1,2 @@\n type A {\n-  email: String!\n }", "contract-removed 2"},
		{"web/user.graphql", "@@ -1,4 +1,3 @@\n query User($id: ID!) {\n-  mail: email(id: $id)\n   name\n }", ""},
		{"openapi.yaml", "@@ -1,3 +1,2 @@\n paths:\n-  /users/{id}:\n   /x:", "contract-removed 2"},
		{"openapi.yaml", "@@ -1,3 +1,2 @@\n paths:\n-  description: gone\n   /x:", ""},
		{"main.tf", "@@ -1,2 +1 @@\n-resource \"aws_db_instance\" \"main\" {\n x", "resource-removed"},
		{"a.go", "@@ -1,2 +1 @@\n-// SPDX-License-Identifier: MIT\n package a", "licence-header"},
		{"a.go", "@@ -1,2 +1,2 @@\n-// Copyright 2024 Acme\n+// Copyright 2025 Acme\n package a", ""},
		{"package.json", "@@ -1,2 +1,2 @@\n-  \"license\": \"MIT\",\n+  \"license\": \"UNLICENSED\",\n x", "licence"},
		{"a.go", "@@ -1,2 +1,2 @@\n-\tInsecureSkipVerify: true,\n+\t\tInsecureSkipVerify: true,\n x", ""},
		{"db/migrate/1_a.rb", "@@ -1,2 +1,2 @@ def down\n-a\n+drop_table :a\n x", "migration"},
		{"db/migrations/1_a.sql", "@@ -1,3 +1,3 @@\n ALTER TABLE a\n-ADD b int,\n+DROP COLUMN b,\n ADD c int;", "drop-column! 2"},
		{"db/migrations/1_a.sql", "@@ -1,2 +1,3 @@\n DROP TABLE a;\n+SELECT 1;\n x", "migration"},
	} {
		if got := strings.Join(rules(changed(c.path, c.patch)), ", "); got != c.want {
			t.Errorf("%s\n%s\ngot %q, want %q", c.path, c.patch, got, c.want)
		}
	}
}
