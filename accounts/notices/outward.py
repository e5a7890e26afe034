"""Posts to addresses that people have typed or browsers have sent: https only, to public addresses, without redirects.

The name is looked up once, every address that it has must be public, and the connection goes to the address that was
looked at: a name that points somewhere else a moment later leads nowhere.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

TIMEOUT_S = 10
# Of an answer, so much is read.
ANSWER = 2048
_PORTS = range(1, 65536)


class Refused(Exception):
    """Nothing is sent to this address; the text says why, in English, for the log."""


class Unreached(Exception):
    """Nothing was sent: the name has no address just now, or nobody answers there."""


class Broken(Exception):
    """The line broke after something was sent: perhaps it arrived."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str
    retry_after: str = ""

    @property
    def is_fine(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Target:
    host: str
    port: int
    path: str


def check(url: str) -> Target:
    """The parts of an address that may be posted to, as far as its text says. Raises Refused."""
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError as error:
        raise Refused("not an address") from error
    if parts.scheme != "https":
        raise Refused("not https")
    if parts.username is not None or parts.password is not None:
        raise Refused("names a user")
    if not parts.hostname or port not in _PORTS:
        raise Refused("no host")
    if any(letter.isspace() or not letter.isprintable() for letter in url):
        raise Refused("has letters that no address has")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        raise Refused("has letters that no address has")
    literal = _literal(parts.hostname)
    if literal is not None and not is_public(literal):
        raise Refused("not a public address")
    return Target(parts.hostname, port, path)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the internet: not this machine, not a network of ours, not a way around that."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


# IPv6 addresses that a gateway turns into IPv4.
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """What the server answered, whatever its status; a redirect is an answer. Raises Refused, Unreached or Broken."""
    target = check(url)
    connection = _Pinned(target, _address_of(target))
    try:
        try:
            connection.connect()
        except (OSError, ssl.SSLError) as error:
            raise Unreached(_short(error)) from error
        try:
            connection.request("POST", target.path, body=body, headers=dict(headers))
            response = connection.getresponse()
            text = response.read(ANSWER).decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as error:
            raise Broken(_short(error)) from error
        return Answer(response.status, text, response.headers.get("Retry-After", ""))
    finally:
        connection.close()


def _address_of(target: Target) -> str:
    """The first address of the host, all of which are public. Raises Refused or Unreached."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreached(_short(error)) from error
    addresses = [str(each[4][0]) for each in found]
    if not addresses:
        raise Unreached("no address")
    if not all(is_public(address) for address in addresses):
        raise Refused("not a public address")
    return addresses[0]


def _literal(host: str) -> str | None:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return None


def _context() -> ssl.SSLContext:
    return ssl.create_default_context()


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]


class _Pinned(http.client.HTTPSConnection):
    """Connects to the address that was checked; the certificate must be the host's."""

    def __init__(self, target: Target, address: str) -> None:
        super().__init__(target.host, target.port, timeout=TIMEOUT_S, context=_context())
        self._address = address

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), TIMEOUT_S)
        try:
            self.sock = self._context.wrap_socket(plain, server_hostname=self.host)  # type: ignore[attr-defined]
        except Exception:
            plain.close()
            raise
