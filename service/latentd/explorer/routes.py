"""GET /, the page, and GET /explorer/…, the modules that it and other pages load.

The entry, /explorer/latent-explorer.js, is asked for anew each time. It leads to the modules of the present build,
whose addresses hold that build's digest, so that they never change and are kept for good.
"""

from __future__ import annotations

from functools import cache

from fastapi import APIRouter, Request, Response

from latentd.errors import PathNotFoundError
from latentd.explorer.assets import FOLDER, Assets, media_type

ELEMENT = "element.js"
PAGE = "index.html"

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    ]
)
"""The page's Content-Security-Policy: nothing inline, nothing from elsewhere."""

# The modules are public code without data: pages of any origin may load them, whatever origins may ask the API.
_OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}
_KEEP = "public, max-age=31536000, immutable"
_ASK = "public, no-cache"

router = APIRouter(include_in_schema=False)


@cache
def assets() -> Assets:
    """The files as they were when they were first asked for."""
    return Assets.read(FOLDER)


@router.get("/")
async def show_page(request: Request) -> Response:
    """The explorer of this server, at full size."""
    page = assets().files[PAGE].decode().replace("{build}", assets().build).replace("    {preloads}\n", _preloads())
    headers = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
    return _answer(request, page.encode(), PAGE, headers)


@router.get("/explorer/latent-explorer.js")
async def show_entry(request: Request) -> Response:
    """The module that other pages load; it defines the element."""
    entry = f'export * from "./{assets().build}/{ELEMENT}";\n'
    return _answer(request, entry.encode(), ELEMENT, _OPEN)


@router.get("/explorer/{build}/{name:path}")
async def show_asset(request: Request) -> Response:
    """A file of the explorer. A page that was opened before an update gets the present one, and does not keep it."""
    build, name = request.path_params["build"], request.path_params["name"]
    content = assets().files.get(name)
    if content is None or name == PAGE:
        raise PathNotFoundError(f"the explorer has no file {name!r}")
    if build != assets().build:
        return _answer(request, content, name, _OPEN)
    return Response(content, headers={**_OPEN, "Cache-Control": _KEEP}, media_type=media_type(name))


def _answer(request: Request, content: bytes, name: str, headers: dict[str, str]) -> Response:
    """What may change, with an ETag; 304 where the client has it (RFC 9110, section 13.1.2)."""
    tag = f'"{assets().build}-{len(content):x}"'
    about = {**headers, "ETag": tag, "Cache-Control": _ASK}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=about)
    return Response(content, headers=about, media_type=media_type(name))


def _preloads() -> str:
    """One line for each module: the browser fetches them at once, not one after the other as they name each other."""
    line = '    <link rel="modulepreload" href="explorer/{}/{}">\n'
    return "".join(line.format(assets().build, name) for name in assets().modules)
