package tests

import (
	"path"
	"strconv"
	"strings"

	"github.com/sluicegate/sluice/internal/pull"
)

var (
	// A threshold of coverage, with its name and value; the name in one of the first groups.
	threshold = re(`(?i)["']?(?:\b|\s)(fail_?under|fail-under(?:-\w+)?|cov-fail-under|minimum_coverage(?:_by_file)?|minimumCoverage|coverageMinimum\w*|coverage_?threshold|covThreshold|min_?coverage\w*|coverage_?min\w*|cov_min\w*|covermin|minimum|threshold|target|branches|functions|lines|statements|line|branch|autoUpdate|maximum_coverage_drop|(?-i:[A-Z_]*COVERAGE[A-Z_]*)|-lt|total|file|package)\b["']?\s*(?:[?:=]+\s*|\s+|>=?\s*|<\s*|\(\s*|>\s*)["']?(\d+(?:\.\d+)?)\b`)
	// Names that mean coverage whatever file they stand in.
	coverNames = re(`(?i)^(?:fail_?under|fail-under.*|cov-fail-under|minimum_coverage.*|minimumCoverage|coverageMinimum.*|coverage_?threshold|covThreshold|min_?coverage.*|coverage_?min.*|cov_min.*|covermin|maximum_coverage_drop)$`)
	// Names that mean it only in files about coverage, or on lines that speak of it.
	jsNames   = re(`^(?:branches|functions|lines|statements)$`)
	covFiles  = re(`(?i)codecov|nycrc|nyc\.|coveragerc|coveralls|testcoverage|tarpaulin|coverlet|simplecov|runsettings|jacoco`)
	coverKeys = re(`(?i)\b(?:coverageThreshold|thresholds|fail_under|cov-fail-under|minimum_coverage|check-coverage|checkCoverage|jacocoTestCoverageVerification|coverageMinimum\w*|fail-under(?:-\w+)?)\b`)
)

const cover = "Cover the code, or say in the description why less is right."

// thresholds finds lowered and removed thresholds of coverage.
func (s *strength) thresholds(p *plan) {
	if p.file.Status == pull.Removed {
		return
	}
	for from := 0; from < len(p.rows); from = p.rows[from].to {
		if p.rows[from].Op == pull.Context {
			continue
		}
		s.lowered(p, from)
	}
}

// value is a threshold on a line.
type value struct {
	n   float64
	row int
}

func (s *strength) lowered(p *plan, from int) {
	old := map[string][]value{}
	to := p.rows[from].to
	takenAt := -1
	added := false
	for k := from; k < to; k++ {
		r := &p.rows[k]
		if r.mask == "" || !aboutCoverage(p, k) {
			continue
		}
		for _, t := range thresholdsOf(r.mask) {
			name := t.name
			if r.Op == pull.Remove {
				old[name] = append(old[name], value{t.n, k})
				continue
			}
			list := old[name]
			if len(list) == 0 {
				continue
			}
			was := list[0]
			old[name] = list[1:]
			wider := strings.Contains(name, "drop") || name == "threshold" && strings.Contains(path.Base(p.file.Path), "codecov")
			if t.n < was.n && !wider || t.n > was.n && wider {
				s.weakened(p.file, r.New, "a threshold of coverage was lowered", cover, p.rows[was.row].Line, r.Line)
			}
		}
		if coverKeys.MatchString(r.mask) {
			if r.Op == pull.Remove && takenAt < 0 {
				takenAt = k
			}
			added = added || r.Op == pull.Add
		}
	}
	if takenAt >= 0 && !added && !p.elsewhere(takenAt) {
		s.weakened(p.file, p.lineAt(takenAt), "a threshold of coverage was removed", cover, p.rows[takenAt].Line)
	}
}

// elsewhere reports whether the threshold of row k stands in another place of the file now.
func (p *plan) elsewhere(k int) bool {
	if p.kept == nil {
		p.kept = map[string]bool{}
		for j := range p.rows {
			if r := &p.rows[j]; r.Op != pull.Remove {
				p.kept[coverKeys.FindString(r.mask)] = true
			}
		}
	}
	return p.kept[coverKeys.FindString(p.rows[k].mask)]
}

type named struct {
	name string
	n    float64
}

func thresholdsOf(mask string) []named {
	var out []named
	for _, m := range threshold.FindAllStringSubmatch(mask, 16) {
		if n, err := strconv.ParseFloat(m[2], 64); err == nil {
			out = append(out, named{strings.ToLower(m[1]), n})
		}
	}
	return out
}

// aboutCoverage reports whether row k can hold a threshold of coverage.
func aboutCoverage(p *plan, k int) bool {
	mask := p.rows[k].mask
	if !strings.ContainsAny(mask, "0123456789") {
		return coverKeys.MatchString(mask)
	}
	lower := strings.ToLower(mask)
	if strings.Contains(lower, "cover") || strings.Contains(lower, "fail_under") || strings.Contains(lower, "fail-under") || strings.Contains(lower, "cov_") {
		return true
	}
	base := path.Base(p.file.Path)
	if covFiles.MatchString(base) {
		return true
	}
	for _, m := range threshold.FindAllStringSubmatch(mask, 16) {
		name := strings.ToLower(m[1])
		switch {
		case coverNames.MatchString(name):
			return true
		case jsNames.MatchString(name) && (strings.Contains(base, "jest") || strings.Contains(base, "vite") || base == "package.json" || strings.Contains(base, "c8")):
			return true
		case name == "minimum" && (strings.Contains(base, "gradle") || base == "pom.xml"):
			return true
		case name == "threshold" && strings.Contains(base, ".csproj"), name == "-lt" && p.kind != noSteering && p.speaks(k):
			return true
		}
	}
	return false
}

// speaks reports whether a line near row k speaks of coverage.
func (p *plan) speaks(k int) bool {
	for j := max(0, k-far/4); j < p.near(k) && j < k+far/4; j++ {
		if strings.Contains(strings.ToLower(p.rows[j].Text), "cover") {
			return true
		}
	}
	return false
}
