"""How busy a processor core has been, whoever kept it so."""

from __future__ import annotations

from pathlib import Path

from benchmarks.process_tree import TICK

STAT = Path("/proc/stat")


def busy_seconds(core: int) -> float:
    """Seconds since the machine's start in which the core ran a program, or was withheld from this machine.

    User mode, nice, kernel and stolen time; serving interrupts is left out, since the network's are the load itself.
    """
    fields = next(line.split() for line in STAT.read_text().splitlines() if line.startswith(f"cpu{core} "))
    user, nice, system, _idle, _iowait, _irq, _softirq, steal = map(int, fields[1:9])
    return (user + nice + system + steal) * TICK
