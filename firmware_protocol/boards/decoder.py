"""From a stream of bytes to frames: drop what is garbage, count it, find the next frame."""

from collections.abc import Iterable

from firmware_protocol.boards.checks import Check
from firmware_protocol.boards.forms import Form
from firmware_protocol.boards.frames import Frame


class FormsByHead:
    """One side's frames by the byte they begin with, longest first; made once, for any number of decoders."""

    def __init__(self, forms: Iterable[Form]) -> None:
        longest_first = sorted(forms, key=lambda form: form.length_max, reverse=True)
        self.beginning_with = [[form for form in longest_first if form.begins(bytes((head,)))] for head in range(256)]
        self.length_max = longest_first[0].length_max


class Decoder:
    """Reads one side of one line. Never raises on input and never holds more than one frame's length of bytes.

    Where a short frame is also the beginning of a longer one, the bytes alone cannot tell: the decoder waits for more,
    and `idle` says that no more came. It has no clock; silence is the caller's to notice.
    """

    def __init__(self, forms: FormsByHead, check: Check) -> None:
        self._forms = forms
        self._octets_max = forms.length_max + check.octets
        self._check = check
        self._held = bytearray()
        self.octets: list[bytes] = []
        """The bytes of each frame that the last call answered, as they stood on the wire."""
        self.skipped = 0
        """Bytes so far that belonged to no frame."""
        self.bad_checks = 0
        """How often so far a whole frame stood there but for its check: a bad line, or two that speak at once."""

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
        self.octets = []
        start = 0
        while start < len(self._held):
            window = bytes(self._held[start : start + self._octets_max])
            candidates = self._forms.beginning_with[window[0]]
            if not no_more_comes and any(self._may_grow_into(form, window) for form in candidates):
                break
            if (found := self._frame_at_start(candidates, window)) is None:
                self.bad_checks += self._is_damaged(candidates, window)
                self.skipped += 1
                start += 1
                continue
            frame, octets = found
            frames.append(frame)
            self.octets.append(octets)
            start += len(octets)
        del self._held[:start]
        return frames

    def _may_grow_into(self, form: Form, window: bytes) -> bool:
        length = form.length(window)
        return (length is None or len(window) < length + self._check.octets) and form.begins(window)

    def _frame_at_start(self, candidates: Iterable[Form], window: bytes) -> tuple[Frame, bytes] | None:
        """The first of these frames that stands whole at the start of the window, and its bytes."""
        for form in candidates:
            body = window[: form.length(window)]
            octets = body + self._check.over(body)
            if form.fits(body) and window.startswith(octets):
                return form.read(body), octets
        return None

    def _is_damaged(self, candidates: Iterable[Form], window: bytes) -> bool:
        """Whether one of these frames stands whole at the start of the window, followed by another check than its own.

        To be asked where none was found.
        """
        lengths = ((form, form.length(window)) for form in candidates)
        return any(
            length is not None and len(window) >= length + self._check.octets and form.fits(window[:length])
            for form, length in lengths
        )
