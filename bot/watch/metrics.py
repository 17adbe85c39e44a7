"""Figures for Prometheus: what this process counts, and what the rooms find when somebody looks.

Labels are names of ours (a tier, a method of Slack's), never a person, a text or a channel.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


@dataclass(frozen=True, slots=True)
class Gauge:
    """A figure as it stands now. Gauges of one name have labels of the same names."""

    name: str
    about: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


class Metrics:
    """What this process counts from its start on."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._questions = Counter(
            "laurel_questions", "Questions answered, by tier.", ("tier", "surface"), registry=self.registry
        )
        self._replies = Histogram(
            "laurel_reply_seconds",
            "From the event in Slack to the reply in Slack.",
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._calls = Counter(
            "laurel_slack_calls",
            "Calls to Slack: ok, Slack's error, or unreachable.",
            ("method", "outcome"),
            registry=self.registry,
        )

    def answered(self, tier: str, surface: str) -> None:
        """A question came to its reply."""
        self._questions.labels(tier, surface).inc()

    def replied(self, seconds: float) -> None:
        """A reply reached Slack so many seconds after the event that it answers."""
        self._replies.observe(max(0.0, seconds))

    def called(self, method: str, outcome: str) -> None:
        """Slack was called."""
        self._calls.labels(method, outcome).inc()

    def text(self, gauges: Iterable[Gauge] = ()) -> bytes:
        """All figures and `gauges`, in Prometheus' text format."""
        looked = CollectorRegistry()
        looked.register(_Looked(gauges))
        return generate_latest(self.registry) + generate_latest(looked)


class _Looked(Collector):
    """Gauges, as prometheus-client wants them."""

    def __init__(self, gauges: Iterable[Gauge]) -> None:
        self._named: dict[str, list[Gauge]] = defaultdict(list)
        for gauge in gauges:
            self._named[gauge.name].append(gauge)

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """One family a name."""
        for name, gauges in self._named.items():
            family = GaugeMetricFamily(name, gauges[0].about, labels=tuple(gauges[0].labels))
            for gauge in gauges:
                family.add_metric(tuple(gauge.labels.values()), gauge.value)
            yield family
