"""What whoever runs Laurel can watch, read as Prometheus reads it."""

import json
import re
from pathlib import Path

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

import bot.watch
from bot.playground.faults import Trouble
from bot.serving import figures, wrong
from bot.slack.web import watch_app
from tests.bot.way import PERSON, Way

FOLDER = Path(bot.watch.__file__).parent


async def scraped(way: Way) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every figure by name and labels."""
    app = watch_app(lambda: wrong(way.laurel), lambda: figures(way.laurel))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://laurel") as http:
        answer = await http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_a_question_and_its_calls_to_slack_are_counted(way: Way) -> None:
    await way.says("what are the criteria for top rated")
    found = await scraped(way)
    assert found["laurel_questions_total", frozenset({("tier", "answer"), ("surface", "dm")})] == 1
    assert found["laurel_reply_seconds_count", frozenset()] == 1
    posted = frozenset({("method", "chat.postMessage"), ("outcome", "ok")})
    assert found["laurel_slack_calls_total", posted] == 1


async def test_what_slack_refuses_is_counted_by_its_own_word(way: Way) -> None:
    way.slack.faults.next("chat.postMessage", Trouble.REFUSED, error="channel_not_found")
    await way.says("what are the criteria for top rated")
    found = await scraped(way)
    refused = frozenset({("method", "chat.postMessage"), ("outcome", "channel_not_found")})
    assert found["laurel_slack_calls_total", refused] == 1
    assert found["laurel_parked_jobs", frozenset()] == 1


async def test_nobodys_id_or_words_are_among_the_figures(way: Way) -> None:
    await way.says("what are the criteria for top rated")
    labels = {value for _, pairs in await scraped(way) for _, value in pairs}
    assert not any(PERSON in label or "criteria" in label or label.startswith("D0") for label in labels)


async def test_the_dashboard_and_the_alerts_name_figures_that_are_there(way: Way) -> None:
    await way.says("what are the criteria for top rated")
    there = {name for name, _ in await scraped(way)} | {"up"}
    board = json.loads((FOLDER / "grafana.json").read_text("utf-8"))
    rules = yaml.safe_load((FOLDER / "alerts.yaml").read_text("utf-8"))
    asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    asked += [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    named = {name for query in asked for name in re.findall(r"\b(?:laurel|process)_\w+|\bup\b", query)}
    assert named
    assert named <= there
    told = (FOLDER / "README.md").read_text("utf-8")
    assert {rule["alert"] for group in rules["groups"] for rule in group["rules"]} <= set(
        re.findall(r"^\| (Laurel\w+) \|", told, re.MULTILINE)
    )


async def test_a_database_that_is_away_leaves_what_the_process_counted(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    await way.says("what are the criteria for top rated")

    def away(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(way.laurel.store, "read", away)
    found = await scraped(way)
    assert ("laurel_reply_seconds_count", frozenset()) in found
    assert ("laurel_queue_depth", frozenset()) not in found
