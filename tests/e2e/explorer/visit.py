"""What a visitor sees and does on the page, by real pointer, touch and keyboard events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import FloatRect, Locator, Page, expect

from e2e.explorer.strokes import Stroke

Point = tuple[float, float]

COUNTED = """
    // How many answers are still to come, or to be read: without a pause as Playwright's `networkidle` makes.
    window.awaited = 0;
    const ask = window.fetch;
    window.fetch = async (...question) => {
        window.awaited++;
        const end = () => setTimeout(() => window.awaited--);
        try {
            const answer = await ask(...question);
            answer.clone().arrayBuffer().then(end, end);
            return answer;
        } catch (error) {
            end();
            throw error;
        }
    };
"""


def reading(expression: str) -> str:
    """JavaScript for a canvas: the `expression` of its `bytes`, four for each pixel."""
    return (
        """canvas => {
            // A copy: a canvas that is itself read often is drawn otherwise by the browser.
            const { width, height } = canvas;
            const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
            copy.drawImage(canvas, 0, 0);
            const bytes = copy.getImageData(0, 0, width, height).data;
            return EXPRESSION;
        }"""
    ).replace("EXPRESSION", expression)


@dataclass(frozen=True)
class Visit:
    """A page with one element <latent-explorer> on it."""

    page: Page

    @property
    def element(self) -> Locator:
        return self.page.locator("latent-explorer")

    @property
    def map(self) -> Locator:
        return self.page.locator(".stage .map")

    @property
    def handle(self) -> Locator:
        return self.page.get_by_role("slider", name="Place in the latent space").first

    @property
    def picture(self) -> Locator:
        return self.page.get_by_role("img", name="The decoded picture")

    def wait_until_ready(self) -> None:
        """A model is there, and its first picture."""
        self.page.wait_for_function("""() => {
            const element = document.querySelector("latent-explorer");
            const find = selector => [...element.shadowRoot.querySelectorAll(selector)];
            return element?.decoded && find(".handle").some(handle => handle.checkVisibility())
                && find(".notice").length === 0;
        }""")

    def latent(self) -> list[float]:
        latent: list[float] = self.element.evaluate("element => [...element.latent]")
        return latent

    def box(self) -> FloatRect:
        """Where the map is on the page."""
        box = self.map.bounding_box()
        assert box
        return box

    def middle_of_handle(self) -> Point:
        box = self.page.locator(".handle .knob").bounding_box()
        assert box
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(self, start: Point, end: Point, steps: int = 8) -> None:
        """Press the mouse, move it, and let go."""
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=steps)
        self.page.mouse.up()

    def open_view(self, title: str) -> Locator:
        """Choose a tab; its panel."""
        self.page.get_by_role("tab", name=title).click()
        return self.page.get_by_role("tabpanel", name=title)

    def choose_model_without_waiting(self, name: str) -> None:
        self.page.get_by_role("radio", name=name, exact=True).click()

    def choose_model(self, name: str) -> None:
        self.choose_model_without_waiting(name)
        expect(self.page.get_by_role("radio", name=name, exact=True)).to_have_attribute("aria-checked", "true")
        self.wait_until_ready()

    def pixels(self, canvas: Locator) -> list[int]:
        """The red channel of each pixel that a canvas holds."""
        pixels: list[int] = canvas.evaluate(reading("[...bytes].filter((_, at) => at % 4 === 0)"))
        return pixels

    def count_points(self) -> int:
        """How many pixels of the layer of points are not empty."""
        count: int = self.page.locator("canvas.points").evaluate(
            reading("bytes.filter((value, at) => at % 4 === 3 && value > 0).length")
        )
        return count

    def wait_for_backdrop(self) -> None:
        """All of the map has something decoded behind it."""
        expect(self.page.locator("canvas.backdrop")).to_have_attribute("aria-busy", "false")

    def wait_for_picture(self) -> None:
        """The picture is that of the place where the handle is."""
        self.page.wait_for_function("""() => {
            const { latent, decoded } = document.querySelector("latent-explorer");
            return decoded && latent.join() === decoded.latent.join();
        }""")

    def wait_for_answers(self) -> None:
        """Nothing is being asked of the server any more, for three frames."""
        self.page.wait_for_function("""() => {
            window.calm = window.awaited === 0 && document.readyState === "complete" ? (window.calm ?? 0) + 1 : 0;
            return window.calm > 3;
        }""")
        self.page.evaluate("() => { window.calm = 0; }")

    def settle(self) -> None:
        """Two frames later."""
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def listen(self, *types: str) -> None:
        """Keep what the element's events of these types say, for `heard`."""
        self.element.evaluate(
            """(element, types) => {
                window.heard = [];
                for (const type of types) {
                    element.addEventListener(type, event => window.heard.push({type, at: performance.now(),
                        detail: JSON.parse(JSON.stringify(event.detail, (_, value) =>
                            ArrayBuffer.isView(value) ? [...value] : value))}));
                }
            }""",
            list(types),
        )

    def heard(self) -> list[dict[str, Any]]:
        heard: list[dict[str, Any]] = self.page.evaluate("() => window.heard")
        return heard


def pad_of(visit: Visit) -> Locator:
    return visit.page.get_by_role("application", name="Drawing")


def draw_by_mouse(visit: Visit, strokes: list[Stroke]) -> None:
    box = pad_of(visit).bounding_box()
    assert box
    for stroke in strokes:
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        visit.page.mouse.move(*places[0])
        visit.page.mouse.down()
        for place in places[1:]:
            visit.page.mouse.move(*place)
        visit.page.mouse.up()
