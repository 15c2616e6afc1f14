"""The technician's tool, and every example in part 1 of PROTOCOL.md and in LCP.md."""

import json
import re
import shlex
from itertools import product
from pathlib import Path

import pytest

from firmware_protocol.__main__ import main
from firmware_protocol.boards import DIALECTS, Side

PAGES = Path(__file__).parents[3] / "firmware_protocol"
TEXT = "".join((PAGES / name).read_text(encoding="utf-8") for name in ("PROTOCOL.md", "LCP.md"))
WIRE_BLOCKS = re.findall(r"^```(\S+) (host|board)\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
WIRE_LINES = [
    (board, speaker, *line.split("→")) for board, speaker, block in WIRE_BLOCKS for line in block.splitlines()
]
CONSOLE = "".join(re.findall(r"^```console\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE))


@pytest.fixture
def run(capsys):
    """Runs one command; answers its output lines."""

    def run_one(*arguments):
        assert main(arguments) == 0
        return capsys.readouterr().out.splitlines()

    return run_one


@pytest.fixture
def refusal(capsys):
    """Runs a command that makes no sense; answers what is said about it."""

    def run_one(command):
        with pytest.raises(SystemExit) as left:
            main(shlex.split(command))
        assert left.value.code == 2
        return capsys.readouterr().err

    return run_one


@pytest.mark.parametrize(("board", "speaker", "octets", "said"), WIRE_LINES, ids=lambda text: str(text).strip()[:60])
def test_the_document_says_what_the_bytes_mean(run, board, speaker, octets, said):
    *lines, skipped = [json.loads(line) for line in run("decode", "--board", board, "--from", speaker, octets)]

    expected = json.loads(f"[{said}]")
    assert lines + ([skipped] if skipped["skipped"] else []) == expected


def test_the_document_shows_every_family_from_both_sides():
    assert {(board, speaker) for board, speaker, _ in WIRE_BLOCKS} == set(product(DIALECTS, Side))


def test_the_commands_in_the_document_print_what_it_says(run):
    for command in CONSOLE.split("$ ")[1:]:
        typed, *printed = command.splitlines()
        assert run(*shlex.split(typed)[3:]) == printed


@pytest.mark.parametrize(
    ("board", "request_words", "octets"),
    [
        ("bcc-8a", "unlock --address 1 --channel 2", "8A 01 02 11 98"),
        ("bcc-8a", "status --address 2", "80 02 00 33 B1"),
        ("bcc-8a", "status --address 1 --channel 1", "80 01 01 33 B3"),
        ("kerong-cu16", "unlock --address 0 --channel 2", "02 01 31 03 37"),
        ("kerong-cu16", "status --address 1", "02 10 30 03 45"),
        ("kerong-cu48", "unlock --address 0 --channel 1", "02 00 00 51 03 56"),
        ("kerong-cu48b", "unlock --address 0 --channel 1", "02 00 00 61 03 66"),
        ("wkly", "unlock --address 1 --channel 1", "57 4B 4C 59 09 01 82 01 82"),
        ("wkly", "status --address 0 --channel 1", "57 4B 4C 59 09 00 83 01 82"),
        ("winnsen", "unlock --address 1 --channel 1", "90 06 05 01 01 03"),
        ("winnsen", "status --address 1", "90 07 02 01 FF FF 03"),
        ("waveshare-modbus", "unlock --address 1 --channel 1", "01 05 02 00 00 05 0C 71"),
        ("waveshare-modbus", "status --address 1", "01 02 00 00 00 08 79 CC"),
    ],
)
def test_a_request_is_printed_as_upper_case_hex_in_pairs(run, board, request_words, octets):
    assert run("encode", "--board", board, *request_words.split()) == [octets]


def test_hex_may_be_glued_spaced_and_in_lower_case(run):
    unlock = '{"kind": "unlock", "address": 0, "channel": 2}'
    for octets in (["0201310337"], ["02 01 31 03 37"], ["02", "01", "31", "03", "37"], ["020131 0337"]):
        assert run("decode", "--board", "kerong-cu16", "--from", "host", *octets) == [unlock, '{"skipped": 0}']


@pytest.mark.parametrize(
    ("octets", "kinds", "skipped"),
    [
        ("", [], 0),
        ("FF FF", [], 2),
        ("8A 01 01 11", [], 4),
        ("8A 01 01 11 9B 8A 01 02 11 98", ["unlock", "unlock"], 0),
        ("8A 01 01 11 9B 00 80 01 00 33 B2 8A", ["unlock", "status"], 2),
    ],
)
def test_bytes_of_no_frame_are_counted(run, octets, kinds, skipped):
    *frames, last = [json.loads(line) for line in run("decode", "--board", "bcc-8a", "--from", "host", octets)]

    assert ([frame["kind"] for frame in frames], last) == (kinds, {"skipped": skipped})


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("encode --board bcc-8a unlock --address 1", "--channel"),
        ("encode --board bcc-8a unlock --address 1 --channel 0", "从 1 数到 24"),
        ("encode --board bcc-8a unlock --address 32 --channel 1", "1 到 31"),
        ("encode --board kerong-cu16 unlock --address -1 --channel 1", "0 到 15"),
        ("encode --board kerong-cu16 unlock --address 0 --channel 17", "从 1 数到 16"),
        ("encode --board kerong-cu16 status --address 0 --channel 1", "没有这样的报文"),
        ("encode --board winnsen unlock --address 0 --channel 1", "1 到 143"),
        ("encode --board waveshare-modbus unlock --address 0 --channel 1", "1 到 247"),
        ("fuzz --board wkly --inputs many", "many"),
        ("encode --board kerong-cu16 status", "--address"),
        ("encode --board cu99 status --address 1", "cu99"),
        ("encode --board bcc-8a open --address 1", "open"),
        ("decode --board bcc-8a --from host 8A0", "十六进制"),
        ("decode --board bcc-8a --from host 8A GG", "十六进制"),
        ("decode --board bcc-8a --from nobody 8A", "nobody"),
        ("decode --board bcc-8a 8A", "--from"),
        ("emulate --board bcc-8a --pty --address 1 --channels 99", "99 路"),
        ("emulate --board bcc-8a --pty --address 1 1", "不能重复"),
        ("emulate --board bcc-8a --pty --baud 0", "大于零"),
        ("emulate --board bcc-8a --pty --link /nowhere/at/all", "/nowhere/at/all"),
        ("emulate --board gongguan-lcp --pty", "--secret-file"),
        ("emulate --board bcc-8a --pty --secret-file x", "去掉 --secret-file"),
        ("encode --board gongguan-lcp unlock --address 1 --channel 1", "会话"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_reason(refusal, command, said):
    assert said in refusal(command)
