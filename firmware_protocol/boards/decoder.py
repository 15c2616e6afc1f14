"""From a stream of bytes to frames: drop what is garbage, count it, find the next frame."""

from collections.abc import Callable, Iterable

from firmware_protocol.boards.forms import Form
from firmware_protocol.boards.frames import Frame


class Decoder:
    """Reads one side of one line. Never raises on input and never holds more than one frame's length of bytes.

    Where a short frame is also the beginning of a longer one, the bytes alone cannot tell: the decoder waits for more,
    and `idle` says that no more came. It has no clock; silence is the caller's to notice.
    """

    def __init__(self, forms: Iterable[Form], check: Callable[[bytes], int]) -> None:
        longest_first = sorted(forms, key=lambda form: form.length, reverse=True)
        self._forms = {head: [form for form in longest_first if form.begins(bytes((head,)))] for head in range(256)}
        self._length_max = longest_first[0].length
        self._check = check
        self._held = bytearray()
        self.skipped = 0
        """Bytes so far that belonged to no frame."""

    @property
    def is_holding(self) -> bool:
        """Whether bytes wait for their continuation, so that `idle` may still bring something."""
        return bool(self._held)

    def feed(self, received: bytes) -> list[Frame]:
        """Take bytes as they came, in any pieces; answer the frames they complete."""
        self._held += received
        return self._take(no_more_comes=False)

    def idle(self) -> list[Frame]:
        """The line fell silent: answer the frame that ended there, if any, and drop what began and did not end."""
        return self._take(no_more_comes=True)

    def _take(self, *, no_more_comes: bool) -> list[Frame]:
        frames: list[Frame] = []
        start = 0
        while start < len(self._held):
            window = bytes(self._held[start : start + self._length_max])
            candidates = self._forms[window[0]]
            if not no_more_comes and any(_may_grow_into(form, window) for form in candidates):
                break
            form = next((form for form in candidates if self._is_whole(form, window)), None)
            if form is None:
                self.skipped += 1
                start += 1
                continue
            frames.append(form.read(window[: form.length - 1]))
            start += form.length
        del self._held[:start]
        return frames

    def _is_whole(self, form: Form, window: bytes) -> bool:
        body, check = window[: form.length - 1], window[form.length - 1 : form.length]
        return bool(check) and form.fits(body) and self._check(body) == check[0]


def _may_grow_into(form: Form, window: bytes) -> bool:
    return len(window) < form.length and form.begins(window)
