"""Which processor cores do what: one serves, another one asks."""

from __future__ import annotations

import os
from dataclasses import dataclass


class CoresMissingError(RuntimeError):
    """There are fewer than two cores, so that who asks would slow down who answers."""


@dataclass(frozen=True)
class Cores:
    """The core that a server has to itself, the one that the load comes from, and the two that two workers share."""

    server: int
    client: int
    workers: tuple[int, int]

    @classmethod
    def choose(cls) -> Cores:
        """The first cores that this process may use. Two workers share one with the load where there is no third.

        Raises CoresMissingError.
        """
        usable = sorted(os.sched_getaffinity(0))
        if len(usable) < 2:
            raise CoresMissingError("the benchmarks need two processor cores: one serves, the other one asks")
        return cls(usable[0], usable[1], (usable[0], usable[2 if len(usable) > 2 else 1]))

    def pin_client(self) -> None:
        """Keep this process, and what it starts, on the client's core."""
        os.sched_setaffinity(0, {self.client})


def pinned(command: list[str], *cores: int) -> list[str]:
    """The command, kept on these cores with all that it starts."""
    return ["taskset", "--cpu-list", ",".join(map(str, cores)), *command]
