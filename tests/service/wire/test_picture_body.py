"""Pictures of any kind and size become pixels of the model's shape, or a problem that says why not."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from digits import read_test_images
from latentd.errors import BodyError, BodyUnreadableError, PictureTooLargeError, PictureUnusableError
from latentd.wire.picture_body import PictureReader
from pictures import Pixels, animation, center_of_mass, claiming, digit, jpeg, png, turned

PNG, JPEG = "image/png", "image/jpeg"
GREY, COLOUR = (28, 28), (3, 28, 28)
NOISE = np.random.default_rng(1).integers(0, 256, (28, 28), np.uint8)
GRADIENT = np.add.outer(np.arange(28), 5 * np.arange(28)).astype(np.uint8)


def read(body: bytes, media_type: str = PNG, shape: tuple[int, ...] = GREY, **options: Any) -> Pixels:
    limit = options.pop("limit", 10**6)
    return PictureReader(shape, limit, "LATENTD_MAX_PIXELS", **options).read_array(body, media_type)


def test_a_picture_of_the_models_own_shape_is_unchanged() -> None:
    np.testing.assert_array_equal(read(png(NOISE)), NOISE)
    np.testing.assert_array_equal(read(png(NOISE), invert=True), 255 - NOISE)


def test_so_is_one_in_colours() -> None:
    colours = np.random.default_rng(2).integers(0, 256, (28, 28, 3), np.uint8)
    np.testing.assert_array_equal(read(png(colours), shape=COLOUR), colours.transpose(2, 0, 1))


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA"])
def test_every_mode_of_png_is_read(mode: str) -> None:
    picture = Image.fromarray(GRADIENT).convert("RGB").convert(mode)
    np.testing.assert_allclose(read(png(picture)).astype(int), GRADIENT, atol=1)
    colours = read(png(picture), shape=COLOUR)
    np.testing.assert_allclose(colours.astype(int), np.stack([GRADIENT] * 3), atol=1)


def test_a_palette_is_read() -> None:
    picture = Image.fromarray(NOISE // 64)
    picture.putpalette([value for level in (10, 80, 150, 220) for value in (level, level, level)])
    np.testing.assert_array_equal(read(png(picture)), 10 + NOISE // 64 * 70)


def test_black_and_white_and_sixteen_bits_are_read() -> None:
    flags = NOISE > 127
    np.testing.assert_array_equal(read(png(Image.fromarray(flags))), np.where(flags, 255, 0))
    deep = NOISE.astype(np.uint16) * 257
    np.testing.assert_array_equal(read(png(Image.fromarray(deep))), NOISE)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_every_mode_of_jpeg_is_read(mode: str) -> None:
    picture = Image.fromarray(GRADIENT).convert(mode)
    np.testing.assert_allclose(read(jpeg(picture), JPEG).astype(int), GRADIENT, atol=12)


@pytest.mark.parametrize(("invert", "background"), [(False, 0), (True, 0)])
def test_what_is_transparent_is_background(invert: bool, background: int) -> None:
    layers = np.zeros((28, 28, 4), np.uint8)
    layers[10:20, 10:20] = [0 if invert else 255] * 3 + [255]
    got = read(png(layers), invert=invert)
    assert got[0, 0] == background
    assert (got[10:20, 10:20] == 255).all()


TURNS: dict[int, Callable[[Pixels], Pixels]] = {}
TURNS |= {2: np.fliplr, 3: lambda a: np.rot90(a, 2), 4: np.flipud, 5: np.transpose, 6: lambda a: np.rot90(a, -1)}
TURNS |= {7: lambda a: np.rot90(a, 2).T, 8: np.rot90, 1: np.copy}


@pytest.mark.parametrize("orientation", TURNS)
def test_pictures_stand_as_the_camera_was_held(orientation: int) -> None:
    got = read(png(NOISE, exif=turned(orientation)))
    np.testing.assert_array_equal(got, TURNS[orientation](NOISE))
    photograph = read(jpeg(GRADIENT, exif=turned(orientation)), JPEG)
    np.testing.assert_allclose(photograph.astype(int), TURNS[orientation](GRADIENT), atol=12)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (28, 27), (56, 56), (300, 100), (100, 300), (7, 500), (999, 1)])
def test_any_size_is_scaled_as_a_whole_into_the_middle(width: int, height: int) -> None:
    got = read(png(Image.new("L", (width, height), 200)))
    share = 28 / max(width, height)
    wide, high = max(1, round(width * share)), max(1, round(height * share))
    rows, cols = (np.flatnonzero(got.any(axis=axis)) for axis in (1, 0))
    assert (len(rows), len(cols)) == (high, wide)
    assert set(np.unique(got)) <= {0, 200}
    for drawn, size in ((rows, high), (cols, wide)):
        assert abs((drawn[0] + drawn[-1]) / 2 - 13.5) <= 0.5, size


@pytest.mark.parametrize("box", [(10, 10, 60, 70), (150, 20, 190, 90), (20, 100, 190, 190), (90, 90, 100, 115)])
@pytest.mark.parametrize("invert", [False, True])
def test_a_drawn_digit_is_centred_by_its_mass_in_a_box_of_five_sevenths(
    box: tuple[int, int, int, int], invert: bool
) -> None:
    drawn = digit((200, 200), box, ink=20 if invert else 230, paper=240 if invert else 10)
    got = read(png(drawn), fit="center", invert=invert)
    row, col = center_of_mass(got)
    assert abs(row - 14) <= 0.5
    assert abs(col - 14) <= 0.5
    rows, cols = (np.flatnonzero((got > 16).any(axis=axis)) for axis in (1, 0))
    assert 19 <= max(rows[-1] - rows[0], cols[-1] - cols[0]) + 1 <= 20
    assert got.max() > 200


def test_most_digits_of_mnist_are_centred_already(mnist_dir: Path) -> None:
    pixels = read_test_images(mnist_dir)[:300]
    unchanged = [np.array_equal(read(png(Image.fromarray(each)), fit="center"), each) for each in pixels]
    assert np.mean(unchanged) > 0.75


@pytest.mark.parametrize("body", [b"", b"x", b"GIF89a"])
def test_what_is_no_picture_is_told_in_words(body: bytes) -> None:
    with pytest.raises(BodyUnreadableError, match="do not begin as those of a PNG file do"):
        read(body)


def test_it_looks_the_same_wherever_it_was_drawn() -> None:
    first, second = (
        read(png(digit((200, 200), (left, top, left + 60, top + 80))), fit="center").astype(int)
        for left, top in ((5, 5), (120, 90))
    )
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("size", [(1, 150), (150, 1), (2, 190)])
def test_a_thin_line_stays(size: tuple[int, int]) -> None:
    picture = Image.new("L", (200, 200))
    picture.paste(255, (20, 5, 20 + size[0], 5 + size[1]))
    assert read(png(picture), fit="center").max() > 100


def test_colours_are_centred_too() -> None:
    red = Image.merge("RGB", [digit((90, 90), (50, 50, 80, 85)), *(Image.new("L", (90, 90)) for _ in range(2))])
    got = read(png(red), shape=COLOUR, fit="center")
    assert (got[0].max(), got[1].max(), got[2].max()) == (255, 0, 0)
    assert max(abs(place - 14) for place in center_of_mass(got[0])) <= 0.5


@pytest.mark.parametrize("level", [0, 7, 255])
def test_a_blank_picture_cannot_be_centred(level: int) -> None:
    with pytest.raises(PictureUnusableError, match="blank"):
        read(png(Image.new("L", (50, 50), level)), fit="center")
    assert read(png(Image.new("L", (28, 28), level))).max() == level


def test_an_animation_is_refused() -> None:
    with pytest.raises(PictureUnusableError, match="an animation of 3"):
        read(animation())


def test_a_photograph_with_another_picture_behind_it_is_no_animation() -> None:
    file = io.BytesIO()
    Image.fromarray(GRADIENT).save(file, "MPO", quality=95, save_all=True, append_images=[Image.new("L", (8, 8))])
    np.testing.assert_allclose(read(file.getvalue(), JPEG).astype(int), GRADIENT, atol=12)


@pytest.mark.parametrize(("width", "height"), [(1001, 1000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_picture_that_says_it_is_huge_is_refused_before_it_is_unpacked(width: int, height: int) -> None:
    with pytest.raises(PictureTooLargeError, match="the limit that LATENTD_MAX_PIXELS sets is 1000000"):
        read(claiming(width, height))


def test_as_many_pixels_as_allowed_are_read() -> None:
    assert read(png(NOISE), limit=784).shape == GREY
    with pytest.raises(PictureTooLargeError, match="784 pixels"):
        read(png(NOISE), limit=783)


DAMAGED = {
    "nothing": b"",
    "a word": b"picture",
    "half a PNG": png(NOISE)[:400],
    "a JPEG": jpeg(NOISE),
    "a GIF": b"GIF89a" + bytes(40),
    "SVG": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "no pixels": claiming(0, 5),
}


@pytest.mark.parametrize("body", DAMAGED.values(), ids=DAMAGED)
def test_what_is_no_png_is_refused(body: bytes) -> None:
    with pytest.raises(BodyUnreadableError, match="no image/png that can be read"):
        read(body)


@pytest.mark.parametrize("body", [png(NOISE), jpeg(NOISE)[:200]], ids=["a PNG", "half a JPEG"])
def test_what_is_no_jpeg_is_refused(body: bytes) -> None:
    with pytest.raises(BodyUnreadableError, match="no image/jpeg that can be read"):
        read(body, JPEG)


FILES = [(png(NOISE, exif=turned(6)), PNG), (png(Image.fromarray(NOISE).convert("P")), PNG), (animation(), PNG)]
FILES += [(jpeg(NOISE, exif=turned(3)), JPEG), (jpeg(NOISE, progressive=True), JPEG)]


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::PIL.Image.DecompressionBombWarning")
@given(st.sampled_from(FILES), st.data(), st.sampled_from(["pad", "center"]))
def test_a_changed_file_gives_a_picture_or_an_error(file: tuple[bytes, str], data: st.DataObject, fit: Any) -> None:
    body, media_type = file
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, min(len(body), start + 6)))
    changed = body[:start] + data.draw(st.binary(max_size=6)) + body[end:]
    with suppress(BodyError):
        assert read(changed, media_type, fit=fit).shape == GREY
