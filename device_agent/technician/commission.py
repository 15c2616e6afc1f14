"""`python -m device_agent commission --config FILE`: a cabinet is proven door by door, and its configuration written.

`device_agent.commissioning` says what comes next; here it is done: asked on the terminal, read from the line, kept.
"""

import argparse
import termios
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from device_agent.bundle import Bundle, BundleError, read_bundle
from device_agent.commissioning import facts, steps, words
from device_agent.commissioning.answers import Unclear, read_answer
from device_agent.commissioning.facts import Fact
from device_agent.commissioning.progress import after, progress_of
from device_agent.commissioning.report import report_fields
from device_agent.commissioning.steps import Step, Topic, next_step
from device_agent.configuration import Configuration, ConfigurationError
from device_agent.line.wiring import BoardWiring, BusWiring, Sensing
from device_agent.ports import stable_name
from device_agent.secret_files import read_secret
from device_agent.technician.diary import SUFFIX, Diary, DiaryError
from device_agent.technician.doors import SHUT_WITHIN_S, Doors, now_text
from device_agent.technician.places import ports_here, why_not
from device_agent.technician.running import is_agent_running
from device_agent.technician.search import Attempt, search
from device_agent.technician.secret_desk import keep_secret
from device_agent.technician.settings_file import (
    basis_of,
    cabinets_in,
    cabinets_unread,
    toml_of,
    with_cabinet,
    write_settings,
)
from device_agent.technician.sheets import Sheets
from device_agent.technician.terminal import Left, Terminal

TAMPER_WITHIN_S = 30.0
RAW_SENSORS = Sensing(sensors="items", sensor_bit=1)
"""Until its meaning is known, the second row of inputs is read for its raw bits: "something" is 1."""
RUNNING = "柜机程序正在运行，占着线路。请先停下它，验收完再启动。"


class CannotGoOn(Exception):
    """The commissioning stops here; the message says why, and what to do."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `commission`."""
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="柜机配置（TOML）；没有就由验收写出")


def run(chosen: argparse.Namespace) -> int:
    """Commission one cabinet; 0 once it is proven and written, 1 when left before that, 2 when it cannot go on."""
    terminal = Terminal()
    if not chosen.config.name:
        terminal.show(f"{chosen.config} 是目录。请写文件名，例如 hall-1.toml。")
        return 2
    try:
        with Diary(chosen.config.with_name(chosen.config.name + SUFFIX)) as diary:
            Commissioning(chosen.config.absolute(), terminal, diary).run()
    except (Left, KeyboardInterrupt):
        terminal.show(f"\n{words.LEAVING}")
        return 1
    except (CannotGoOn, ConfigurationError, BundleError, DiaryError) as error:
        terminal.show(f"\n{error}")
        return 2
    return 0


class Commissioning:
    """One run on one configuration file."""

    def __init__(self, path: Path, terminal: Terminal, diary: Diary) -> None:
        """Read what is there; raises `ConfigurationError` or `BundleError`."""
        self._path, self._folder = path, path.parent
        self._terminal, self._diary = terminal, diary
        self._basis, self._bundle = self._identity(basis_of(path))
        self._progress = progress_of(diary.facts)
        self._doors: Doors | None = None
        self._lines = ExitStack()
        self._do: dict[type[Step], Callable[[Any], Fact]] = {
            steps.Ask: self._ask,
            steps.Search: self._search,
            steps.KeepSecret: self._keep_secret,
            steps.Look: self._look,
            steps.Pulse: lambda step: self._open_doors().pulse(step.place),
            steps.AwaitShut: self._await_shut,
            steps.TryTamper: self._try_tamper,
            steps.Write: self._write,
            steps.Report: self._report,
        }

    def run(self) -> None:
        """Step by step until it is over; raises `Left` or `CannotGoOn`, and then everything told is kept."""
        if is_agent_running(self._basis.kiosk_port):
            raise CannotGoOn(RUNNING)
        self._terminal.show("共管柜验收。一次一个柜子；随时写 q 存下离开，再运行同一条命令接着做。")
        if self._diary.facts:
            self._take_up()
        self._tell(facts.Began(self._name(), now_text()))
        with self._lines:
            while not isinstance(step := next_step(self._progress), steps.Over):
                try:
                    self._tell(self._do[type(step)](step))
                except (OSError, termios.error) as error:
                    self._stumble(step, error)
        self._diary.put_away(self._sheets().folder / f"{self._progress.report}.facts")
        self._terminal.show(
            f"\n验收结束。报告在 {self._sheets().folder}，请打印 {self._progress.report}.html 签字存档。"
        )

    def _take_up(self) -> None:
        """There is a run that was broken off: go on with it, or put it aside."""
        said = f"上次没有做完。{words.standing(self._progress)}\n  1  接着做（回车）\n  2  从头来（上次的记录另存）"
        if self._terminal.ask(said) == "2":
            at = now_text()[:19].replace(":", "")
            self._diary.begin_anew(self._sheets().folder / f"broken-off-{at}.facts")
            self._progress = progress_of(())

    # What is asked.

    def _identity(self, basis: Configuration) -> tuple[Configuration, Bundle]:
        """Who this agent is: its bundle says so, wherever the configuration says that it lies."""
        bundle = basis.bundle
        if not bundle.is_file():
            beside = sorted(path.name for path in self._folder.glob("*.bundle.json"))
            said = self._terminal.ask(words.whose_bundle(beside))
            bundle = (self._folder / (said or "".join(beside[:1]))).resolve()
        read = read_bundle(bundle)
        if basis.agent not in {"", read.agent}:
            raise ConfigurationError(f"配置是柜机 {basis.agent} 的，凭据却是 {read.agent} 的。请核对。")
        return replace(basis, agent=read.agent, bundle=bundle), read

    def _name(self) -> str:
        while not (name := self._terminal.ask("技术员姓名？（写进验收报告）")):
            pass
        return name

    def _ask(self, step: steps.Ask) -> Fact:
        offer = self._offer(step)
        if step.topic is Topic.WRITE:
            self._warn_of_loss()
        while True:
            text = self._terminal.ask(words.question(self._progress, step, offer))
            answer = read_answer(self._progress, step, text, offer)
            if not isinstance(answer, Unclear):
                return replace(answer, port=stable_name(answer.port)) if isinstance(answer, facts.PortNamed) else answer
            self._terminal.show(answer.sentence)

    def _warn_of_loss(self) -> None:
        unread = cabinets_unread(self._path, self._basis)
        if lost := [cabinet for cabinet in unread if cabinet != self._progress.cabinet]:
            self._terminal.show(f"\n{words.losing(lost)}")

    def _offer(self, step: steps.Ask) -> tuple[str, ...]:
        if step.topic is Topic.CABINET:
            return cabinets_in(self._path)
        return ports_here(self._basis.buses) if step.topic is Topic.PORT else ()

    # What is done.

    def _search(self, _step: steps.Search) -> Fact:
        progress = self._progress
        others = [cabinet for cabinet in self._basis.cabinets if cabinet.id != progress.cabinet]
        lines = {bus.name for bus in self._basis.buses if bus.port == progress.port}
        taken = {board.address for cabinet in others if cabinet.bus in lines for board in cabinet.boards}
        self._terminal.show("正在问线上的板（只读，不开锁）……")
        try:
            found = search(progress.port, progress.family or "", progress.expected or 1, taken, self._trying)
        except (OSError, termios.error) as error:
            self._terminal.show(f"{progress.port} 用不了：{why_not(error)}。")
            found = ()
        self._terminal.tick("")
        return facts.Searched(found)

    def _trying(self, attempt: Attempt) -> None:
        self._terminal.tick(f"  {attempt.family}，{attempt.baud}，地址 {attempt.address}")

    def _keep_secret(self, step: steps.KeepSecret) -> Fact:
        name = f"{self._progress.cabinet}-{step.address}.secret"
        keep_secret(self._terminal, self._folder / name, step.address)
        return facts.SecretKept(step.address, name)

    def _look(self, _step: steps.Look) -> Fact:
        doors = self._open_doors()
        seen = doors.look()
        if doors.objections:
            raise CannotGoOn("".join(f"地址 {at} 的板不能用：{why}" for at, why in doors.objections.items()))
        if all(door.bit is None for door in seen):
            raise CannotGoOn("板又不回答了。请查供电和接线，再运行同一条命令。")
        self._shut_line()
        return facts.Looked(seen)

    def _await_shut(self, step: steps.AwaitShut) -> Fact:
        self._terminal.show(f"请把 {step.number} 号格口的门推上（{SHUT_WITHIN_S:.0f} 秒内）……")
        seen = self._open_doors().await_shut(step.place)
        self._terminal.show(f"{step.number} 号格口验过。" if seen.is_shut else "没有等到“关”。")
        return seen

    def _try_tamper(self, step: steps.TryTamper) -> Fact:
        board = f"地址 {step.address} 的控制器"
        if self._terminal.ask(f"试{board}的防拆：现在打开它的外壳，好了按回车；没有外壳或不试写 s。") in {"s", "S"}:
            return facts.TamperTried(step.address, None)
        doors = self._open_doors()
        is_open = doors.await_tamper(step.address, is_open=True, within_s=TAMPER_WITHIN_S)
        if is_open:
            self._terminal.show("看到外壳打开了。请装回外壳……")
        is_proven = is_open and doors.await_tamper(step.address, is_open=False, within_s=TAMPER_WITHIN_S)
        self._terminal.show("防拆验过。" if is_proven else f"{board}没有报告外壳的动静，报告里会写明。")
        return facts.TamperTried(step.address, is_proven)

    def _write(self, _step: steps.Write) -> Fact:
        at = now_text()
        text = toml_of(with_cabinet(self._basis, self._progress, self._folder), self._folder)
        write_settings(self._path, text, at[:19].replace(":", ""))
        self._terminal.show(f"已写入 {self._path}。")
        return facts.Written(at)

    def _report(self, _step: steps.Report) -> Fact:
        fields = report_fields(self._progress, self._bundle.agent, now_text())
        return facts.Reported(self._sheets().keep(fields, self._bundle.signer))

    # What it stands on.

    def _sheets(self) -> Sheets:
        return Sheets(self._folder / "commissioning")

    def _tell(self, fact: Fact) -> None:
        """Durable first, then true."""
        self._diary.keep(fact)
        self._progress = after(self._progress, fact)

    def _open_doors(self) -> Doors:
        """The doors, under the polarity known by now."""
        if self._doors is None:
            wiring, bit = self._wiring()
            contact_bit = self._progress.sensor_bit if self._progress.has_contacts else None
            self._doors = self._lines.enter_context(Doors(wiring, bit, self._diary.keep, contact_bit))
            self._doors.look()
        return self._doors

    def _shut_line(self) -> None:
        """Let go of the line, so that it is taken up anew with what was learnt."""
        self._lines.close()
        self._doors = None

    def _wiring(self) -> tuple[BusWiring, int]:
        progress = self._progress
        bit, is_told = progress.closed_bit, progress.dialect.has_operation_ids
        boards = tuple(
            BoardWiring(
                address,
                tuple(f"{address}/{channel}" for channel in range(1, progress.channels[address] + 1)),
                None if is_told else bit,
                progress.pulse.pulse_ms if progress.pulse else None,
                read_secret(self._folder / progress.secrets[address]) if is_told else None,
                RAW_SENSORS if progress.sensing and progress.sensing.sensors != "none" else Sensing(),
            )
            for address in progress.addresses
        )
        first = progress.boards[0]
        known = next((bus for bus in self._basis.buses if bus.port == progress.port), None)
        direction = known.direction if known else "adapter"
        return BusWiring(progress.cabinet, progress.port, first.baud, first.family, boards, direction=direction), bit

    def _stumble(self, step: Step, error: Exception) -> NoReturn:
        raise CannotGoOn(f"{words.DOING[type(step)]}时出了毛病：{error}。已保存；排除以后再运行同一条命令。") from error
