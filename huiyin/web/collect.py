"""Static files for the web server: collected into the data folder when the source has changed."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect_when_changed() -> bool:
    """Collect, hash and compress the static files unless those collected are of the same source; True when it did."""
    if settings.DEBUG:
        return False
    root = Path(settings.STATIC_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    stamp, state = root / ".source", source_state()
    with alone(root):
        if stamp.exists() and stamp.read_text() == state:
            return False
        # All anew: by times alone Django would keep a file that is newer than the one of an older release.
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(state)
    return True


def source_state() -> str:
    """A digest over name, size and time of every static file: a few milliseconds instead of a second."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One process at a time: several web processes start at once."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
