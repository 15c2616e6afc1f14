"""The technician's tool: `python -m firmware_protocol encode | decode | emulate | emulate-tags | fuzz`.

`encode` prints one request as upper-case hex in pairs. `decode` prints one JSON object a frame and, last, how many
bytes belonged to no frame. `emulate` puts emulated boards on a pseudo-terminal, `emulate-tags` a tag reader. `fuzz`
throws noise and damaged frames at a family's decoders and prints one JSON object with the figures. Exit code: 0, 1 when
`fuzz` found something, or 2 when the command makes no sense.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict

from firmware_protocol import boards
from firmware_protocol.emulators import program, tag_line
from firmware_protocol.fuzz import fuzz


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code, or leaves through argparse with 2."""
    chosen = _parser().parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except (ValueError, OSError) as error:
        chosen.refuse(str(error))
        raise


def encode(chosen: argparse.Namespace) -> int:
    """Print the bytes of one request."""
    if boards.dialect(chosen.board).has_operation_ids:
        raise ValueError(
            f"{chosen.board} 的指令属于一次会话，要用会话密钥证明，不能单独编码。试锁请用 emulate 或柜机。"
        )
    print(boards.dialect(chosen.board).encode(_request(chosen)).hex(" ").upper())
    return 0


def decode(chosen: argparse.Namespace) -> int:
    """Print the frames in the given bytes as JSON, then `{"skipped": N}`."""
    decoder = boards.dialect(chosen.board).decoder(boards.Side(chosen.speaker))
    for frame in [*decoder.feed(_octets(" ".join(chosen.hex))), *decoder.idle()]:
        print(json.dumps(boards.as_json_object(frame)))
    print(json.dumps({"skipped": decoder.skipped}))
    return 0


def throw(chosen: argparse.Namespace) -> int:
    """Print what came of so many inputs, and how long it took."""
    began_s = time.perf_counter()
    tally = fuzz(boards.dialect(chosen.board), chosen.inputs, chosen.seed)
    told = {"board": chosen.board, "seconds": round(time.perf_counter() - began_s, 1)} | asdict(tally)
    if tally.finding:
        told["finding"]["octets"] = tally.finding.octets.hex(" ").upper()
    print(json.dumps(told, ensure_ascii=False))
    return 1 if tally.finding else 0


def _request(chosen: argparse.Namespace) -> boards.Request:
    if chosen.request == "unlock":
        if chosen.channel is None:
            raise ValueError("开锁要说明哪一路：请加 --channel N，从 1 数起。")
        return boards.Unlock(chosen.address, chosen.channel)
    if chosen.channel is None:
        return boards.ReadStatus(chosen.address)
    return boards.ReadChannel(chosen.address, chosen.channel)


def _octets(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise ValueError(f"“{text}”不是十六进制字节。请写成 8A 01 01 11 9B，空格可省，大小写均可。") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m firmware_protocol", description="锁控板报文：编码、解码、仿真、考验。"
    )
    commands = parser.add_subparsers(required=True, metavar="encode|decode|emulate|emulate-tags|fuzz")

    encoding = _command(commands, "encode", "把一条指令写成十六进制字节", encode)
    encoding.add_argument("request", choices=("unlock", "status"), help="开锁，或读状态")
    encoding.add_argument("--address", type=int, required=True, metavar="A", help="板上拨码的地址")
    encoding.add_argument("--channel", type=int, metavar="N", help="第几路锁，从 1 数起；开锁必填")

    decoding = _command(commands, "decode", "把字节解读成报文", decode)
    decoding.add_argument("--from", dest="speaker", required=True, choices=list(boards.Side), help="这些字节是谁发的")
    decoding.add_argument("hex", nargs="+", metavar="HEX", help="十六进制字节")

    program.add_arguments(_command(commands, "emulate", "在伪终端上仿真锁控板", program.run))

    tags = commands.add_parser(
        "emulate-tags", help="在伪终端上仿真标签读写器", description="在伪终端上仿真标签读写器。"
    )
    tag_line.add_arguments(tags)
    tags.set_defaults(run=tag_line.run, refuse=tags.error)

    fuzzing = _command(commands, "fuzz", "用噪声和残缺报文考验解码器", throw)
    fuzzing.add_argument("--inputs", type=int, default=1_000_000, metavar="N", help="多少次；默认一百万")
    fuzzing.add_argument("--seed", default="1", metavar="WORD", help="同一个词，同样的考题；默认 1")
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    purpose: str,
    run: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=purpose, description=f"{purpose}。")
    command.add_argument("--board", required=True, choices=list(boards.DIALECTS), help="锁控板型号")
    command.set_defaults(run=run, refuse=command.error)
    return command


if __name__ == "__main__":
    sys.exit(main())
