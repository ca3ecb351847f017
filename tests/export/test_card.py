from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from latentd_export.card import write_card
from latentd_export.comparison import Finding
from latentd_export.facts import Facts
from latentd_export.gallery import Picture
from small_models import KINDS

PICTURES = (Picture("map.png", "Map", "What it shows."),)


def card(folder: Path, facts: Facts) -> str:
    write_card(folder / "card.md", facts, 7, PICTURES)
    return (folder / "card.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_the_card_states_what_the_facts_are(facts: dict[str, Facts], tmp_path: Path, kind: str) -> None:
    own = facts[kind]
    text = card(tmp_path, own)
    assert text.startswith(f"# small-{kind}, version 7\n\nA small model for tests.\n")
    assert "20 numbers (a 4×5 picture), values from 0 to 1" in text
    assert "| trained on | made-up rows: 200 rows |" in text
    assert "| judged on | 60 held-out rows |" in text
    assert f"| `reconstruction_error` | {own.metric('reconstruction_error'):.4f} | squared value |" in text
    assert f"| **autoencoder** |  |  |  | **{sum(layer.parameters for layer in own.layers):,}** |" in text
    assert "## Map\n\n![Map](map.png)\n\nWhat it shows." in text
    assert f"`{'0' * 64}`" in text


def test_what_is_a_kind_s_own_stands_on_its_card_alone(facts: dict[str, Facts], tmp_path: Path) -> None:
    texts = {kind: card(tmp_path, facts[kind]) for kind in KINDS}
    for words, kind in (("with a logvar", "vae"), ("trained to undo", "dae"), ("principal component", "ae")):
        assert kind in [k for k in KINDS if words in texts[k]]
    assert "with a logvar" not in texts["ae"]
    assert "trained to undo" not in texts["vae"]
    assert "drawn from the prior" in texts["vae"]
    assert "Gaussian mixture" in texts["dae"]


def test_a_bar_in_a_cell_does_not_end_it(facts: dict[str, Facts], tmp_path: Path) -> None:
    lines = card(tmp_path, facts["vae"]).splitlines()
    (line,) = [line for line in lines if line.startswith("| `elbo_kl`")]
    assert r"KL(posterior \|\| N(0, I))" in line
    assert line.replace(r"\|", "").count("|") == 5


@pytest.mark.parametrize("favourable", [True, False])
def test_the_words_follow_the_figures(facts: dict[str, Facts], tmp_path: Path, favourable: bool) -> None:
    finding = Finding("it was measured.", favourable)
    comparison = replace(facts["dae"].comparison, gain=finding, price=finding)
    text = card(tmp_path, replace(facts["dae"], comparison=comparison))
    gain, price = ("Advantage", "No disadvantage found") if favourable else ("No advantage found", "Disadvantage")
    assert f"- **{gain}**: it was measured.\n- **{price}**: it was measured.\n" in text
    assert ("the denoising autoencoder does not gain what it is made for" in text) != favourable
