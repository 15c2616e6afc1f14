"""A11 禁止事项: what a cooperative may not do at all (农村集体经济组织法 35、58)."""

from collections.abc import Iterable
from dataclasses import dataclass

from server.custody.findings.finding import Grounds, Level, Noticed, Rule
from server.custody.policy.words import Matter

FORBIDDEN: frozenset[str] = frozenset(
    {Matter.GUARANTEE, Matter.OFFICER_CREDIT, Matter.GOVERNMENT_DEBT, Matter.PARTNERSHIP, Matter.BLANK_PAPER}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedFor(Grounds):
    """What a request is for: the matter's code, where the policy has one, and what the applicant wrote."""

    checkout: str
    matter: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForbiddenMatters(Rule):
    """By the matter's code, or by a word in the purpose or document; ending such a thing is not doing it."""

    id: str = "A11"
    title: str = "禁止事项"
    level: Level = Level.RED
    window: str = "每份申请"
    matters: frozenset[str] = FORBIDDEN
    words: tuple[str, ...] = ("担保", "保证合同", "借款给", "出借", "垫资", "代政府借款", "空白介绍信", "空白合同")
    endings: tuple[str, ...] = ("解除担保", "撤销担保", "注销担保", "免除担保", "不提供担保", "无担保")

    def judge(self, facts: Iterable[AskedFor]) -> tuple[Noticed, ...]:
        """A finding for each request of such a kind."""
        return tuple(
            self.notice(each.checkout, each)
            for each in facts
            if each.matter in self.matters or self._says_so(each.words)
        )

    def _says_so(self, words: str) -> bool:
        for ending in self.endings:
            words = words.replace(ending, "")
        return any(word in words for word in self.words)
