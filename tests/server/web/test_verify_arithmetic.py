"""The checking page's own arithmetic, in a browser, against Python's and the product's."""

import hashlib
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from firmware_protocol.notes import Signer
from firmware_protocol.proofs import leaf_hash
from server.ledger.prove import consistency_proof, inclusion_proof, root_of
from server.operate.verify_log import ORDER, P, check_by_hand
from server.web.public.receipts import PARTS

SIZE_MAX = 17
FROM_HEX = "const raw = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (each) => parseInt(each, 16));"
TO_HEX = "const hex = (raw) => Array.from(raw, (each) => each.toString(16).padStart(2, '0')).join('');"


@pytest.fixture
def page(open_screen: Callable[..., Page]) -> Page:
    opened = open_screen("phone")
    for each in ("sha2", "ed25519", "tree"):
        opened.add_script_tag(path=PARTS / f"{each}.js")
    opened.add_script_tag(content=FROM_HEX + TO_HEX)
    return opened


@pytest.mark.parametrize("name", ["sha256", "sha512"])
def test_every_length_around_a_block_hashes_as_it_should(page: Page, name: str) -> None:
    messages = [bytes(range(256))[:length] for length in (*range(4), *range(54, 67), *range(110, 131), 200)]
    found = page.evaluate(f"(all) => all.map((each) => hex({name}(raw(each))))", [each.hex() for each in messages])
    assert found == [hashlib.new(name, each).hexdigest() for each in messages]


def signatures() -> Iterator[tuple[bytes, bytes, bytes]]:
    """Right ones, and what somebody could make of them: key, message, signature."""
    for number in range(4):
        signer, message = Signer("x", bytes([number]) * 32), b"m" * number * 50
        key, right = signer.verifier.public_bytes, signer.sign(message.decode()).value
        scalar = int.from_bytes(right[32:], "little")
        yield key, message, right
        yield key, message + b"!", right
        yield key, message, right[:-1] + bytes([right[-1] ^ 1])
        yield key, message, bytes([right[0] ^ 1]) + right[1:]
        yield key, message, right[:32] + (scalar + ORDER).to_bytes(32, "little")
        yield key, message, right[:63]
    for key in (bytes(32), bytes([1, *bytes(31)]), P.to_bytes(32, "little"), b"\xff" * 32):
        yield key, b"", bytes([1, *bytes(63)])


def test_a_signature_is_right_where_the_auditors_program_says_so(page: Page) -> None:
    asked = list(signatures())
    given = [[each.hex() for each in one] for one in asked]
    found = page.evaluate("(all) => all.map((one) => isSignedBy(...one.map(raw)))", given)
    expected = [check_by_hand(*one) for one in asked]
    assert found == expected
    assert set(expected) == {True, False}


def test_proofs_of_every_small_tree_prove_what_they_should_and_nothing_else(page: Page) -> None:
    leaves = [leaf_hash(bytes([each])) for each in range(SIZE_MAX)]
    roots = [root_of(leaves[:size]) for size in range(SIZE_MAX + 1)]
    inclusions = [
        (
            leaves[index].hex(),
            index,
            size,
            [each.hex() for each in inclusion_proof(leaves[:size], index)],
            roots[size].hex(),
        )
        for size in range(1, SIZE_MAX + 1)
        for index in range(size)
    ]
    included = """(all) => all.flatMap(([leaf, index, size, path, root]) => {
        const [hash, steps, top] = [raw(leaf), path.map(raw), raw(root)];
        return [
            isIncluded(hash, index, size, steps, top),
            isIncluded(hash, index, size, [...steps, top], top) || isIncluded(hash, index, size, steps, sha256(top))
                || (steps.length > 0 && isIncluded(hash, index, size, steps.slice(1), top)),
        ];
    })"""
    assert page.evaluate(included, inclusions) == [True, False] * len(inclusions)


def test_a_later_tree_is_known_to_go_on_from_an_earlier_one(page: Page) -> None:
    leaves = [leaf_hash(bytes([each])) for each in range(SIZE_MAX)]
    heads = [{"size": size, "root": root_of(leaves[:size]).hex()} for size in range(SIZE_MAX + 1)]
    pairs = [
        (heads[before], heads[now], [each.hex() for each in consistency_proof(leaves[:now], before)])
        for now in range(1, SIZE_MAX + 1)
        for before in range(1, now + 1)
    ]
    continued = """(all) => all.flatMap(([before, now, proof]) => {
        const [then, today] = [before, now].map(({ size, root }) => ({ size, root: raw(root) }));
        const steps = proof.map(raw);
        const other = { ...then, root: sha256(then.root) };
        return [
            isContinued(then, today, steps),
            isContinued(other, today, steps) || isContinued(then, today, [...steps, today.root]),
        ];
    })"""
    assert page.evaluate(continued, pairs) == [True, False] * len(pairs)
