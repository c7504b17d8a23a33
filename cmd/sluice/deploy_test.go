package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

var (
	inQuery  = regexp.MustCompile(`\b(sluice|go|process)_[a-z_]+`)
	selector = regexp.MustCompile(`\b(sluice_[a-z_]+)\{([^}]*)\}`)
	matcher  = regexp.MustCompile(`([a-z_]+)(?:=~|!~|!=|=)"`)
	grouping = regexp.MustCompile(`\b(?:by|without) \(([^)]*)\)`)
)

// held are the names that a query uses against those that a server has.
func held(t *testing.T, query string) {
	t.Helper()
	names := registered(t)
	plain := func(name string) string {
		for _, suffix := range []string{"_bucket", "_sum", "_count"} {
			if cut, ok := strings.CutSuffix(name, suffix); ok && strings.HasSuffix(cut, "s") || ok && strings.HasSuffix(cut, "_ratio") {
				return cut
			}
		}
		return name
	}
	var labels []string
	for _, name := range inQuery.FindAllString(query, -1) {
		found, ok := names[plain(name)]
		if !ok && !slices.Contains([]string{"go_goroutines", "process_resident_memory_bytes", "process_cpu_seconds_total"}, name) {
			t.Errorf("no metric is named %s: %s", name, query)
		}
		labels = append(labels, strings.Split(found, ",")...)
	}
	for _, s := range selector.FindAllStringSubmatch(query, -1) {
		for _, m := range matcher.FindAllStringSubmatch(s[2], -1) {
			if !slices.Contains(strings.Split(names[plain(s[1])], ","), m[1]) {
				t.Errorf("%s has no label %s: %s", s[1], m[1], query)
			}
		}
	}
	for _, g := range grouping.FindAllStringSubmatch(query, -1) {
		for _, label := range strings.Split(g[1], ",") {
			if label = strings.TrimSpace(label); label != "le" && !slices.Contains(labels, label) {
				t.Errorf("nothing has the label %s: %s", label, query)
			}
		}
	}
	for _, pair := range []string{"()", "{}", "[]"} {
		if strings.Count(query, pair[:1]) != strings.Count(query, pair[1:]) {
			t.Errorf("%s does not pair: %s", pair, query)
		}
	}
}

// The alerts have the shape that Prometheus reads, and ask for metrics that there are.
func TestAlerts(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../deploy/prometheus/alerts.yml")
	must(t, err)
	var file struct {
		Groups []struct {
			Name  string `yaml:"name"`
			Rules []struct {
				Alert       string            `yaml:"alert"`
				Expr        string            `yaml:"expr"`
				For         time.Duration     `yaml:"for"`
				Labels      map[string]string `yaml:"labels"`
				Annotations map[string]string `yaml:"annotations"`
			} `yaml:"rules"`
		} `yaml:"groups"`
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	must(t, decoder.Decode(&file))
	seen := map[string]bool{}
	for _, g := range file.Groups {
		for _, r := range g.Rules {
			if r.Alert == "" || seen[r.Alert] || r.Expr == "" || r.Annotations["summary"] == "" || r.Annotations["description"] == "" ||
				!slices.Contains([]string{"warning", "critical"}, r.Labels["severity"]) {
				t.Errorf("the alert %q is not whole, or there twice", r.Alert)
			}
			seen[r.Alert] = true
			held(t, r.Expr)
		}
	}
	if len(seen) < 10 {
		t.Errorf("got %d alerts", len(seen))
	}
}

// The dashboard asks for metrics that there are, and shows each of Sluice's own.
func TestDashboard(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../deploy/grafana/sluice.json")
	must(t, err)
	var board struct {
		Panels []struct {
			ID      int
			Type    string
			Title   string
			GridPos struct{ H, W, X, Y int }
			Targets []struct{ Expr string }
		}
	}
	must(t, json.Unmarshal(text, &board))
	ids := map[int]bool{}
	all := ""
	for _, p := range board.Panels {
		if ids[p.ID] || p.Title == "" || p.GridPos.X+p.GridPos.W > 24 || p.Type != "row" && len(p.Targets) == 0 {
			t.Errorf("the panel %d %q is not whole", p.ID, p.Title)
		}
		ids[p.ID] = true
		for _, target := range p.Targets {
			held(t, target.Expr)
			all += target.Expr + "\n"
		}
	}
	for name := range registered(t) {
		if !strings.Contains(all, name) {
			t.Errorf("%s is shown nowhere", name)
		}
	}
}

// Every file for a deployment is YAML, and the variables in it are Sluice's.
func TestDeployments(t *testing.T) {
	t.Parallel()
	c := &serverConfig{}
	known := slices.Clone(elsewhere)
	for _, v := range c.variables() {
		known = append(known, v.name)
		if v.secret {
			known = append(known, v.name+"_FILE")
		}
	}
	known = append(known, "GITHUB_APP_INTEGRATION_ID")
	variable := regexp.MustCompile(`\b(?:SLUICE|GITHUB_APP)_[A-Z_]+[A-Z]\b`)
	for _, name := range []string{"compose.yml", "kubernetes/sluice.yml", "prometheus/prometheus.yml", "prometheus/alerts.yml", "Dockerfile", "sluice.service"} {
		text, err := os.ReadFile("../../deploy/" + name)
		must(t, err)
		for _, v := range variable.FindAllString(string(text), -1) {
			if !slices.Contains(known, v) {
				t.Errorf("%s: no variable is named %s", name, v)
			}
		}
		if !strings.HasSuffix(name, ".yml") {
			continue
		}
		for decoder := yaml.NewDecoder(bytes.NewReader(text)); ; {
			var any map[string]any
			if err := decoder.Decode(&any); errors.Is(err, io.EOF) {
				break
			} else if err != nil || len(any) == 0 {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
}

// The pods may do nothing that the server need not, and are asked what answers.
func TestKubernetes(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../deploy/kubernetes/sluice.yml")
	must(t, err)
	var deployment struct {
		Kind string
		Spec struct {
			Replicas int
			Template struct {
				Spec struct {
					Automount       *bool          `yaml:"automountServiceAccountToken"`
					Links           *bool          `yaml:"enableServiceLinks"`
					SecurityContext map[string]any `yaml:"securityContext"`
					Containers      []struct {
						SecurityContext map[string]any `yaml:"securityContext"`
						Liveness        probe          `yaml:"livenessProbe"`
						Readiness       probe          `yaml:"readinessProbe"`
					}
				}
			}
		}
	}
	must(t, yaml.Unmarshal(text, &deployment))
	pod := deployment.Spec.Template.Spec
	one := pod.Containers[0]
	switch {
	case deployment.Kind != "Deployment" || deployment.Spec.Replicas != 2,
		pod.Automount == nil || *pod.Automount, pod.Links == nil || *pod.Links,
		pod.SecurityContext["runAsNonRoot"] != true,
		one.SecurityContext["readOnlyRootFilesystem"] != true || one.SecurityContext["allowPrivilegeEscalation"] != false,
		one.Liveness.Get.Path != "/healthz" || one.Readiness.Get.Path != "/readyz":
		t.Errorf("got %+v", deployment)
	}
}

type probe struct {
	Get struct{ Path string } `yaml:"httpGet"`
}
