"""A recipe: the TOML file that says how one model is made (data, architecture, objective, schedule, seed)."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from latentd.bundle.manifest import Name, PictureShape
from latentd.bundle.records import Size
from latentd_export.errors import RecipeInvalidError

Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, lt=1)]


class Section(BaseModel):
    """What every part of a recipe has in common: unknown keys are refused, and nothing changes after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class PublicData(Section):
    """One of the datasets that latentd-export fetches by itself."""

    name: Literal["mnist", "fashion-mnist"]
    validation: Annotated[int, Field(ge=0, description="training rows set aside to watch the loss on")] = 5000


class VectorData(Section):
    """The user's own rows, from .npy, .npz or .csv files; paths are relative to the recipe."""

    name: Literal["vectors"]
    title: str = "vectors"
    train: str
    held_out: Annotated[str | None, Field(description="a file of its own, or none to split held_out_share off")] = None
    held_out_share: Annotated[float, Field(gt=0, lt=1)] = 0.15
    classes: tuple[str, ...] | None = None
    value_range: tuple[float, float] | None = None
    picture_shape: PictureShape | None = None
    validation: Annotated[int, Field(ge=0)] = 0


class Architecture(Section):
    """Widths of the encoder's hidden layers, mirrored in the decoder, and the size of the latent."""

    hidden: tuple[Size, ...]
    latent_dim: Size
    activation: Literal["relu", "leaky-relu", "elu", "gelu", "silu", "tanh"]


class Objective(Section):
    """How a reconstruction is scored: `squared-error`, or `cross-entropy` for values that lie in a range."""

    reconstruction: Literal["squared-error", "cross-entropy"]


class Corruption(Section):
    """What a denoising autoencoder's inputs suffer: Gaussian noise, then a share of the values masked."""

    masked: Share = 0.0
    noise_std: Annotated[float, Field(ge=0)] = 0.0
    judged_masked: Annotated[Share, Field(description="share of the values masked in the card's figures")] = 0.3


class Schedule(Section):
    """Optimization: one cycle of the learning rate (Smith & Topin 2017, arXiv:1708.07120) over all epochs."""

    optimizer: Literal["adam", "adamw"] = "adamw"
    learning_rate: Positive
    epochs: Size
    batch_size: Size
    warm_up: Annotated[float, Field(gt=0, lt=1, description="share of the steps in which the rate rises")] = 0.2
    weight_decay: Annotated[float, Field(ge=0)] = 0.0
    clip_norm: Positive | None = None
    threads: Annotated[Size, Field(description="part of the recipe: more threads add up in another order")] = 1


class Recipe(Section):
    """Everything that decides what a trained model is. The same recipe on the same machine gives the same weights."""

    name: Name
    kind: Literal["ae", "vae", "dae"]
    description: str
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    dataset: Annotated[PublicData | VectorData, Field(discriminator="name")]
    architecture: Architecture
    objective: Objective
    corruption: Corruption | None = None
    schedule: Schedule
    density_components: Annotated[int, Field(ge=1, description="Gaussians of the density fitted to the latents")] = 10

    @model_validator(mode="after")
    def check_corruption(self) -> Self:
        if (self.kind == "dae") != (self.corruption is not None):
            raise ValueError('a [corruption] section belongs to kind = "dae", and only to it')
        return self

    def changed(self, *, seed: int | None = None, epochs: int | None = None) -> Recipe:
        """The same recipe with another seed or number of epochs where one is given."""
        values = self.model_dump()
        values["seed"] = self.seed if seed is None else seed
        values["schedule"]["epochs"] = self.schedule.epochs if epochs is None else epochs
        return _validate(values, self.name)

    def plain(self) -> Recipe:
        """The recipe of the plain autoencoder with the same layers, data, loss, schedule and seed, to compare with."""
        values = self.model_dump()
        return Recipe(**values | {"name": f"{self.name}-plain", "kind": "ae", "corruption": None})


def shipped_recipes() -> dict[str, Path]:
    """The recipes that come with latentd, by name."""
    folder = Path(str(files("latentd_export") / "recipes"))
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def recipe_path(name_or_path: str) -> Path:
    """A shipped recipe by its name, or any other by its path ending in .toml. Raises RecipeInvalidError."""
    shipped = shipped_recipes()
    if name_or_path in shipped:
        return shipped[name_or_path]
    path = Path(name_or_path)
    if path.suffix == ".toml" and path.is_file():
        return path
    raise RecipeInvalidError(
        f"{name_or_path}: neither a shipped recipe ({', '.join(shipped)}) nor a .toml file that exists"
    )


def read_recipe(name_or_path: str) -> Recipe:
    """Reads and checks a recipe. Raises RecipeInvalidError, which names each key that is wrong."""
    path = recipe_path(name_or_path)
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeInvalidError(f"{path}: not TOML: {error}") from error
    return _validate(values, str(path))


def _validate(values: dict[str, Any], where: str) -> Recipe:
    try:
        return Recipe.model_validate(values)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'recipe'}: {e['msg']}" for e in error.errors())
        raise RecipeInvalidError(f"{where}: {faults}") from error
