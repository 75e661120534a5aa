# SPDX-License-Identifier: Apache-2.0
"""What a command costs: wall time, CPU time and memory, its children included."""
import os
import subprocess
import time
from dataclasses import dataclass

BETWEEN_LOOKS = 0.005  # seconds, when memory is watched


class Failed(Exception):
    """What ended badly was not measured."""


@dataclass
class Measured:
    wall: float
    cpu: float  # user and system, of all its processes
    memory: int  # bytes, of the process that held most: mapped files as far as touched
    anonymous: int = 0  # bytes, of the process itself, if it was watched


def anonymous_memory(pid):
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
            for line in status:
                if line.startswith("RssAnon:"):
                    return int(line.split()[1]) * 1024
    except OSError:  # it has just ended
        pass
    return 0


def measure(command, expected=(0,), watch=False, output=subprocess.DEVNULL, **how):
    """With `watch`, looks every few ms how much memory the process has taken for itself."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=output, **how)
    anonymous = 0
    ended, status, usage = os.wait4(process.pid, os.WNOHANG if watch else 0)
    while not ended:
        anonymous = max(anonymous, anonymous_memory(process.pid))
        time.sleep(BETWEEN_LOOKS)
        ended, status, usage = os.wait4(process.pid, os.WNOHANG)
    wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in expected:
        raise Failed(f"{' '.join(map(str, command))}: ended with {process.returncode}")
    return Measured(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, anonymous)


def least(measured):
    """Of several runs: what others on the machine took is in all the rest."""
    return Measured(
        min(m.wall for m in measured),
        min(m.cpu for m in measured),
        max(m.memory for m in measured),
        max(m.anonymous for m in measured),
    )
