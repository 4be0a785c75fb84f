"""A load generator: some connections that each send one request after the other and wait for its answer.

A process of its own (`python -m bench.load`), so that it shares no lock with what it measures. It ends by itself after
a fixed time and talks to this machine only. `measure` starts it and reads its result.
"""

from __future__ import annotations

import argparse
import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from urllib.parse import urlsplit

HERE = frozenset({"127.0.0.1", "localhost", "::1"})
SENTENCES = (
    "三号楼的电梯今天早上又停了，家里有老人，下不了楼。",
    "楼上漏水漏到客厅天花板，墙皮已经掉下来一块。",
    "地下车库的灯坏了半个月，晚上回家很害怕。",
    "门禁卡刷不开，保安说登记过就行，可是没有人管。",
    "绿化带里的垃圾三天没有清理，味道很大。",
)


@dataclass(frozen=True)
class Result:
    """What a run brought. Times in milliseconds; `failed` counts answers that were not 201, and broken connections."""

    requests: int
    failed: int
    seconds: float
    p50: float
    p95: float
    p99: float

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.requests / self.seconds


def voice(number: int) -> dict[str, object]:
    """Eight fields of a new case; no two are alike, and every third customer has been here before."""
    told = SENTENCES[number % len(SENTENCES)]
    return {
        "kind": ("complaint", "repair", "inquiry")[number % 3],
        "channel": "phone",
        "site": "HQ",
        "subject": told[:8],
        "text": f"{told}{SENTENCES[(number // 7) % len(SENTENCES)]}（{number}）",
        "place": f"{number % 40 + 1} 号楼",
        "customer": {"name": "王女士", "phone": f"138{(number - number % 3 // 2) % 100_000_000:08d}"},
    }


@dataclass
class Connection:
    """One client: sends, waits, sends again."""

    address: str
    headers: dict[str, str]
    times: list[float] = field(default_factory=list)
    failed: int = 0

    def run(self, body_of: Callable[[], bytes], until: float, counted_from: float) -> None:
        """Send until the moment `until`; only what begins at `counted_from` or later counts."""
        parts = urlsplit(self.address)
        wire = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        while (begun := time.perf_counter()) < until:
            good = self._send(wire, parts.path, body_of())
            if begun >= counted_from:
                self.times.append((time.perf_counter() - begun) * 1000)
                self.failed += not good
        wire.close()

    def _send(self, wire: http.client.HTTPConnection, path: str, body: bytes) -> bool:
        try:
            wire.request("POST", path, body, self.headers)
            answer = wire.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            wire.close()  # the next request opens it again
            return False
        return answer.status == 201


def run(address: str, *, token: str, connections: int, seconds: float, warm_up: float, first: int) -> Result:
    """Send new cases to `address` from so many connections. Numbers begin at `first`, so that runs don't repeat."""
    if urlsplit(address).hostname not in HERE:
        raise SystemExit("bench.load talks to this machine only.")
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    clients = [Connection(address, headers) for _ in range(connections)]
    counter, lock = iter(range(first, first + 100_000_000)), threading.Lock()

    def body() -> bytes:
        with lock:
            number = next(counter)
        return json.dumps(voice(number), ensure_ascii=False).encode()

    counted_from = time.perf_counter() + warm_up
    until = counted_from + seconds
    threads = [threading.Thread(target=client.run, args=(body, until, counted_from)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return summary(clients, time.perf_counter() - counted_from)


def summary(clients: list[Connection], seconds: float) -> Result:
    """All connections together."""
    times = sorted(value for client in clients for value in client.times)
    if not times:
        raise SystemExit("bench.load: no answer at all.")

    def percentile(share: float) -> float:
        return round(times[min(int(len(times) * share), len(times) - 1)], 2)

    failed = sum(client.failed for client in clients)
    return Result(len(times), failed, round(seconds, 3), percentile(0.5), percentile(0.95), percentile(0.99))


def measure(address: str, *, token: str = "", connections: int = 8, seconds: float = 4, first: int = 0) -> Result:
    """`run` in a process of its own."""
    options = {"token": token, "connections": connections, "seconds": seconds, "first": first}
    named = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "bench.load", address, *named]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Result(**json.loads(output))


def main() -> None:
    """Run once and print the result as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", help="where new cases are posted: http://127.0.0.1:8000/api/v1/cases")
    parser.add_argument("--token", default="")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=4, help="how long is measured, after one second to warm up")
    parser.add_argument("--first", type=int, default=0, help="number of the first case; choose another for each run")
    given = vars(parser.parse_args())
    print(json.dumps(asdict(run(**given, warm_up=1.0))))


if __name__ == "__main__":
    main()
