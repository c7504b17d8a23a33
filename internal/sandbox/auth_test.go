package sandbox

import (
	"crypto/rand"
	"crypto/rsa"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v4"
)

// Who is listened to, and who is not.
func TestWhoIsListenedTo(t *testing.T) {
	s := begin(t, Options{})
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	token := func(key *rsa.PrivateKey, issuer string, until time.Duration) string {
		now := time.Now()
		claims := jwt.RegisteredClaims{Issuer: issuer, IssuedAt: jwt.NewNumericDate(now.Add(-time.Minute)), ExpiresAt: jwt.NewNumericDate(now.Add(until))}
		signed, err := jwt.NewWithClaims(jwt.SigningMethodRS256, claims).SignedString(key)
		must(t, err)
		return signed
	}
	symmetric, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.RegisteredClaims{Issuer: decimal(s.AppID())}).SignedString([]byte("secret"))
	must(t, err)
	right := token(s.key, decimal(s.AppID()), 5*time.Minute)
	installed := bearer(t, s, "acme")
	for _, c := range []struct {
		why, token, path string
		want             int
	}{
		{"the App's own token", right, "/app", 200},
		{"no token", "", "/app", 401},
		{"another key", token(other, decimal(s.AppID()), 5*time.Minute), "/app", 401},
		{"another App", token(s.key, "1", 5*time.Minute), "/app", 401},
		{"it is over", token(s.key, decimal(s.AppID()), -time.Second), "/app", 401},
		{"more than ten minutes", token(s.key, decimal(s.AppID()), 11*time.Minute), "/app", 401},
		{"signed with a secret", symmetric, "/app", 401},
		{"an installation is not the App", installed, "/app", 401},
		{"the App is not an installation", right, "/repos/acme/api/pulls/12", 403},
		{"an installation", installed, "/repos/acme/api/pulls/12", 200},
		{"a person", s.UserToken("mira"), "/repos/acme/api/pulls/12", 200},
		{"a token that nobody made", "ghs_0000", "/repos/acme/api/pulls/12", 401},
		{"a repository that is not there", installed, "/repos/acme/none/pulls/12", 404},
		{"a path that is not there", installed, "/repos/acme/api/secrets", 404},
	} {
		if got, _ := ask(t, s, c.token, "GET", c.path, nil); got != c.want {
			t.Errorf("%s: got %d, want %d", c.why, got, c.want)
		}
	}
}

// Tokens end after an hour, when they are revoked, and with the installation.
func TestTokensEnd(t *testing.T) {
	var ahead atomic.Int64
	s := begin(t, Options{Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
	status := func(token string) int {
		code, _ := ask(t, s, token, "GET", "/repos/acme/api", nil)
		return code
	}
	token := bearer(t, s, "acme")
	s.RevokeTokens("acme")
	if got := status(token); got != 401 {
		t.Errorf("revoked: got %d, want 401", got)
	}
	token = bearer(t, s, "acme")
	must(t, s.Suspend("acme"))
	if got := status(token); got != 401 {
		t.Errorf("suspended: got %d, want 401", got)
	}
	if _, _, err := app(t, s).Apps.CreateInstallationToken(t.Context(), s.Installation("acme"), nil); err == nil {
		t.Error("a suspended installation got a token")
	}
	must(t, s.Unsuspend("acme"))
	token = bearer(t, s, "acme")
	ahead.Store(int64(59 * time.Minute))
	if got := status(token); got != 200 {
		t.Errorf("after 59 minutes: got %d, want 200", got)
	}
	ahead.Store(int64(61 * time.Minute))
	if got := status(token); got != 401 {
		t.Errorf("after 61 minutes: got %d, want 401", got)
	}
}
