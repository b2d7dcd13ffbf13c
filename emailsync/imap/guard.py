"""Which servers Flux may be sent to by what a member types: no way into the operator's own network."""

from __future__ import annotations

import ipaddress
import socket

from django.conf import settings

from emailsync.imap.problems import Code, MailboxProblem

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# All of IPv6 that is handed out so far (IANA); what else there is holds local and retired ways in.
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_CARRIER_NAT = ipaddress.IPv4Network("100.64.0.0/10")


def checked_address(host: str, port: int, *, clear_text: bool = False) -> str:
    """The address to connect to. Every address of the name is checked, so that none of them is a way round.

    clear_text: the password would go unencrypted, which only the operator's own network may carry.
    Raises MailboxProblem: dns, private_address, port_not_allowed or clear_text.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, ValueError) as error:
        raise MailboxProblem(Code.DNS, host=host) from error
    addresses = [ipaddress.ip_address(entry[4][0]) for entry in found]
    if any(_never(address) for address in addresses):
        raise MailboxProblem(Code.PRIVATE_ADDRESS, host=host)
    public = [is_public(address) for address in addresses]
    private = not all(public)
    if private and not settings.FLUX_ALLOW_PRIVATE_MAIL_HOSTS:
        raise MailboxProblem(Code.PRIVATE_ADDRESS, host=host)
    if not private and port not in settings.FLUX_MAIL_PORTS:
        raise MailboxProblem(Code.PORT, port=port)
    if clear_text and any(public):
        raise MailboxProblem(Code.CLEAR_TEXT, host=host)
    return str(addresses[0])


def is_public(address: Address) -> bool:
    """Whether an address belongs to the Internet at large, seen through all ways of embedding IPv4 in IPv6."""
    inner = _embedded(address)
    if inner is not None:
        return is_public(inner)
    if isinstance(address, ipaddress.IPv4Address) and address in _CARRIER_NAT:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    return address.is_global and not address.is_multicast


def _embedded(address: Address) -> ipaddress.IPv4Address | None:
    if not isinstance(address, ipaddress.IPv6Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def _never(address: Address) -> bool:
    """Link-local addresses (cloud metadata) and those that are no host are refused whatever the operator allows."""
    inner = _embedded(address) or address
    return inner.is_link_local or inner.is_multicast or inner.is_unspecified
