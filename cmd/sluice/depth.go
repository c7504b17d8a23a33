package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/sluicegate/sluice/internal/jobs"
)

// depth is a collector of how much waits in the queue: one question to the database each time Prometheus asks.
type depth struct {
	ask                               func(context.Context) (jobs.Depth, error)
	up, ready, running, later, oldest *prometheus.Desc
}

func newDepth(ask func(context.Context) (jobs.Depth, error)) *depth {
	gauge := func(name, help string) *prometheus.Desc { return prometheus.NewDesc(name, help, nil, nil) }
	return &depth{
		ask:     ask,
		up:      gauge("sluice_database_up", "Whether the database answers. Where it doesn't, nothing is said of the queue."),
		ready:   gauge("sluice_jobs_ready", "Jobs that may begin now."),
		running: gauge("sluice_jobs_running", "Jobs that are being done."),
		later:   gauge("sluice_jobs_later", "Jobs that wait for their next try."),
		oldest:  gauge("sluice_jobs_oldest_seconds", "How long the first of the ready jobs has waited."),
	}
}

// Describe names them.
func (d *depth) Describe(out chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{d.up, d.ready, d.running, d.later, d.oldest} {
		out <- desc
	}
}

// Collect asks.
func (d *depth) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	now, err := d.ask(ctx)
	gauge := func(desc *prometheus.Desc, value float64) {
		out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value)
	}
	if err != nil {
		gauge(d.up, 0)
		return
	}
	gauge(d.up, 1)
	gauge(d.ready, float64(now.Ready))
	gauge(d.running, float64(now.Running))
	gauge(d.later, float64(now.Later))
	gauge(d.oldest, now.Oldest.Seconds())
}
