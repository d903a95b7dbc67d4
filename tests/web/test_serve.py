"""`foedus serve` as it is typed: it says where it listens, answers there, and stops when it is told to."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

FOEDUS = str(Path(sys.executable).with_name("foedus"))


def test_it_answers_where_it_says_and_stops_when_told() -> None:
    with subprocess.Popen(
        [FOEDUS, "serve", "--port", "0", "--root-path", "/below"], stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stderr is not None
        said = server.stderr.readline()
        try:
            assert said.startswith("foedus: http://127.0.0.1:")
            assert "/below/ (stop with Ctrl+C)" in said
            port = int(said.rpartition(":")[2].partition("/")[0])
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/groups.json?name=EU", timeout=60) as answer:
                assert json.load(answer)["command"] == "foedus groups EU"
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/openapi.json", timeout=60) as answer:
                assert json.load(answer)["servers"] == [{"url": "/below"}]
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/groups?name=Ruritania", timeout=60)
            page = refused.value.read().decode()
            assert 'href="/below/static/' in page
            assert 'name="name"' in page
        finally:
            server.send_signal(signal.SIGTERM)
        assert server.wait(60) in (0, -signal.SIGTERM)
        assert "Traceback" not in server.stderr.read()


@pytest.mark.parametrize(
    ("options", "said"),
    [(["--root-path", "below"], "no path"), (["--host", "203.0.113.1"], "cannot listen")],
    ids=["root path", "host"],
)
def test_what_cannot_be_served_is_refused(options: list[str], said: str) -> None:
    done = subprocess.run([FOEDUS, "serve", *options], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_one_message() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run([FOEDUS, "serve", "--port", str(port)], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert done.stderr.startswith(f"foedus: cannot listen on 127.0.0.1, port {port}")
    assert len(done.stderr.splitlines()) == 1


def test_without_the_extra_the_message_names_it() -> None:
    code = "import sys; sys.modules['fastapi'] = None; from foedus.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code, "serve"], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert done.stderr.startswith("foedus: the application needs fastapi, of the extra [web]: in the folder of foedus's source")
    assert '`.venv/bin/python -m pip install -e ".[web]"`' in done.stderr
    assert len(done.stderr.splitlines()) == 1
