"""HTTPS, where no balancer in front speaks it: the settings as uvicorn takes them."""

from __future__ import annotations

import ssl
from typing import Any

from latentd.errors import SettingsInvalidError
from latentd.settings import Settings

CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""For TLS 1.2: forward secrecy and authenticated encryption alone. TLS 1.3 has no others."""


def tls_options(settings: Settings) -> dict[str, Any]:
    """Options for uvicorn; none without a certificate.

    Raises SettingsInvalidError for a certificate or a key that cannot be used.
    """
    if settings.tls_certificate is None:
        return {}
    files = settings.tls_certificate, settings.tls_key
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(*files, password=_no_password)
    except (OSError, ValueError) as error:  # also ssl.SSLError: PEM that is none, or a key of another certificate
        names = " and ".join(str(file) for file in files if file)
        reason = getattr(error, "strerror", None) or error
        raise SettingsInvalidError(f"LATENTD_TLS_CERTIFICATE, LATENTD_TLS_KEY: {names}: {reason}") from None
    return {"ssl_certfile": files[0], "ssl_keyfile": files[1], "ssl_ciphers": CIPHERS}


def _no_password() -> str:
    """Asked for where the key is encrypted; OpenSSL would ask on the terminal, for ever."""
    raise ValueError("the private key is encrypted; expected one without a password")
