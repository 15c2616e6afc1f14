"""The clock that only grows: no step bends it, and it does not stand still while the machine sleeps."""

import time


def since_start_ms() -> int:
    """Milliseconds since this machine started. Safe from any thread."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
