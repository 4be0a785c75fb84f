"""A queue for the writers of one SQLite database, across threads and processes.

SQLite lets one connection write at a time and makes the others sleep and try again: whoever tries at the wrong moments
waits for seconds, or gets "database is locked". Here a writer takes a file lock before it begins. The kernel frees it
when its process dies, however it dies.
"""

import fcntl
import os
import time
from pathlib import Path

from django.db.utils import OperationalError

FIRST_PAUSE = 0.0002
LONGEST_PAUSE = 0.002


class WriterLock:
    """Held by one connection in the whole machine; `acquire` by its holder has no effect.

    Two files: who has the `queue` is next, who has the `writer` writes. One that has just written must get the queue
    again first, and finds it taken by the next in turn: a busy import can't starve the web server.
    """

    def __init__(self, database: str, timeout: float) -> None:
        self.paths = (Path(f"{database}.queue"), Path(f"{database}.writer"))
        self.timeout = timeout
        self.files: tuple[int, int] | None = None
        self.held = False

    def acquire(self) -> None:
        if self.held:
            return
        queue, writer = self._open()
        deadline = time.monotonic() + self.timeout
        try:
            self._wait(queue, deadline)
            self.held = True  # before it is true: an interrupt in between must release, not forget
            self._wait(writer, deadline)
        except BaseException:
            self.release()
            raise
        finally:
            fcntl.flock(queue, fcntl.LOCK_UN)

    def release(self) -> None:
        if self.files is not None and self.held:
            fcntl.flock(self.files[1], fcntl.LOCK_UN)
            self.held = False

    def close(self) -> None:
        files, self.files, self.held = self.files, None, False
        for file in files or ():
            os.close(file)  # closing an open file gives up its lock

    __del__ = close  # a thread may end without closing its connection

    def _open(self) -> tuple[int, int]:
        if self.files is None:
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
            queue, writer = (os.open(path, flags, 0o640) for path in self.paths)
            self.files = (queue, writer)
        return self.files

    def _wait(self, file: int, deadline: float) -> None:
        """Take the lock of a file. `flock` itself knows no timeout: try, and pause between tries."""
        pause = FIRST_PAUSE
        while True:
            try:
                return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise OperationalError(
                        f"Others have been writing to the database for more than {self.timeout:g} seconds."
                    ) from None
            time.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)
