"""API keys: who may ask for what. A file names them; what it holds are digests, from which no key can be found."""

from latentd.security.keys.key import RIGHTS, Key, Right, new_token
from latentd.security.keys.keys_file import KeysFile
from latentd.security.keys.ring import KeyRing

__all__ = ["RIGHTS", "Key", "KeyRing", "KeysFile", "Right", "new_token"]
