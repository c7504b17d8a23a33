package main

import (
	"hash/maphash"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// rates keep what GitHub last said was left of each installation's rate limit. There can be thousands of installations,
// so Prometheus is told of the lowest alone: that is the one that stops first.
type rates struct {
	desc *prometheus.Desc
	now  func() time.Time
	seed maphash.Seed

	mu   sync.Mutex
	left map[rateKey]rate
}

// rateKey is whose limit it is. A token stands for its installation, and is kept as a hash. Several tokens share a limit: the
// lowest is what was told last.
type rateKey struct {
	token    uint64
	resource string
}

type rate struct {
	remaining int
	reset     time.Time
}

// mostRates bounds the map: tokens change every hour, and those whose limit has ended are dropped when it is full.
const mostRates = 10_000

func newRates(now func() time.Time) *rates {
	return &rates{
		desc: prometheus.NewDesc("sluice_github_rate_limit_remaining",
			"The lowest number of requests that GitHub leaves to any installation until its limit begins anew.", []string{"resource"}, nil),
		now: now, seed: maphash.MakeSeed(), left: map[rateKey]rate{},
	}
}

// resources are the limits that Sluice meets: docs, "Rate limits for the REST API".
var resources = map[string]bool{"core": true, "graphql": true, "search": true}

// saw takes an answer's headers. ratio is what is left of all, ok false where the answer says nothing of it.
func (r *rates) saw(authorization string, h http.Header) (ratio float64, ok bool) {
	remaining, err := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	limit, err2 := strconv.Atoi(h.Get("X-RateLimit-Limit"))
	if err != nil || err2 != nil || limit <= 0 || remaining < 0 || remaining > limit {
		return 0, false
	}
	reset, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64)
	if err != nil {
		return 0, false
	}
	key := rateKey{maphash.String(r.seed, authorization), h.Get("X-RateLimit-Resource")}
	if !resources[key.resource] {
		key.resource = "other"
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.left) >= mostRates {
		r.drop()
	}
	if _, known := r.left[key]; known || len(r.left) < mostRates {
		r.left[key] = rate{remaining, time.Unix(reset, 0)}
	}
	return float64(remaining) / float64(limit), true
}

// drop forgets the limits that began anew.
func (r *rates) drop() {
	now := r.now()
	for key, left := range r.left {
		if !left.reset.After(now) {
			delete(r.left, key)
		}
	}
}

// Describe names the gauge.
func (r *rates) Describe(out chan<- *prometheus.Desc) { out <- r.desc }

// Collect tells the lowest of each resource.
func (r *rates) Collect(out chan<- prometheus.Metric) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.drop()
	lowest := map[string]int{}
	for key, left := range r.left {
		if least, ok := lowest[key.resource]; !ok || left.remaining < least {
			lowest[key.resource] = left.remaining
		}
	}
	for resource, least := range lowest {
		out <- prometheus.MustNewConstMetric(r.desc, prometheus.GaugeValue, float64(least), resource)
	}
}
