package sensitive

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/pull"
)

// guards are what keeps others out, as frameworks write it: each a line, or a part of one that needs no more to be known.
var guards = regexp.MustCompile(`@(?:login_required|permission_required|user_passes_test|jwt_required|requires_auth|token_required|auth_required|roles_required|roles_accepted|staff_member_required|csrf_protect)\b|@(?:PreAuthorize|PostAuthorize|Secured|RolesAllowed|Authenticated|DenyAll)\b|@UseGuards\(|\[(?:Authorize|ValidateAntiForgeryToken)\b|\bbefore_action\s+:(?:authenticate|authorize|require_login|require_admin|ensure_)\w*|\bauthorize!|\bauthorize_resource\b|\bload_and_authorize_resource\b|\bverify_authorized\b|\bprotect_from_forgery\b|\bpermission_classes\s*=|\b(?:is_authenticated|isAuthenticated|requireAuth|requireAdmin|requireLogin|ensureAuthenticated|ensureLoggedIn|checkPermission|checkPermissions|hasPermission|has_permission|requirePermission|RequireAuth|RequireAdmin|CheckPermission|HasPermission|IsAuthorized|isAuthorized|is_authorized|check_permission|require_permission|authenticateToken|verifyToken|verify_token|VerifyToken|AuthMiddleware|authMiddleware|RequireAuthorization|hasRole|hasAuthority|hasAnyRole)\b|->middleware\(\s*\[?\s*['"](?:auth|can|role|permission)|\bGate::(?:authorize|allows|denies)\b|\$this->authorize\(|\bpasswordEncoder\.matches\(|\bbcrypt\.(?:compare|CompareHashAndPassword|checkpw)\b|\bcompare_digest\(|\bConstantTimeCompare\(|\btimingSafeEqual\(|\bhmac\.Equal\(`)

// guardWord is quick to look for: nearly no line has one.
var guardWords = newWords(strings.Fields(`login_required permission user_passes_test jwt_required requires_auth token_required auth_required roles_ staff_member_required
	csrf_protect authorize @secured rolesallowed authenticated denyall useguards antiforgery before_action verify_authorized protect_from_forgery
	requireauth requireadmin requirelogin loggedin isauthorized is_authorized authenticatetoken verifytoken verify_token authmiddleware
	hasrole hasauthority hasanyrole middleware gate:: passwordencoder bcrypt compare_digest constanttimecompare timingsafeequal hmac.equal`))

// guardsRemoved says which guards a file loses: those of removed lines that no added line has as often.
func guardsRemoved(f *file) []seen {
	if !f.code() || f.Removed == 0 || f.Status == pull.Removed {
		return nil
	}
	removed := blockOf(f, pull.Remove, nil)
	lost := map[string]int{}
	where := map[string][]int{}
	last := -1
	guardWords.each(removed, func(i, _ int) {
		if i == last || len(removed.lines[i].Text) > maxLine {
			return
		}
		last = i
		text := removed.lines[i].Text
		if imported(text) {
			return
		}
		if at := guards.FindStringIndex(text); at != nil && live(text, at[0], f.lang(), true) {
			guard := text[at[0]:at[1]]
			lost[guard]++
			where[guard] = append(where[guard], i)
		}
	})
	if len(lost) == 0 {
		return nil
	}
	for i := range f.hunks {
		for k := range f.hunks[i].Lines {
			if l := &f.hunks[i].Lines[k]; l.Op == pull.Add && len(l.Text) <= maxLine && !imported(l.Text) {
				for guard := range lost {
					lost[guard] -= strings.Count(l.Text, guard)
				}
			}
		}
	}
	var out []seen
	for i, l := range removed.lines {
		at := guards.FindString(l.Text)
		if at == "" || lost[at] <= 0 || len(where[at]) == 0 || where[at][0] != i {
			continue
		}
		out = append(out, seen{rule: "guard-removed", class: authentication, Finding: check.Finding{
			Path: f.Path, Line: f.near(l), Risk: check.High, Quote: check.Quote(*l),
			Message: fmt.Sprintf("Takes %s away: %s.", times(lost[at]), strings.TrimRight(at, "([ '\"")),
			Fix:     "Say in the description what protects it now, or put it back.",
		}})
	}
	return out
}

func times(n int) string {
	if n == 1 {
		return "a guard"
	}
	return fmt.Sprintf("%d guards of one kind", n)
}

var importing = regexp.MustCompile(`^\s*(?:import|from|using|use|require|include|export)\b`)

func imported(text string) bool { return importing.MatchString(text) }

// near is the line of the head's file where a removed line stood, or the next one.
func (f *file) near(removed *pull.Line) int {
	for i := range f.hunks {
		h := &f.hunks[i]
		next := max(h.NewStart, 1)
		for k := range h.Lines {
			if &h.Lines[k] == removed {
				return next
			}
			if h.Lines[k].New > 0 {
				next = h.Lines[k].New + 1
			}
		}
	}
	return 0
}
