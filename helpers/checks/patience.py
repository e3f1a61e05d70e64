"""How long a check looks at a value before it says so and stops."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class TookTooLong(BaseException):
    """The time is up. Not an `Exception`, so that nothing on the way takes it for its own."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Stop what runs inside after so many seconds.

    Only the main thread can be stopped, where a notebook runs its cells, and not on Windows;
    elsewhere nothing is limited. A timer that was set before goes on afterwards.

    Args:
        seconds: how long it may take.

    Raises:
        TookTooLong: the time was up.

    >>> with at_most(0.01):
    ...     while True:
    ...         pass
    Traceback (most recent call last):
        ...
    helpers.checks.patience.TookTooLong
    """
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not in_main_thread or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: object) -> None:
        raise TookTooLong

    begun = time.monotonic()
    handler = signal.signal(signal.SIGALRM, stop)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if left:
            left = max(left - (time.monotonic() - begun), 0.001)
            signal.setitimer(signal.ITIMER_REAL, left, interval)
