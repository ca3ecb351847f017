"""The stack as a whole: whatever happens to a replica, clients of the balancer do not notice."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import numpy as np
import pytest
import yaml

from container.conftest import REPLICAS
from container.crowd import Crowd
from container.images import REPOSITORY
from container.stack import SITE, ask, compose, container, in_use, inspect, number, podman, replicas, until
from promql import metrics

pytestmark = pytest.mark.usefixtures("stack")

FROM_INSIDE = """
import http.client, sys
connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=5)
connection.request(*sys.argv[1:])
print(connection.getresponse().status)
"""


def status_inside(replica: str, path: str) -> str:
    """The status that a replica gives to whoever asks it itself; empty where it does not answer."""
    return podman("exec", replica, "python", "-c", FROM_INSIDE, "GET", path, check=False)


def all_in_use() -> None:
    until(lambda: in_use() == REPLICAS, "the balancer uses all replicas again")


def test_pages_and_api_are_there() -> None:
    for path in ("/", "/docs", "/grid", "/v2/health/ready"):
        assert httpx.get(SITE + path, timeout=30).status_code == 200, path
    assert httpx.get(f"{SITE}/metrics", timeout=30).status_code == 404  # each replica has its own


def test_every_replica_is_hardened_and_has_no_way_out() -> None:
    for replica in replicas():
        facts = inspect(replica)
        assert facts["HostConfig"]["ReadonlyRootfs"]
        assert facts["EffectiveCaps"] in ([], None)
        assert facts["HostConfig"]["SecurityOpt"] == ["no-new-privileges"]
        assert facts["Config"]["User"] == "10001:10001"
        routes = podman("exec", replica, "python", "-c", "print(open('/proc/net/route').read())").splitlines()[1:]
        assert "00000000" not in [line.split()[1] for line in routes]  # the default one


def test_the_balancer_asks_every_replica(crowd: Crowd) -> None:
    with crowd:
        pass
    until(lambda: len(answering()) == REPLICAS, "every replica has answered")
    assert not crowd.lost


def answering() -> list[str]:
    found = ask('latentd_requests_total{route="/encode", status="200"} > 10')
    return [each["metric"]["instance"] for each in found]


def test_prometheus_scrapes_every_replica() -> None:
    until(lambda: number('sum(up{job="latentd"})') == REPLICAS, "Prometheus scrapes all")
    assert number('up{job="balancer"}') == 1


def test_a_replica_is_stopped_and_started_without_a_lost_request(crowd: Crowd) -> None:
    replica = replicas()[0]
    with crowd:
        podman("stop", replica)
        assert inspect(replica)["State"]["ExitCode"] == 0
        until(lambda: in_use() == REPLICAS - 1, "the balancer has left it")
        podman("start", replica)
        all_in_use()
    assert crowd.answered > 200
    assert crowd.lost == []


def test_a_replica_that_drains_is_left_by_the_balancer_while_it_still_serves(crowd: Crowd) -> None:
    replica = replicas()[1]
    process = inspect(replica)["State"]["Pid"]
    with crowd:
        podman("kill", "--signal", "TERM", replica)
        until(lambda: status_inside(replica, "/health/ready") == "503", "it says that it is not ready")
        assert status_inside(replica, "/models") == "200"
        until(lambda: in_use() == REPLICAS - 1, "the balancer has left it")
        assert status_inside(replica, "/health/live") == "200"  # so nothing was sent to one that was gone
        until(lambda: inspect(replica)["State"]["Pid"] not in {0, process}, "it has ended, and was started again")
        all_in_use()
    assert crowd.lost == []


def test_a_replica_that_is_killed_costs_no_request(crowd: Crowd) -> None:
    replica = replicas()[2]
    with crowd:
        podman("kill", "--signal", "KILL", replica)
        until(lambda: in_use() == REPLICAS - 1, "the balancer has left it")
        podman("start", replica)
        all_in_use()
    assert crowd.lost == []


def test_all_replicas_are_renewed_one_after_the_other_without_a_lost_request(crowd: Crowd) -> None:
    with crowd:
        for replica in replicas():
            podman("restart", replica)
            all_in_use()
    assert crowd.lost == []
    until(lambda: number('sum(up{job="latentd"})') == REPLICAS, "Prometheus scrapes all of them again")


def test_replicas_are_added_and_others_taken_away_without_a_lost_request(crowd: Crowd) -> None:
    """podman has no old replica removed on which something depends; so it is the new one, afterwards."""
    old = replicas()
    more = ("--no-build", "--no-deps", "--no-recreate", "--scale", f"latentd={REPLICAS + 1}", "latentd")
    with crowd:
        compose("up", "--detach", *more)
        until(lambda: in_use() == REPLICAS + 1, "the balancer uses the new one")
        podman("stop", old[0])
        all_in_use()
        podman("start", old[0])
        until(lambda: in_use() == REPLICAS + 1, "the balancer uses the old one again")
        (new,) = set(replicas()) - set(old)
        podman("stop", new)
        podman("rm", new)
        all_in_use()
    assert crowd.lost == []


def test_where_no_replica_is_left_the_balancer_says_so() -> None:
    assert podman("healthcheck", "run", container("balancer")) == ""
    podman("stop", "--time", "0", *replicas())
    until(lambda: in_use() == 0, "the balancer has left all")
    for path in ("/health/ready", "/v2/health/ready", "/models"):
        answer = httpx.get(SITE + path, timeout=30)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1"), path
        assert answer.json()["error"] == answer.json()["detail"]
    with pytest.raises(AssertionError):
        podman("healthcheck", "run", container("balancer"))
    podman("start", *replicas())
    all_in_use()
    podman("healthcheck", "run", container("balancer"))


def test_prometheus_has_read_its_alerts() -> None:
    rules = podman("exec", container("prometheus"), "promtool", "check", "config", "/etc/prometheus/prometheus.yml")
    found = re.search(r"(\d+) rules found", rules)
    assert found
    alerts = podman("exec", container("prometheus"), "cat", "/etc/prometheus/alerts.yml")
    assert int(found[1]) == alerts.count("- alert:")
    tested = podman("exec", container("prometheus"), "promtool", "test", "rules", "/etc/prometheus/alerts_test.yml")
    assert "SUCCESS" in tested
    until(lambda: ask('ALERTS{alertname=~".*NoReplica|BalancerDown"}') == [], "what was ended above is over")


def test_what_alerts_ask_of_the_balancer_is_there() -> None:
    groups = yaml.safe_load((REPOSITORY / "deploy" / "prometheus" / "alerts.yml").read_text("utf-8"))["groups"]
    queries = [rule["expr"] for group in groups for rule in group["rules"] if rule["alert"].startswith("Balancer")]
    asked = {(name, label) for query in queries for name, labels in metrics(query).items() for label in labels}
    assert len(asked) > len(queries)
    for name, label in asked:
        assert ask(f'{name}{{{label}!=""}}'), (name, label)


def test_the_export_trains_into_the_models_volume(tmp_path: Path) -> None:
    rows = np.random.default_rng(1).random((400, 6), dtype=np.float32)
    np.save(tmp_path / "rows.npy", rows)
    (tmp_path / "readings.toml").write_text(RECIPE)
    tmp_path.chmod(0o755)
    compose("--profile", "export", "run", "--rm", "--volume", f"{tmp_path}:/recipes:ro", "export",
        "train", "/recipes/readings.toml", "--models", "/models", "--quiet")  # fmt: skip
    for replica in replicas():
        podman("kill", "--signal", "HUP", replica)
    until(
        lambda: number('count(latentd_model_load_seconds{model="readings"})') == REPLICAS, "all serve what was trained"
    )
    names = {model["name"] for model in httpx.get(f"{SITE}/models", timeout=30).json()["models"]}
    assert names == {"ae-mnist", "vae-mnist", "dae-mnist", "readings"}


RECIPE = """
name = "readings"
kind = "ae"
description = "Six numbers."
seed = 1

[dataset]
name = "vectors"
title = "readings"
train = "rows.npy"
held_out_share = 0.25
validation = 50

[architecture]
hidden = [8]
latent_dim = 2
activation = "tanh"

[objective]
reconstruction = "squared-error"

[schedule]
optimizer = "adamw"
learning_rate = 1e-2
epochs = 20
batch_size = 64
"""
