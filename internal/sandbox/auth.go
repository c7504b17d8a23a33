package sandbox

import (
	"net/http"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v4"
)

// Who may make a call.
type caller uint8

const (
	byApp    caller = iota // the App itself, by its JSON Web Token
	byToken                // an installation or a person
	byAnyone               // without a token
)

// authenticate finds who calls, or says why GitHub would not listen.
func (s *Sandbox) authenticate(c *call, who caller) *reply {
	if who == byAnyone {
		return nil
	}
	scheme, value, _ := strings.Cut(c.r.Header.Get("Authorization"), " ")
	value = strings.TrimSpace(value)
	switch lower(scheme) {
	case "bearer", "token":
	case "":
		return refuse(http.StatusUnauthorized, "Requires authentication")
	default:
		return refuse(http.StatusUnauthorized, "Bad credentials")
	}
	if strings.Count(value, ".") == 2 {
		if message := s.appToken(value); message != "" {
			return refuse(http.StatusUnauthorized, message)
		}
		if who != byApp {
			return refuse(http.StatusForbidden, "Resource not accessible by integration")
		}
		return nil
	}
	t := s.tokens[value]
	if t == nil || !s.now().Before(t.expires) {
		return refuse(http.StatusUnauthorized, "Bad credentials")
	}
	if who == byApp {
		return refuse(http.StatusUnauthorized, "A JSON web token could not be decoded")
	}
	if t.in != nil && !t.in.suspended.IsZero() {
		return refuse(http.StatusForbidden, "This installation has been suspended")
	}
	c.token = t
	return nil
}

// appToken says what is wrong with the App's JSON Web Token, "" where nothing is (docs, "Generating a JSON Web Token
// (JWT) for a GitHub App").
func (s *Sandbox) appToken(value string) string {
	claims := jwt.RegisteredClaims{}
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"RS256"}), jwt.WithoutClaimsValidation())
	if _, err := parser.ParseWithClaims(value, &claims, func(*jwt.Token) (any, error) { return &s.key.PublicKey, nil }); err != nil {
		return "A JSON web token could not be decoded"
	}
	now := s.now()
	switch {
	case claims.Issuer != decimal(s.app):
		return "'Issuer' claim ('iss') must be an Integer"
	case claims.ExpiresAt == nil || claims.ExpiresAt.After(now.Add(10*time.Minute+5*time.Second)):
		return "'Expiration time' claim ('exp') is too far in the future"
	case !now.Before(claims.ExpiresAt.Time):
		return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires"
	case claims.IssuedAt == nil || claims.IssuedAt.After(now.Add(5*time.Second)):
		return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
	}
	return ""
}

// sees reports whether the caller may read r: it is public, or the token is for it.
func (t *token) sees(r *repo) bool { return !r.private || t.person != nil || t.owns(r) }

// owns reports whether the token is for r.
func (t *token) owns(r *repo) bool {
	if t.in == nil || !t.in.covers(r) {
		return false
	}
	if t.repos == nil {
		return true
	}
	for _, other := range t.repos {
		if other == r {
			return true
		}
	}
	return false
}

// may reports whether the token grants one of the permissions in needs, "checks:write" or "issues:read|pull_requests:read".
// A public repository can be read by everybody.
func (t *token) may(needs string, r *repo) bool {
	if needs == "" || t.person != nil {
		return true
	}
	for need := range strings.SplitSeq(needs, "|") {
		permission, level, _ := strings.Cut(need, ":")
		if level == "read" && r != nil && !r.private && !t.owns(r) {
			return true
		}
		granted := t.perms[permission]
		if r != nil && !t.owns(r) {
			continue
		}
		if granted == "admin" || granted == level || granted == "write" && level == "read" {
			return true
		}
	}
	return false
}
