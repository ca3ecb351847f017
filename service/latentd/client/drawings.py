"""Decoded latents and reconstructions as pictures: questions that only `draw` has, beside those of views.py."""

from __future__ import annotations

from numpy.typing import ArrayLike

from latentd.client.coding import Fit, fitting
from latentd.client.rows import as_array, body_in_shape, npy_of
from latentd.client.views import View


def decode(latents: ArrayLike, *, model: str | None = None, version: int | None = None) -> View[None]:
    """The outputs of one latent [L], or of latents [N, L] on a contact sheet.

    Raises ShapeMismatchError, PictureTooLargeError, and other errors of ClientError.
    """
    return View("/decode", _unread, model, version, {}, npy_of(as_array(latents, "latents")))


def reconstruct(
    inputs: ArrayLike, *, invert: bool = False, fit: Fit = "pad", model: str | None = None, version: int | None = None
) -> View[None]:
    """Inputs above their reconstructions; they are those of `encode`.

    Raises ShapeMismatchError, PictureTooLargeError, and other errors of ClientError.
    """
    return View("/reconstruct", _unread, model, version, fitting(invert, fit), body_in_shape(inputs))


def _unread(*_: object) -> None:
    """A picture has no fields to read."""
