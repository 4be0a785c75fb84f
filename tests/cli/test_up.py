"""`huiyin up` starts everything, keeps it running, and takes everything along when it ends, however it ends."""

import os
import signal
import socket
import time
from pathlib import Path

import pytest

from tests.cli.processes import Up, descendants, huiyin, is_alive, up, wait_for

__all__ = ["up"]
pytestmark = pytest.mark.process


def test_it_answers_and_says_where(up: Up) -> None:
    up.wait_until_ready()
    assert f"http://127.0.0.1:{up.port}" in up.output()
    assert up.child("serve")
    assert up.child("work")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_terminate_end_every_process_within_ten_seconds(up: Up, number: signal.Signals) -> None:
    up.wait_until_ready()
    family = descendants(up.process.pid)
    assert len(family) >= 3
    begun = time.monotonic()
    os.killpg(up.process.pid, number)  # as a terminal does
    assert up.process.wait(10) == 0
    assert time.monotonic() - begun < 10
    assert [pid for pid in family if is_alive(pid)] == []
    assert not up.answers()
    assert "Traceback" not in up.output()


def test_a_killed_supervisor_leaves_no_process_and_nothing_on_the_port(up: Up) -> None:
    up.wait_until_ready()
    family = descendants(up.process.pid)
    up.process.kill()
    up.process.wait(5)
    wait_for(lambda: not any(is_alive(pid) for pid in family), 10, "the end of every child")
    assert not up.answers()


def test_a_killed_web_server_takes_its_workers_along_and_is_started_again(up: Up) -> None:
    up.wait_until_ready()
    server = up.child("serve")
    workers = descendants(server)
    assert workers
    os.kill(server, signal.SIGKILL)
    wait_for(lambda: not any(is_alive(pid) for pid in workers), 5, "the end of its workers")
    wait_for(lambda: up.child("serve") not in {0, server}, 10, "another web server")
    wait_for(up.answers, 20, "an answer")
    assert "the web server ended" in up.output()


def test_a_killed_worker_process_of_the_web_server_is_replaced(up: Up) -> None:
    up.wait_until_ready()
    (worker,) = descendants(up.child("serve"))
    os.kill(worker, signal.SIGKILL)
    wait_for(lambda: not is_alive(worker), 5, "its end")
    wait_for(up.answers, 20, "an answer")


def test_a_killed_worker_is_started_again(up: Up) -> None:
    up.wait_until_ready()
    worker = up.child("work")
    os.kill(worker, signal.SIGKILL)
    wait_for(lambda: up.child("work") not in {0, worker}, 10, "another worker")
    assert up.answers()


def test_a_second_start_is_no_first_one_and_keeps_the_secret_key(up: Up, tmp_path: Path) -> None:
    up.wait_until_ready()
    key = (tmp_path / "secret_key").read_text()
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    up.process.terminate()
    up.process.wait(10)
    again = Up(tmp_path, "up")
    try:
        again.wait_until_ready()
        assert "First start" not in again.output()
        assert (tmp_path / "secret_key").read_text() == key
    finally:
        again.kill_everything()


@pytest.mark.parametrize("command", ["up", "serve"])
def test_a_taken_port_is_named_with_the_setting_to_change(command: str, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = huiyin(tmp_path, command, PORT=str(port))
    assert result.returncode == 1
    assert (
        result.stderr
        == f"Error: Port {port} is taken by another program: choose another one, for example PORT={port + 1}.\n"
    )


def test_an_address_of_another_machine_is_refused_by_name(tmp_path: Path) -> None:
    result = huiyin(tmp_path, "up", HOST="203.0.113.7")
    assert result.returncode == 1
    assert "HOST 203.0.113.7 is not an address of this machine" in result.stderr
