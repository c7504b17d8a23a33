package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/rs/zerolog"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// tracing makes the spans of a delivery's way: taken, worked on, each call to GitHub, published. They have identities
// and numbers, never a payload or the words of a pull request. Without an address it costs nothing.
type tracing struct {
	tracer trace.Tracer
	stop   func(context.Context) error // sends what is left
}

// tracesEndpoint is where the environment has spans sent to, by OpenTelemetry's own names: docs, "OTLP Exporter
// Configuration". The exporter reads the headers, time-outs and certificates by itself.
func tracesEndpoint(env func(string) string) (string, error) {
	if strings.EqualFold(env("OTEL_SDK_DISABLED"), "true") || env("OTEL_TRACES_EXPORTER") == "none" {
		return "", nil
	}
	name := "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
	address := env(name)
	if address == "" {
		name = "OTEL_EXPORTER_OTLP_ENDPOINT"
		if address = env(name); address == "" {
			return "", nil
		}
		address = strings.TrimSuffix(address, "/") + "/v1/traces"
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", fmt.Errorf("%s is no URL: write it like http://collector.example.com:4318", name)
	}
	for _, name := range []string{"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"} {
		if p := env(name); p != "" && p != "http/protobuf" {
			return "", fmt.Errorf("%s is %.32q: Sluice sends http/protobuf; name the collector's address for that (its usual port is 4318)", name, p)
		}
	}
	return address, nil
}

// newTracing makes the spans of one server. endpoint is a URL; empty for none.
func newTracing(ctx context.Context, endpoint string, log zerolog.Logger) (*tracing, error) {
	if endpoint == "" {
		return &tracing{noop.NewTracerProvider().Tracer(""), func(context.Context) error { return nil }}, nil
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(endpoint))
	if err != nil {
		return nil, fmt.Errorf("traces: %w", err)
	}
	// What the environment says of the resource wins over this name.
	about, err := resource.New(ctx, resource.WithAttributes(attribute.String("service.name", "sluice")), resource.WithFromEnv())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("traces: OTEL_RESOURCE_ATTRIBUTES: %w", err), exporter.Shutdown(ctx))
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn().Err(err).Msg("spans not sent") }))
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(about))
	return &tracing{provider.Tracer("github.com/sluicegate/sluice"), provider.Shutdown}, nil
}

// start begins a span. end ends it, with what went wrong by its kind alone: an error's text may hold GitHub's answer.
func (t *tracing) start(ctx context.Context, name string, kind trace.SpanKind, attributes ...attribute.KeyValue) (within context.Context, end func(error)) {
	within, span := t.tracer.Start(ctx, name, trace.WithSpanKind(kind), trace.WithAttributes(attributes...))
	return within, func(err error) {
		if err != nil {
			span.SetStatus(codes.Error, resultOf(err))
		}
		span.End()
	}
}

var carrier propagation.TraceContext

// parentOf is ctx's span as text, by which another process goes on with the trace; empty for none.
func parentOf(ctx context.Context) string {
	if !trace.SpanContextFromContext(ctx).IsValid() {
		return ""
	}
	into := propagation.MapCarrier{}
	carrier.Inject(ctx, into)
	return into.Get("traceparent")
}

// under is ctx below a span that another process may have begun.
func under(ctx context.Context, parent string) context.Context {
	if parent == "" {
		return ctx
	}
	return carrier.Extract(ctx, propagation.MapCarrier{"traceparent": parent})
}
