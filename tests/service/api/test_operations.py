"""The operations of the array routes."""

from __future__ import annotations

from latentd.api.operations import places, routes


def test_every_operation_has_a_place_and_a_name_of_its_own() -> None:
    found = list(places())
    assert {(place.path, place.method) for place in found} == {
        *((path, "POST") for path in ("/encode", "/decode", "/reconstruct", "/traverse", "/interpolate")),
        *((path, "GET") for path in ("/grid", "/traverse", "/interpolate", "/sample", "/latents", "/examples")),
    }
    assert len({place.name for place in found}) == len(found)


def test_routes_take_just_the_methods_of_their_operations() -> None:
    for route in routes:
        methods = {place.method for place in places() if place.path == route.path}
        assert (route.methods or set()) - {"HEAD"} == methods
