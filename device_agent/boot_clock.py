"""The clock that only grows: no step bends it, and it does not stand still while the machine sleeps."""

import sys
import time


def since_start_ms() -> int:
    """Milliseconds since this machine started. Safe from any thread. Elsewhere than on Linux sleep is not counted."""
    if sys.platform != "linux":
        return time.monotonic_ns() // 1_000_000
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
