"""Words that must not stand anywhere in the repository, with the reason.

A ~ divides each of them here, so that this file does not contain them either.
"""

import re

import pytest

from tests.repository.sources import texts

FORBIDDEN = {
    "a promise nobody can keep (say tamper-evident)": r"tamper[-\s]~proof",
    "unfinished work": r"\b(T~ODO|F~IXME|X~XX|raise NotImplemented~Error)\b",
    "an unconditional skip": r"pytest\.mark\.(s~kip|x~fail)\(",
    "the address of a package registry": r"p~ypi\.org|python~hosted|npm~js\.(org|com)|deb\.de~bian",
    "an option that names a package index": r"--(extra-)?i~ndex(-url)?\b|--f~ind-links",
    "a path of the machine it was written on": r"(^|[\s\"'(=])/(w~ork|r~oot|h~ome/\w+)/",
}


@pytest.mark.parametrize("pattern", FORBIDDEN.values(), ids=FORBIDDEN)
def test_nothing_in_the_repository_contains(pattern: str) -> None:
    found = [
        f"{path}:{number}: {line.strip()[:100]}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(pattern.replace("~", ""), line)
    ]
    assert found == []
