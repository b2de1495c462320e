"""Traces to an OpenTelemetry collector: where its standard variables name one, and with the extra [otel]."""

import logging
from collections.abc import Mapping

import qa

__all__ = ["start_tracing"]

_logger = logging.getLogger(__name__)
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_PROTOCOL = "http/protobuf"


def start_tracing(environ: Mapping[str, str]) -> bool:
    """Send the spans of this process to the collector that the variables name; whether they are sent.

    Nothing is set up, and nothing sent, where none is named, where OTEL_SDK_DISABLED or OTEL_TRACES_EXPORTER
    say so, and where the program around this one has set up tracing itself. Endpoint, headers, time limit,
    sampling and attributes are read by OpenTelemetry's own SDK, from the variables that its specification
    names (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/).
    """
    if not any(environ.get(name, "").strip() for name in _ENDPOINTS):
        return False
    is_disabled = environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    if is_disabled or environ.get("OTEL_TRACES_EXPORTER", "otlp").strip() not in ("otlp", ""):
        return False
    protocol = next(
        (environ[name].strip() for name in _PROTOCOLS if environ.get(name, "").strip()), _PROTOCOL
    )
    if protocol != _PROTOCOL:
        _logger.warning("no traces are sent: OTEL_EXPORTER_OTLP_PROTOCOL is %s, set %s", protocol, _PROTOCOL)
        return False
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError:
        # The variables may be there for other programs.
        _logger.info("no traces are sent: run `pip install 'briefing-desk[otel]'`")
        return False
    from opentelemetry import trace
    from opentelemetry.sdk.resources import OTELResourceDetector, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    # One line where a collector can't be reached, not one for each try.
    logging.getLogger("opentelemetry.exporter.otlp").setLevel(logging.ERROR)
    if isinstance(trace.get_tracer_provider(), TracerProvider):
        return True
    resource = Resource.create({"service.name": "briefing-desk", "service.version": qa.__version__})
    # What the variables say of the service wins.
    provider = TracerProvider(resource=resource.merge(OTELResourceDetector().detect()))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return True
