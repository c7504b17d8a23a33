package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rs/zerolog"
	"github.com/sluicegate/sluice/internal/database/databasetest"
)

// onlyEnv is an environment with these variables of ours and no others.
func onlyEnv(t *testing.T, env map[string]string) {
	t.Helper()
	for _, entry := range os.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, "SLUICE_") || strings.HasPrefix(name, "GITHUB_") || strings.HasPrefix(name, "OTEL_") {
			t.Setenv(name, value) // puts it back
			os.Unsetenv(name)
		}
	}
	for name, value := range env {
		t.Setenv(name, value)
	}
}

func secretFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	must(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// The configuration comes from the file, the environment over it, and secrets from files of their own.
func TestConfig(t *testing.T) {
	file := secretFile(t, "listen: :1\nlog_level: warn\nwebhook_secret_old: older\ngithub: {app: {integration_id: 7, webhook_secret: of the file}}\n")
	onlyEnv(t, map[string]string{
		"SLUICE_LISTEN":                  ":2",
		"GITHUB_APP_PRIVATE_KEY_FILE":    secretFile(t, "-----BEGIN\nkey\n-----END\n"),
		"GITHUB_APP_WEBHOOK_SECRET_FILE": secretFile(t, " the newest \r\n"),
		"SLUICE_DATABASE_URL_FILE":       secretFile(t, "postgres://sluice:secret@db/sluice"),
		"SLUICE_SERVICE_HOST":            "10.0.0.1", // Kubernetes, of a service named sluice
		"SLUICE_PORT":                    "tcp://10.0.0.1:80",
		"SLUICE_PORT_80_TCP_ADDR":        "10.0.0.1",
		"SLUICE_POSTGRES_SERVICE_PORT":   "5432",
	})
	c, err := readConfig(file)
	must(t, err)
	for _, v := range []struct{ what, got, want string }{
		{"listen", c.Listen, ":2"},
		{"log_level", c.LogLevel, "warn"},
		{"private_key", c.GitHub.App.PrivateKey, "-----BEGIN\nkey\n-----END"},
		{"webhook secrets", strings.Join(c.webhookSecrets(), ","), " the newest ,older"},
		{"database_url", c.DatabaseURL, "postgres://sluice:secret@db/sluice"},
	} {
		if v.got != v.want {
			t.Errorf("%s: got %q, want %q", v.what, v.got, v.want)
		}
	}
}

// Mistakes are told with what to do, all at once.
func TestConfigMistakes(t *testing.T) {
	for _, c := range []struct {
		name string
		env  map[string]string
		want []string
	}{
		{"a misspelt variable", map[string]string{"SLUICE_DATABSE_URL": "x"}, []string{"no variable is named SLUICE_DATABSE_URL; did you mean SLUICE_DATABASE_URL?"}},
		{"a misspelt file", map[string]string{"SLUICE_DATABASE_URL_FILES": "x"}, []string{"did you mean SLUICE_DATABASE_URL_FILE?"}},
		{"a variable like nothing", map[string]string{"SLUICE_XYZZY": "x"}, []string{"no variable is named SLUICE_XYZZY; take it away"}},
		{"a port", map[string]string{"SLUICE_PORT": "8080"}, []string{"no variable is named SLUICE_PORT"}},
		{"both", map[string]string{"GITHUB_APP_PRIVATE_KEY": "a", "GITHUB_APP_PRIVATE_KEY_FILE": "b"}, []string{"GITHUB_APP_PRIVATE_KEY and GITHUB_APP_PRIVATE_KEY_FILE are both set"}},
		{"no file", map[string]string{"GITHUB_APP_PRIVATE_KEY_FILE": "/no/such/file"}, []string{"GITHUB_APP_PRIVATE_KEY_FILE: no such file or directory: name a file that this process can read"}},
		{"a folder", map[string]string{"GITHUB_APP_PRIVATE_KEY_FILE": t.TempDir()}, []string{"GITHUB_APP_PRIVATE_KEY_FILE: is a directory"}},
		{"an empty file", map[string]string{"GITHUB_APP_WEBHOOK_SECRET_FILE": secretFile(t, "\n")}, []string{"GITHUB_APP_WEBHOOK_SECRET_FILE names an empty file"}},
		{"a large file", map[string]string{"GITHUB_APP_WEBHOOK_SECRET_FILE": secretFile(t, strings.Repeat("x", 70_000))}, []string{"more than 64 KB"}},
		{"the old secret is the new one", map[string]string{"GITHUB_APP_WEBHOOK_SECRET": "one two", "SLUICE_WEBHOOK_SECRET_OLD": "one two"}, []string{"SLUICE_WEBHOOK_SECRET_OLD is the new secret too"}},
		{"an old secret alone", map[string]string{"SLUICE_WEBHOOK_SECRET_OLD": "one two"}, []string{"GITHUB_APP_WEBHOOK_SECRET is not"}},
		{"a level", map[string]string{"SLUICE_LOG_LEVEL": "loud"}, []string{"write debug, info, warn or error"}},
		{"two at once", map[string]string{"SLUICE_LOG_LEVEL": "loud", "GITHUB_APP_INTEGRATION_ID": "seven"}, []string{"SLUICE_LOG_LEVEL", "GITHUB_APP_INTEGRATION_ID is no number"}},
		{"traces by gRPC", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, []string{"Sluice sends http/protobuf"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			onlyEnv(t, c.env)
			_, err := readConfig("")
			for _, want := range c.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %q", err, want)
				}
			}
		})
	}
}

// canaries are secrets that must show nowhere.
const (
	canary         = `canary-5f3a%"\+/=word`
	canaryKeyLine  = "Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5"
	canaryPassword = "canary-pa55word"
)

// gaveAway are the canaries that text shows, in any form.
func gaveAway(text string) (out []string) {
	for _, form := range []string{canary, url.QueryEscape(canary), url.PathEscape(canary), `canary-5f3a%\"\\+/=word`, canaryKeyLine, canaryPassword, "canary"} {
		if strings.Contains(text, form) {
			out = append(out, form)
		}
	}
	return out
}

// No mistake in the configuration shows a secret, wherever it was put.
func TestConfigGivesNothingAway(t *testing.T) {
	key := "-----BEGIN RSA PRIVATE KEY-----\n" + canaryKeyLine + "\n-----END RSA PRIVATE KEY-----\n"
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	real := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(private)}))
	app := func(more map[string]string) map[string]string {
		env := map[string]string{
			"GITHUB_APP_INTEGRATION_ID": "7", "GITHUB_APP_WEBHOOK_SECRET": canary, "GITHUB_APP_PRIVATE_KEY": real,
		}
		maps.Copy(env, more)
		return env
	}
	database := "postgres://sluice:" + canaryPassword + "@127.0.0.1:1/sluice?sslmode=disable"
	for _, c := range []struct {
		name string
		file string
		env  map[string]string
	}{
		{"an App without an id", "", map[string]string{"GITHUB_APP_PRIVATE_KEY": key, "GITHUB_APP_WEBHOOK_SECRET": canary}},
		{"a key that is none", "", map[string]string{"GITHUB_APP_INTEGRATION_ID": "7", "GITHUB_APP_PRIVATE_KEY": key, "GITHUB_APP_WEBHOOK_SECRET": canary}},
		{"a key that is a secret", "", map[string]string{"GITHUB_APP_INTEGRATION_ID": "7", "GITHUB_APP_PRIVATE_KEY": canary, "GITHUB_APP_WEBHOOK_SECRET": canary}},
		{"a secret for an id", "", map[string]string{"GITHUB_APP_INTEGRATION_ID": canary}},
		{"a secret for a level", "", map[string]string{"SLUICE_LOG_LEVEL": canary, "GITHUB_APP_WEBHOOK_SECRET": canary}},
		{"a secret for an address", "", map[string]string{"GITHUB_V3_API_URL": canary, "SLUICE_PUBLIC_URL": canary, "GITHUB_APP_WEBHOOK_SECRET": canary}},
		{"a secret for a file", "", map[string]string{"GITHUB_APP_WEBHOOK_SECRET_FILE": canary}},
		{"a key for a file", "", map[string]string{"GITHUB_APP_PRIVATE_KEY_FILE": key}},
		{"a secret twice", "", map[string]string{"SLUICE_WEBHOOK_SECRET_OLD": canary, "GITHUB_APP_WEBHOOK_SECRET": canary}},
		{"a database that is away", "", app(map[string]string{"SLUICE_DATABASE_URL": database})},
		{"a database URL that is none", "", app(map[string]string{"SLUICE_DATABASE_URL": "postgres://sluice:" + canaryPassword + "%zz@db:x/sluice"})},
		{"a database of no engine", "", app(map[string]string{"SLUICE_DATABASE_URL": "mysql://sluice:" + canaryPassword + "@db/sluice"})},
		{"a database's file in no folder", "", app(map[string]string{"SLUICE_DATABASE_URL": "sqlite:/no/such/folder/sluice.db"})},
		{"a public address that is a secret", "", app(map[string]string{"SLUICE_DATABASE_URL": "sqlite::memory:", "SLUICE_PUBLIC_URL": canary})},
		{"an address to listen on that is a secret", "", app(map[string]string{"SLUICE_DATABASE_URL": "sqlite::memory:", "SLUICE_LISTEN": canary})},
		{"a file with the database in the wrong place", "log_level: " + database + "\ndatabase_url: " + database, nil},
		{"a file with a secret for an id", "github: {app: {integration_id: " + canaryKeyLine + "}}", nil},
		{"a file with a list", "github: {app: {webhook_secret: [" + canaryKeyLine + "]}}", nil},
		{"a file with a map", "github: {app: {private_key: {" + canaryKeyLine + ": 1}}}", nil},
		{"a file with a misspelt key", "github: {app: {webhok_secret: " + canaryKeyLine + "}}", nil},
		{"a file with a secret twice", "webhook_secret_old: " + canaryKeyLine + "\nwebhook_secret_old: " + canaryKeyLine, nil},
		{"a file that is no YAML", "github: {app: {private_key: " + canaryKeyLine + "\n", nil},
		{"a file with a key that is not indented", "github:\n  app:\n    private_key: |\n" + key, nil},
		{"a file with a secret that begins with a star", "webhook_secret_old: *" + canaryKeyLine, nil},
		{"a file with a secret that begins with a percent sign", "webhook_secret_old: %" + canaryKeyLine, nil},
		{"a file with a secret that begins with an exclamation mark", "webhook_secret_old: !" + canaryKeyLine + " x", nil},
		{"a file with a duration", "keep: {reports: " + canaryKeyLine + "}", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			onlyEnv(t, c.env)
			file := ""
			if c.file != "" {
				file = secretFile(t, c.file)
			}
			var log bytes.Buffer
			config, err := readConfig(file)
			if err == nil {
				ctx, cancel := context.WithCancel(t.Context())
				cancel() // it ends at once, should it come so far
				if os.Getenv("SLUICE_LISTEN") == "" {
					config.Listen = "127.0.0.1:0"
				}
				err = serve(ctx, config, &log)
			}
			if err == nil {
				t.Error("got no error")
				return
			}
			if shown := gaveAway(err.Error() + log.String()); shown != nil {
				t.Errorf("got %v in %v\n%s", shown, err, log.String())
			}
		})
	}
}

// A server that runs into every error that there is shows no secret: not in its log, its pages or its answers.
func TestServerGivesNothingAway(t *testing.T) {
	t.Parallel()
	// An API that answers with what it was asked, as a proxy's error page may.
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, `{"message":"`+r.Header.Get("Authorization")+`"}`, http.StatusInternalServerError)
	}))
	defer echo.Close()
	h := beginWith(t, databasetest.SQLite(t), func(c *serverConfig) {
		c.WebhookSecretOld = canary
		c.GitHub.V3APIURL, c.GitHub.V4APIURL = echo.URL+"/", echo.URL+"/graphql"
		c.traces = strings.Replace(echo.URL, "http://", "http://user:"+canaryPassword+"@", 1)
	}, func(*house) {})
	body := []byte(`{"action":"opened","installation":{"id":1},"repository":{"full_name":"acme/api"},"pull_request":{"number":12,"state":"open"}}`)
	with := func(name, value string) map[string]string { return map[string]string{name: value} }
	// Signed by either secret it is taken, by neither not.
	if status := h.post("pull_request", "1", body, with("X-Hub-Signature-256", "sha256="+signature(sha256.New, canary, body))); status != http.StatusAccepted {
		t.Errorf("signed with the old secret: got %d, want 202", status)
	}
	if status := h.post("pull_request", "2", body, nil); status != http.StatusAccepted {
		t.Errorf("signed with the new secret: got %d, want 202", status)
	}
	if status := h.post("pull_request", "3", body, with("X-Hub-Signature-256", "sha256="+signature(sha256.New, canary[1:], body))); status != http.StatusUnauthorized {
		t.Errorf("signed with another secret: got %d, want 401", status)
	}
	h.until("a job that failed", func() bool { return strings.Contains(h.logged(), "job failed") })
	pages := h.logged()
	for _, path := range []string{"/healthz", "/readyz", "/metrics", "/" + url.PathEscape(canary), "/api/github/hook"} {
		_, text := h.get(path)
		pages += text
	}
	must(t, h.server.queue.Stop(t.Context())) // or it would take its time to find out
	must(t, h.server.db.Close())
	_, text := h.get("/readyz")
	pages += text
	if shown := gaveAway(pages); shown != nil {
		t.Errorf("got %v in\n%s", shown, pages)
	}
	for _, line := range strings.Split(string(h.box.PrivateKey()), "\n") {
		if len(line) > 20 && strings.Contains(pages, line) && !strings.HasPrefix(line, "-----") {
			t.Error("the private key was shown")
		}
	}
	if strings.Contains(pages, h.box.Secret()) {
		t.Error("the webhook's secret was shown")
	}
	// What an API sends back is another one's word, and the veil's to hide.
	if !strings.Contains(pages, "Bearer ey") || strings.Contains((&serverConfig{}).veil().text(pages), "Bearer ey") {
		t.Error("got no token, or one that was shown")
	}
}

// The veil takes secrets out in each form, and leaves the rest.
func TestVeil(t *testing.T) {
	t.Parallel()
	key := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: bytes.Repeat([]byte("canary"), 40)}))
	c := &serverConfig{WebhookSecretOld: canary, DatabaseURL: "postgres://sluice:" + canaryPassword + "@db/sluice"}
	c.GitHub.App.PrivateKey = key
	var out bytes.Buffer
	log := zerolog.New(c.veil().over(&out))
	log.Warn().Err(errors.New(canary+" "+url.QueryEscape(canary))).Str("key", key).Str("line", strings.Split(key, "\n")[1]).Str("url", c.DatabaseURL).Msg("kept")
	if shown := gaveAway(out.String()); shown != nil || strings.Contains(out.String(), strings.Split(key, "\n")[1]) || !strings.Contains(out.String(), "kept") {
		t.Errorf("got %v in %s", shown, out.String())
	}
	for _, token := range []string{
		"ghs_16C7e42F292c6912E7710c838347Ae178B4a", "ghp_16C7e42F292c6912E7710c838347Ae178B4a", "github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz",
		"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiI5MDAwMDAwMDEifQ.SuCaWs9HX4TPQNvBCAkh4tJzfApH44kZ5zpng_K1Hym4",
	} {
		if got := c.veil().text("token " + token + "."); got != "token [secret]." {
			t.Errorf("got %q", got)
		}
	}
	if got := c.veil().text("the branch ghs_fix and eyJ.a.b"); got != "the branch ghs_fix and eyJ.a.b" {
		t.Errorf("got %q", got)
	}
	plain := errors.New("nothing secret")
	if got := c.veil().error(plain); got != plain { //nolint:errorlint // it must be the same
		t.Errorf("got %v, want the error itself", got)
	}
	if got := newVeil("", "a").text("banana"); got != "banana" {
		t.Errorf("got %q: a secret of one letter blacks out everything", got)
	}
}
