"""Find out whether the site may listen where it shall, before anything is made for it."""

import errno
import socket

from avow.errors import ConfigError

_OTHER = "give another AVOW_BIND"
_SUCH = "such as 127.0.0.1:8000, or 0.0.0.0:8000 for all of the machine's addresses"
_MEANS = {
    errno.EADDRINUSE: ("is in use", f"stop what listens there, or {_OTHER}"),
    errno.EADDRNOTAVAIL: ("is not an address of this machine", f"{_OTHER}, {_SUCH}"),
    errno.EACCES: ("may not be listened on by this account", f"{_OTHER}; ports below 1024 are for root"),
}


def listenable(bind: str) -> None:
    """Raise ConfigError that says why nobody can listen at address:port, if so.

    The site's own processes share a port, so the system would let a second site join them unseen: this does not.
    """
    host, _, port = bind.rpartition(":")
    try:
        found = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        family, kind, number, _, address = found[0]
        with socket.socket(family, kind, number) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what closed a moment ago is no listener
            probe.bind(address)
    except socket.gaierror as error:
        raise ConfigError(f"AVOW_BIND: {host} is not an IP address", f"{_OTHER}, {_SUCH}") from error
    except OSError as error:
        said, do = _MEANS.get(error.errno or 0, (f"cannot be listened on: {error.strerror}", _OTHER))
        raise ConfigError(f"AVOW_BIND: {bind} {said}", do) from error
