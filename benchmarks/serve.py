"""How long the application takes to start, what it holds, how soon it answers, and what it does when more is asked than it can.

A server of its own is started on a free port; the load comes from this process, so that both share the machine. No answer is a
304. Run: python -m benchmarks.serve [--rate 60] [--seconds 60] [--new 0.02] [--as-shipped]

With --as-shipped the results that ship count as valid, as they do in a release; in a checkout whose code changed since, the
first questions would wait for estimates.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import median

PAIRS = 40
"""Pairs that are asked for again and again."""

LISTS = ("variables", "coverage", "groups", "groups?name=NATO", "states", "claims", "methods")


async def ask(port: int, address: str) -> tuple[int, float, int]:
    """Return status, seconds and bytes of an answer."""
    begun = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"GET /{address} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
    writer.write(head.encode())
    answer = await reader.read()
    writer.close()
    return int(answer.split(b" ", 2)[1]), time.perf_counter() - begun, len(answer)


def pairs(seed: int, number: int) -> list[str]:
    """Return addresses of different pairs of states, drawn from a seed; of years in which all states of 2025 were members."""
    from foedus.panels.groups import is_group
    from foedus.panels.lookup import members

    codes = [code for code in members(2025, ["iso3"])["iso3"].to_list() if code and not is_group(code)]  # NAM is a group
    drawn = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < number:
        found["-".join(drawn.sample(codes, 2))] = None
    return [f"assess?members={pair}&year={drawn.randint(2012, 2025)}" for pair in found]


def said(name: str, seconds: Sequence[float]) -> None:
    """Print the middle and the end of a distribution."""
    ordered = sorted(seconds)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    print(f"{name:<44} n {len(ordered):>6}  p50 {1000 * median(ordered):8.1f} ms  p99 {1000 * p99:8.1f} ms")


def resident(pid: int, key: str = "VmRSS") -> float:
    """Return what a process holds, MiB."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(key)) / 1024


async def loaded(port: int, known: list[str], new: list[str], rate: float, seconds: float, share: float) -> None:
    """Ask at a rate, a share of it for pairs that nobody asked for."""
    drawn, told, tasks, fresh = random.Random(2), Counter[int](), [], iter(new)
    took: dict[bool, list[float]] = {True: [], False: []}

    async def one(address: str, is_new: bool) -> None:
        status, lasted, _ = await ask(port, address)
        told[status] += 1
        if status == 200:
            took[is_new].append(lasted)

    begun = time.perf_counter()
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
        is_new = drawn.random() < share
        tasks.append(asyncio.create_task(one(next(fresh) if is_new else drawn.choice(known), is_new)))
    await asyncio.gather(*tasks)
    print(f"at {rate:g} a second for {seconds:g} s, {share:.0%} new pairs: {dict(sorted(told.items()))}")
    for is_new, name in ((False, "  what was asked before"), (True, "  new pairs")):
        if took[is_new]:
            said(name, took[is_new])


AS_SHIPPED = "import foedus.validation.memory as m; m.overlooked = frozenset({'code', 'tables'}); "


async def measured(rate: float, seconds: float, share: float, *, as_shipped: bool) -> None:
    """Start a server and print what there is to know."""
    code = f"{AS_SHIPPED if as_shipped else ''}from foedus.cli import main; main()"
    command = [sys.executable, "-c", code, "serve", "--port", "0"]
    begun = time.perf_counter()
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        port = int(server.stderr.readline().rpartition(":")[2].partition("/")[0])
        while True:
            try:
                await ask(port, "")
                break
            except OSError:
                await asyncio.sleep(0.01)
        print(f"start {time.perf_counter() - begun:.2f} s; {resident(server.pid):.0f} MiB")
        try:
            known = pairs(1, PAIRS)
            new = [each for each in pairs(3, int(rate * seconds * 4 * share * 2) + 40) if each not in known]
            said("new pairs, one after the other", [(await ask(port, each))[1] for each in known])
            await asyncio.gather(*(ask(port, each) for each in LISTS))
            known += LISTS
            said("the same again, one after the other", [(await ask(port, each))[1] for _ in range(10) for each in known])
            await loaded(port, known, new, rate, seconds, share)
            await loaded(port, known, new[len(new) // 2 :], 4 * rate, seconds / 2, share)
            said("afterwards, one after the other", [(await ask(port, each))[1] for each in known])
            print(f"{resident(server.pid):.0f} MiB, at most {resident(server.pid, 'VmHWM'):.0f}; load {os.getloadavg()[0]:.1f}")
        finally:
            server.terminate()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=float, default=60)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--new", type=float, default=0.02, help="share of requests for pairs that nobody asked for")
    parser.add_argument("--as-shipped", action="store_true", help="take the results that ship as valid")
    given = parser.parse_args()
    asyncio.run(measured(given.rate, given.seconds, given.new, as_shipped=given.as_shipped))
