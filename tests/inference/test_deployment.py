"""What ships beside the code fits it: dashboards and alarms name metrics that exist, profiles say what they should."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml
from prometheus_client import CollectorRegistry, generate_latest

from inference.breaker import Breaker, BreakerPolicy
from inference.observe import Measures, Watched

DEPLOY = Path(__file__).resolve().parent.parent.parent / "deploy"


def metric_names() -> set[str]:
    registry = CollectorRegistry()
    measures = Measures(registry)
    measures.watch(Watched("primary", Breaker(BreakerPolicy()), lambda: 0, lambda: 0, lambda: None))
    told = generate_latest(registry).decode()
    families = set(re.findall(r"^# TYPE (\S+) histogram", told, re.MULTILINE))
    return set(re.findall(r"^# TYPE (\S+)", told, re.MULTILINE)) | {f"{name}_bucket" for name in families}


def test_the_dashboard_and_the_alarms_name_metrics_that_exist() -> None:
    dashboard = json.loads((DEPLOY / "dashboards" / "model.json").read_text(encoding="utf-8"))
    alarms = yaml.safe_load((DEPLOY / "dashboards" / "model-alarms.yaml").read_text(encoding="utf-8"))
    rules = [rule["expr"] for group in alarms["groups"] for rule in group["rules"]]
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    named = {name for expr in (*rules, *asked) for name in re.findall(r"gatehouse_model_\w+", expr)}
    assert len(asked) >= 10
    assert named - metric_names() == set()


def test_the_profiles_keep_the_server_private_bound_its_queue_and_cache_prefixes() -> None:
    profiles = [DEPLOY / "vllm" / name for name in ("small-24gb.yaml", "one-h100.yaml")]
    for path in profiles:
        profile = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert profile["host"] == "127.0.0.1"
        assert profile["enable-prefix-caching"] is True
        assert profile["max-num-queued-reqs"] > 0
        assert "api-key" not in profile
