"""How far a paper is, as the page that waits for it says it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from server.web.language import Translate
from server.web.printing import Phase, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperStage:
    """One sentence, and the bar under it: `done` of `total` rows, both None where nobody can know."""

    sentence: str
    done: int | None = None
    total: int | None = None


def paper_stage(stage: Stage, ahead: int, _: Translate) -> PaperStage:
    """A stage in words; `ahead` papers are made before this one's turn."""
    return _IN_WORDS[stage.phase](stage, ahead, _)


def _waiting(_stage: Stage, ahead: int, _: Translate) -> PaperStage:
    if ahead:
        return PaperStage(sentence=_("前面还有 %(n)s 份表在做，轮到就开始。") % {"n": ahead})
    return PaperStage(sentence=_("正在准备。"))


def _gathering(stage: Stage, _ahead: int, _: Translate) -> PaperStage:
    return PaperStage(sentence=_("第 1 步，共 2 步：收集记录"), done=stage.done, total=stage.total)


def _drawing(stage: Stage, _ahead: int, _: Translate) -> PaperStage:
    """A PDF is set in one go: between none and all of its rows there is nothing to tell."""
    if 0 < stage.done < stage.total:
        return PaperStage(sentence=_("第 2 步，共 2 步：写成文件"), done=stage.done, total=stage.total)
    rows = {"n": f"{stage.total:,}"}
    return PaperStage(sentence=_("第 2 步，共 2 步：%(n)s 行都收集好了，正在排版") % rows)


_IN_WORDS: Mapping[Phase, Callable[[Stage, int, Translate], PaperStage]] = {
    Phase.WAITING: _waiting,
    Phase.GATHERING: _gathering,
    Phase.DRAWING: _drawing,
}
