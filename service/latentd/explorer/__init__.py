"""The web face: the page at `/`, and the element `<latent-explorer>` that it is made of.

`web/` holds what browsers run, as they run it: there is no build.
"""

from latentd.explorer.routes import router

__all__ = ["router"]
