"""`/metrics`, for Prometheus: what this gunicorn's processes counted together, and what the database says now.

No label holds a number, a name or an id of anybody: routes, queues, kinds, states and processes alone.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest, values
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector

from checkin.web.reads.metrics import Gauge

WEBHOOKS = "webhooks.twilio"
REFUSED = (403, 413)
BUCKETS = (0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0)
"""Seconds. Ten is our own deadline, fifteen Twilio's."""


@dataclass
class Meters:
    """What one web process counts."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.seconds = Histogram(
            "checkin_webhook_seconds", "How long a webhook took to be answered.", ["route"],
            buckets=BUCKETS, registry=self.registry,
        )  # fmt: skip
        self.refused = Counter(
            "checkin_webhooks_refused", "Webhooks that were not Twilio's, or not of our account.",
            registry=self.registry,
        )  # fmt: skip

    def install(self, app: Flask) -> None:
        """Count every webhook of this application from now on."""

        def begin() -> None:
            g.began = time.perf_counter()

        def end(response: Response) -> Response:
            if request.blueprint == WEBHOOKS and "began" in g:
                if response.status_code in REFUSED:
                    self.refused.inc()
                else:
                    self.seconds.labels(str(request.endpoint)).observe(time.perf_counter() - g.began)
            return response

        app.before_request(begin)
        app.after_request(end)

    def page(self, gauges: Iterable[Gauge]) -> Response:
        """Everything, as Prometheus reads it. Processes of one gunicorn count together: any answers for all."""
        counted = self.registry
        if values.ValueClass is not values.MutexValue:  # gunicorn.conf.py named a folder for it
            counted = CollectorRegistry()
            MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
        now = CollectorRegistry()
        now.register(_Now(tuple(gauges)))
        return Response(generate_latest(counted) + generate_latest(now), content_type=CONTENT_TYPE_PLAIN_0_0_4)


@dataclass(frozen=True, eq=False)
class _Now:
    gauges: tuple[Gauge, ...]

    def collect(self) -> Iterable[GaugeMetricFamily]:
        for gauge in self.gauges:
            family = GaugeMetricFamily(gauge.name, gauge.about, labels=gauge.labels)
            for labels, value in gauge.values.items():
                family.add_metric(labels, value)
            yield family
