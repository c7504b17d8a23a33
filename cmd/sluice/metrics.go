package main

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/jobs"
	"github.com/sluicegate/sluice/internal/sweep"
)

// metrics are what Prometheus reads at /metrics. Labels are words of ours and of GitHub's API, never a pull request's.
type metrics struct {
	registry    *prometheus.Registry
	deliveries  *prometheus.CounterVec
	evaluations *prometheus.CounterVec
	requests    *prometheus.CounterVec
	sweeps      *prometheus.CounterVec
	found       prometheus.Counter
	redelivered prometheus.Counter
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sluice_deliveries_total", Help: "Webhooks that were stored, by event; those sent twice count as repeated.",
		}, []string{"event", "result"}),
		evaluations: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sluice_evaluations_total", Help: "Verdicts that were published, by decision.",
		}, []string{"decision"}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sluice_github_requests_total", Help: "Requests to GitHub's API, by method and status; 0 where no answer came.",
		}, []string{"method", "status"}),
	}
	m.sweeps = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "sluice_sweeps_total", Help: "Sweeps, by result."}, []string{"result"})
	m.found = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "sluice_sweep_found_total", Help: "Pull requests that only a sweep found to be looked at.",
	})
	m.redelivered = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "sluice_redelivered_total", Help: "Failed deliveries that GitHub was asked to send again.",
	})
	m.registry.MustRegister(m.deliveries, m.evaluations, m.requests, m.sweeps, m.found, m.redelivered,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// watch adds the queue's depth, which is asked for when Prometheus does.
func (m *metrics) watch(q *jobs.Queue) {
	gauge := func(name, help string, value func(jobs.Depth) float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 {
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			defer cancel()
			depth, err := q.Depth(ctx)
			if err != nil {
				return -1
			}
			return value(depth)
		}))
	}
	gauge("sluice_jobs_ready", "Jobs that may begin now; -1 where the database does not answer.", func(d jobs.Depth) float64 { return float64(d.Ready) })
	gauge("sluice_jobs_running", "Jobs that are being done.", func(d jobs.Depth) float64 { return float64(d.Running) })
	gauge("sluice_jobs_later", "Jobs that wait for their next try.", func(d jobs.Depth) float64 { return float64(d.Later) })
	gauge("sluice_jobs_oldest_seconds", "How long the first of the ready jobs has waited.", func(d jobs.Depth) float64 { return d.Oldest.Seconds() })
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

func (m *metrics) delivered(event string, fresh bool) {
	result := "stored"
	if !fresh {
		result = "repeated"
	}
	m.deliveries.WithLabelValues(event, result).Inc()
}

func (m *metrics) evaluated(d gate.Decision) { m.evaluations.WithLabelValues(string(d)).Inc() }

func (m *metrics) swept(s sweep.Swept, err error) {
	result := "done"
	if err != nil {
		result = "failed"
	}
	m.sweeps.WithLabelValues(result).Inc()
	m.found.Add(float64(s.Found))
}

func (m *metrics) fetched(n int) { m.redelivered.Add(float64(n)) }

// counting is a transport that counts its requests.
type counting struct {
	*metrics
	next http.RoundTripper
}

// RoundTrip sends r and counts it.
func (c counting) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := c.next.RoundTrip(r)
	status := 0
	if err == nil {
		status = resp.StatusCode
	}
	c.requests.WithLabelValues(r.Method, strconv.Itoa(status)).Inc()
	return resp, err
}
