"""Processes that belong together end together, and a port is asked for before it is used."""

import ctypes
import errno
import os
import signal
import socket

PR_SET_PDEATHSIG = 1
PARENT = "HUIYIN_PARENT"  # environment: the process that this one must not outlive


def die_with(parent: int, by: signal.Signals) -> None:
    """Have the kernel send this process a signal when its parent dies, however it dies."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, by)
    if os.getppid() != parent:  # it died before we had asked
        os.kill(os.getpid(), by)


def die_with_supervisor() -> None:
    """For a process that `huiyin up` started; without effect in one started alone."""
    parent = os.environ.get(PARENT, "")
    if parent.isdigit():
        die_with(int(parent), signal.SIGTERM)


def port_problem(host: str, port: int) -> str | None:
    """Why a server can't listen there, in one line that names the setting to change; None when it can."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return f"Port {port} is taken by another program: choose another one, for example PORT={port + 1}."
        if error.errno == errno.EACCES:
            return f"Port {port} is not allowed for this user: choose one above 1023, for example PORT=8000."
        return f"HOST {host} is not an address of this machine ({error.strerror or error})."
    return None


def answers(host: str, port: int) -> bool:
    """Whether a server accepts connections there."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104 (compared, not bound)
        host = "127.0.0.1" if host == "0.0.0.0" else "::1"  # noqa: S104
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False
