"""The model card, card.md: what the model is, how good it is, what it is for, where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import torch

import latentd
from latentd_export.facts import Facts
from latentd_export.gallery import Picture

KINDS = {"ae": "autoencoder", "vae": "variational autoencoder", "dae": "denoising autoencoder"}

PAPERS = {
    "ae": "G. E. Hinton, R. R. Salakhutdinov: *Reducing the dimensionality of data with neural networks*. "
    "Science 313 (2006).",
    "vae": "D. P. Kingma, M. Welling: *Auto-encoding variational Bayes*. 2013, "
    "[arXiv:1312.6114](https://arxiv.org/abs/1312.6114).",
    "dae": "P. Vincent, H. Larochelle, Y. Bengio, P.-A. Manzagol: *Extracting and composing robust features with "
    "denoising autoencoders*. ICML 2008.",
}
DATA_PAPERS = {
    "mnist": "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: *Gradient-based learning applied to document recognition*. "
    "Proceedings of the IEEE 86 (1998).",
    "fashion-mnist": "H. Xiao, K. Rasul, R. Vollgraf: *Fashion-MNIST*. 2017, "
    "[arXiv:1708.07747](https://arxiv.org/abs/1708.07747).",
}

LIMITS = {
    "ae": "Its latents follow no known distribution: between and around them lie regions that decode to nothing real.",
    "vae": "Its outputs are means over what a latent may stand for, and look blurred.",
    "dae": "It undoes the corruption that it was trained on; another kind (a shift, a scratch) it was never shown.",
}


def write_card(path: Path, facts: Facts, version: int, gallery: Sequence[Picture]) -> None:
    """Writes the card; the pictures lie beside it."""
    sections = (_head, _figures, _against_rival, _layers, lambda _: _pictures(gallery), _use, _provenance, _papers)
    recipe = facts.trained.recipe
    title = f"# {recipe.name}, version {version}\n\n{recipe.description}"
    path.write_text("\n\n".join([title, *(section(facts) for section in sections)]) + "\n", encoding="utf-8")


def _head(facts: Facts) -> str:
    recipe, dataset = facts.trained.recipe, facts.dataset
    picture = f" (a {'×'.join(map(str, dataset.picture_shape))} picture)" if dataset.picture_shape else ""
    low_high = (
        "any finite value"
        if dataset.value_range is None
        else f"values from {dataset.value_range[0]:g} to {dataset.value_range[1]:g}"
    )
    rows = [
        ("kind", KINDS[recipe.kind]),
        ("input and output", f"{dataset.input_dim} numbers{picture}, {low_high}"),
        (
            "latent",
            f"{recipe.architecture.latent_dim} numbers" + (", with a logvar for each" if facts.has_prior else ""),
        ),
        ("parameters", f"{sum(layer.parameters for layer in facts.layers):,}"),
        ("trained on", f"{dataset.title}: {len(facts.split.training):,} rows"),
        ("judged on", f"{len(dataset.held_out):,} held-out rows"),
    ]
    if recipe.corruption is not None:
        masked, noise_std = recipe.corruption.masked, recipe.corruption.noise_std
        noise = f"{masked:.0%} of the values masked, Gaussian noise of standard deviation {noise_std:g}"
        rows.append(("trained to undo", noise))
    return _table(("", ""), rows)


def _figures(facts: Facts) -> str:
    rows = [(f"`{m.name}`", _format(m.value), m.unit, m.definition) for m in facts.metrics]
    active = sum(facts.statistics.active)
    note = f"\n\n{active} of {len(facts.statistics.active)} latent dimensions are active"
    note += " (the variance of the posterior mean over the training rows exceeds 0.01)." if facts.has_prior else "."
    batches = ", ".join(map(str, facts.parity.batches))
    parity = (
        f" Between torch and onnxruntime, on batches of {batches} rows, the encoders' latents differ by at most "
        f"{facts.parity.latent:.1e}, and the decoders' outputs of the same latents by at most "
        f"{facts.parity.output:.1e}."
    )
    return "## Figures\n\n" + _table(("figure", "value", "unit", "definition"), rows) + note + parity


def _against_rival(facts: Facts) -> str:
    found = facts.comparison
    gain = "Advantage" if found.gain.favourable else "No advantage found"
    price = "No disadvantage found" if found.price.favourable else "Disadvantage"
    lines = [f"- **{gain}**: {found.gain.sentence}", f"- **{price}**: {found.price.sentence}"]
    if not found.gain.favourable:
        lines.append(
            f"- **By this figure the {KINDS[facts.trained.recipe.kind]} does not gain what it is made for**: prefer "
            "what it is compared with, or train it longer or otherwise."
        )
    return f"## Gain and price\n\nCompared with {found.rival}:\n\n" + "\n".join(lines)


def _layers(facts: Facts) -> str:
    rows: list[tuple[str, ...]] = [
        (row.part, row.name, row.kind, f"(batch, {row.output_shape[0]})", f"{row.parameters:,}") for row in facts.layers
    ]
    for part in ("encoder", "decoder"):
        total = sum(layer.parameters for layer in facts.layers if layer.part == part)
        rows.append((f"**{part}**", "", "", "", f"**{total:,}**"))
    rows.append(("**autoencoder**", "", "", "", f"**{sum(layer.parameters for layer in facts.layers):,}**"))
    return "## Layers\n\n" + _table(("part", "layer", "kind", "output shape", "parameters"), rows)


def _pictures(gallery: Iterable[Picture]) -> str:
    return "\n\n".join(
        f"## {picture.title}\n\n![{picture.title}]({picture.file})\n\n{picture.caption}" for picture in gallery
    )


def _use(facts: Facts) -> str:
    recipe = facts.trained.recipe
    source = (
        "drawn from the prior" if facts.has_prior else "drawn from a Gaussian mixture fitted to the training latents"
    )
    return (
        "## Use and limits\n\n"
        "For looking into a latent space, and for compressing, comparing and generating rows like those of "
        f"{facts.dataset.title}. New latents are {source}.\n\n"
        f"- {LIMITS[recipe.kind]}\n"
        "- It knows nothing but its training data: any other input is mapped to something that resembles it.\n"
        "- A high reconstruction error marks a row as unusual, but a low one proves nothing: a simple row that the "
        "model never saw can be reconstructed better than a real one.\n"
        "- It has not been examined for fairness or safety; do not decide about people with it."
    )


def _provenance(facts: Facts) -> str:
    recipe, dataset = facts.trained.recipe, facts.dataset
    schedule = recipe.schedule
    course = (
        f"`{recipe.name}`: {schedule.optimizer}, one cycle of the learning rate up to {schedule.learning_rate:g}, "
        f"{schedule.epochs} epochs, batches of {schedule.batch_size}"
    )
    rows = [
        ("recipe", course),
        ("seed", str(recipe.seed)),
        ("training time", f"{facts.trained.seconds:.0f} s on {schedule.threads} thread{'s' * (schedule.threads > 1)}"),
        ("software", f"latentd {latentd.__version__}, torch {torch.__version__}"),
        *((f"SHA-256 of {name}", f"`{digest}`") for name, digest in dataset.files.items()),
    ]
    return "## Provenance\n\n" + _table(("", ""), rows)


def _papers(facts: Facts) -> str:
    papers = [PAPERS[facts.trained.recipe.kind], DATA_PAPERS.get(facts.dataset.name)]
    return "## Papers\n\n" + "\n".join(f"- {paper}" for paper in papers if paper)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    escaped = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    lines = [header, ["---"] * len(header), *escaped]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _format(value: float) -> str:
    return f"{value:.4f}" if abs(value) < 10 else f"{value:.2f}"
