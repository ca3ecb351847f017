"""What the two halves share: the manifest, and the reader that trusts nothing on disk."""

from latentd.bundle.examples import Examples
from latentd.bundle.golden import Golden
from latentd.bundle.held_out import HeldOutLatents
from latentd.bundle.limits import BundleLimits
from latentd.bundle.manifest import Manifest, manifest_schema
from latentd.bundle.reader import Bundle, find_bundles, latest_bundle, read_bundle, read_manifest

__all__ = [
    "Bundle",
    "BundleLimits",
    "Examples",
    "Golden",
    "HeldOutLatents",
    "Manifest",
    "find_bundles",
    "latest_bundle",
    "manifest_schema",
    "read_bundle",
    "read_manifest",
]
