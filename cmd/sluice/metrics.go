package main

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/sweep"
)

// metrics are what Prometheus reads at /metrics. Labels are words of ours and of GitHub's API, never a pull request's:
// each has few values, however many repositories there are.
type metrics struct {
	registry *prometheus.Registry

	webhooks    *prometheus.CounterVec
	acknowledge *prometheus.HistogramVec // it has no labels; promhttp wants the type
	deliveries  *prometheus.CounterVec
	jobs        *prometheus.CounterVec
	evaluations *prometheus.CounterVec
	wait        prometheus.Histogram
	commands    *prometheus.CounterVec
	sweeps      *prometheus.CounterVec
	found       prometheus.Counter
	redelivered prometheus.Counter

	requests *prometheus.CounterVec
	calls    *prometheus.HistogramVec
	limited  *prometheus.CounterVec
	left     prometheus.Histogram
	rates    *rates
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

func counter(name, help string) prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
}

func histogram(name, help string, buckets ...float64) prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets})
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		webhooks: counters("sluice_webhook_requests_total", "Requests to the webhook's address, by status: 202 taken, 401 signed wrongly, 503 not stored.", "code"),
		acknowledge: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "sluice_webhook_duration_seconds", Help: "How long the sender of a webhook waited for the answer.",
			Buckets: []float64{.001, .0025, .005, .01, .02, .05, .1, .25, 1, 5, 10},
		}, nil),
		deliveries:  counters("sluice_deliveries_total", "Webhooks that were stored, by event; those sent twice count as repeated.", "event", "result"),
		jobs:        counters("sluice_jobs_done_total", "Attempts at jobs, by kind and result: done, limited by GitHub, refused for good, failed for now.", "job", "result"),
		evaluations: counters("sluice_evaluations_total", "Verdicts that were published, by decision.", "decision"),
		wait: histogram("sluice_webhook_to_check_run_seconds", "How long it took from a webhook to the check run that answers it, where one was written.",
			.05, .1, .15, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 1800),
		commands:    counters("sluice_commands_total", "What people asked for with a comment or a label, by command and result.", "command", "result"),
		sweeps:      counters("sluice_sweeps_total", "Sweeps, by result.", "result"),
		found:       counter("sluice_sweep_found_total", "Pull requests that only a sweep found to be looked at."),
		redelivered: counter("sluice_redelivered_total", "Failed deliveries that GitHub was asked to send again."),
		requests:    counters("sluice_github_requests_total", "Requests to GitHub's API, by kind and status; 0 where no answer came.", "kind", "status"),
		calls: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "sluice_github_request_duration_seconds", Help: "How long GitHub's API took to answer, by kind of request.",
			Buckets: []float64{.025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"kind"}),
		limited: counters("sluice_github_limited_total", "Answers by which GitHub limits an installation, by limit.", "limit"),
		left: histogram("sluice_github_rate_limit_remaining_ratio", "What was left of an installation's rate limit, of all of it, at each answer of GitHub's.",
			.05, .1, .25, .5, .75, .9),
		rates: newRates(time.Now),
	}
	m.registry.MustRegister(m.all()...)
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewBuildInfoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// all are the collectors of Sluice's own, those of a running server apart.
func (m *metrics) all() []prometheus.Collector {
	return []prometheus.Collector{
		m.webhooks, m.acknowledge, m.deliveries, m.jobs, m.evaluations, m.wait, m.commands, m.sweeps, m.found, m.redelivered,
		m.requests, m.calls, m.limited, m.left, m.rates,
	}
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 10 * time.Second})
}

// hook counts and times what comes to the webhook.
func (m *metrics) hook(next http.Handler) http.Handler {
	return promhttp.InstrumentHandlerDuration(m.acknowledge, promhttp.InstrumentHandlerCounter(m.webhooks, next))
}

func (m *metrics) delivered(event string, fresh bool) {
	result := "stored"
	if !fresh {
		result = "repeated"
	}
	m.deliveries.WithLabelValues(event, result).Inc()
}

func (m *metrics) evaluated(d gate.Decision) { m.evaluations.WithLabelValues(string(d)).Inc() }

func (m *metrics) waited(d time.Duration) { m.wait.Observe(d.Seconds()) }

// tried counts an attempt at a job.
func (m *metrics) tried(job string, err error) { m.jobs.WithLabelValues(job, resultOf(err)).Inc() }

// resultOf is what an error says of a job, in a word: what it asks of the queue.
func resultOf(err error) string {
	var limited interface{ RetryAt() time.Time }
	var permanent interface{ Permanent() bool }
	switch {
	case err == nil:
		return "done"
	case errors.As(err, &limited):
		return "limited"
	case errors.As(err, &permanent) && permanent.Permanent():
		return "refused"
	}
	return "failed"
}

// verbs are the commands that there are. What else somebody wrote is "unknown".
var verbs = map[gate.Verb]bool{gate.Correct: true, gate.Waive: true, gate.Unwaive: true, gate.Recheck: true, gate.Help: true}

func (m *metrics) settled(s *gate.Settled) {
	verb, result := string(gate.Unknown), "accepted"
	if verbs[s.Verb] {
		verb = string(s.Verb)
	}
	if s.Refused != "" {
		result = "refused"
	}
	m.commands.WithLabelValues(verb, result).Inc()
}

func (m *metrics) swept(s sweep.Swept, err error) {
	result := "done"
	if err != nil {
		result = "failed"
	}
	m.sweeps.WithLabelValues(result).Inc()
	m.found.Add(float64(s.Found))
}

func (m *metrics) fetched(n int) { m.redelivered.Add(float64(n)) }

// called counts an answer of GitHub's API; status is 0 where none came.
func (m *metrics) called(kind string, status int, took time.Duration) {
	m.requests.WithLabelValues(kind, strconv.Itoa(status)).Inc()
	m.calls.WithLabelValues(kind).Observe(took.Seconds())
}
