"""What is to be seen of a process from outside, on every system that psutil knows."""

from __future__ import annotations

import psutil


def is_dead(pid: int) -> bool:
    """Whether a process has ended, buried or not."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
    except psutil.AccessDenied:
        return False


def below(pid: int) -> set[int]:
    """All processes that descend from another."""
    try:
        return {child.pid for child in psutil.Process(pid).children(recursive=True)}
    except psutil.Error:
        return set()


def resident(pid: int) -> int:
    """Bytes that a process has in memory, those that it shares, too."""
    try:
        return psutil.Process(pid).memory_info().rss
    except psutil.Error:
        return 0


def own(pid: int) -> int:
    """Bytes that a process has in memory, of shared ones only its part; this takes milliseconds."""
    try:
        held = psutil.Process(pid).memory_full_info()
    except psutil.Error:
        return 0
    return getattr(held, "pss", held.uss)
