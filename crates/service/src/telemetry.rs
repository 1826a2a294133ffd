//! Logs, metrics and traces of one process, set up once by its composition root.

use std::io::IsTerminal as _;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState, TracerProvider};
use opentelemetry_otlp::WithExportConfig;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use thiserror::Error;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use crate::metric;

/// Bounds of every histogram, in seconds: from half a millisecond, the cost of a call, to a minute, a slow source.
const BUCKETS: &[f64] =
    &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0];

/// Telemetry that cannot be set up.
#[derive(Debug, Error)]
pub enum TelemetryError {
    /// The log filter is no filter.
    #[error("the log filter {given:?} cannot be read; an example is info,tge_queen=debug")]
    Filter {
        /// The text that was given.
        given: String,
        /// Why.
        #[source]
        source: tracing_subscriber::filter::ParseError,
    },
    /// The log format is neither `json` nor `pretty`.
    #[error("the log format {given:?} is unknown; use json or pretty")]
    Format {
        /// The text that was given.
        given: String,
    },
    /// The trace exporter cannot be built.
    #[error("cannot export traces to {endpoint}; expected http://host:4317, or empty for none")]
    Traces {
        /// Where to.
        endpoint: String,
        /// Why.
        #[source]
        source: opentelemetry_otlp::ExporterBuildError,
    },
    /// The metrics recorder cannot be installed.
    #[error("cannot install the metrics recorder")]
    Metrics {
        /// Why.
        #[source]
        source: metrics_exporter_prometheus::BuildError,
    },
}

/// The process's telemetry; dropping it ends nothing, [`Telemetry::flush`] sends what is left.
#[derive(Clone)]
pub struct Telemetry {
    metrics: PrometheusHandle,
    traces: Option<SdkTracerProvider>,
}

impl Telemetry {
    /// Sets up logs to stderr, metrics, and traces where an endpoint is given. Once in a process.
    ///
    /// # Errors
    /// [`TelemetryError`] names what was wrong.
    pub fn init(name: &'static str, filter: &str, format: &str, otlp: Option<&str>) -> Result<Self, TelemetryError> {
        // consulrs and rustify log each request at INFO and an expected 404 at ERROR (our own errors carry everything); hyper and
        // h2 log each frame at DEBUG.
        let directives = format!("{filter},consulrs=off,rustify=off,h2=warn,hyper=warn,sqlx::query=warn");
        let filter = EnvFilter::try_new(&directives)
            .map_err(|source| TelemetryError::Filter { given: filter.to_owned(), source })?;
        let lines = match format {
            "json" => tracing_subscriber::fmt::layer()
                .json()
                .flatten_event(true)
                .with_current_span(true)
                .with_span_list(false)
                .with_writer(std::io::stderr)
                .boxed(),
            "pretty" => tracing_subscriber::fmt::layer()
                .compact()
                // Colours are signs for a terminal; in a file they are noise.
                .with_ansi(std::io::stderr().is_terminal())
                .with_writer(std::io::stderr)
                .boxed(),
            other => return Err(TelemetryError::Format { given: other.to_owned() }),
        };
        let traces = otlp.map(|endpoint| traces(name, endpoint)).transpose()?;
        let otel = traces.as_ref().map(|provider| tracing_opentelemetry::layer().with_tracer(provider.tracer(name)));
        // A second `init` in one process keeps the first subscriber: tests start several programs in one process.
        drop(tracing_subscriber::registry().with(filter).with(lines).with(otel).try_init());
        Ok(Self { metrics: recorder()?, traces })
    }

    /// Metrics without logs or traces, for tests.
    ///
    /// # Errors
    /// [`TelemetryError`] when another recorder is installed already.
    pub fn metrics_only() -> Result<Self, TelemetryError> {
        Ok(Self { metrics: recorder()?, traces: None })
    }

    /// The metrics in Prometheus' text format.
    pub fn render(&self) -> String {
        self.metrics.run_upkeep();
        self.metrics.render()
    }

    /// Sends the spans that are left. Blocks; call it last, from a thread that may block.
    pub fn flush(&self) {
        if let Some(provider) = &self.traces
            && let Err(error) = provider.shutdown()
        {
            tracing::warn!(%error, "last spans were not sent");
        }
    }
}

fn recorder() -> Result<PrometheusHandle, TelemetryError> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), BUCKETS)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(|source| TelemetryError::Metrics { source })?;
    metric::describe();
    Ok(handle)
}

fn traces(name: &'static str, endpoint: &str) -> Result<SdkTracerProvider, TelemetryError> {
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_tonic()
        .with_endpoint(endpoint)
        .build()
        .map_err(|source| TelemetryError::Traces { endpoint: endpoint.to_owned(), source })?;
    Ok(SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(Resource::builder().with_service_name(name).build())
        .build())
}

/// W3C `traceparent` of the current span, to be stored with a row or sent with a call; `None` when nothing is traced.
pub fn current_traceparent() -> Option<String> {
    let context = Span::current().context();
    let span = context.span();
    let span = span.span_context();
    span.is_valid().then(|| format!("00-{}-{}-{:02x}", span.trace_id(), span.span_id(), span.trace_flags().to_u8()))
}

/// Makes `span` a child of the span that `traceparent` names, so that one trace runs on; does nothing for a text that
/// is no `traceparent`.
pub fn follow(span: &Span, traceparent: &str) {
    let mut parts = traceparent.split('-');
    let (Some("00"), Some(trace), Some(parent), Some(flags)) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return;
    };
    let (Ok(trace), Ok(parent), Ok(flags)) =
        (TraceId::from_hex(trace), SpanId::from_hex(parent), u8::from_str_radix(flags, 16))
    else {
        return;
    };
    let remote = SpanContext::new(trace, parent, TraceFlags::new(flags), true, TraceState::default());
    if remote.is_valid() {
        // Fails only where no trace layer is installed: then there is nothing to follow.
        drop(span.set_parent(opentelemetry::Context::new().with_remote_span_context(remote)));
    }
}
