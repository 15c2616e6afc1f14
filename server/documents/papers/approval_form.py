"""用印审批表: one request on one sheet, with every answer that was given and room for those on paper."""

from dataclasses import dataclass
from datetime import datetime

from server.documents.papers.paper import Field, Grid, Style, yes_or_no

FORM, TITLE = "approval_form", "用印审批表"
OPINIONS = (
    "社长（理事长）意见",
    "监事会/理财小组意见",
    "村（社区）审核意见",
    "三资办审核意见",
    "镇分管领导意见",
)
TO_SIGN = "签名：　　　　　　　　　日期："


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalForm:
    """A request as the form has it. `seals` pairs each kind of seal with whether it is asked for.

    `opinions` by their label in `OPINIONS`; one that is missing leaves room to sign. `decision` is what the members or
    the board decided: meeting, date, how many should have come, came and agreed.
    """

    number: str
    filed_at: datetime
    cooperative: str
    applicant: str
    phone: str
    seals: tuple[tuple[str, bool], ...]
    others: str
    purpose: str
    document: str
    copies_and_pages: str
    counterparty: str
    amount_cents: int | None
    term: str
    is_major: bool | None
    decision: str
    attachments: tuple[str, ...]
    way: str
    place: str
    companion: str
    due_at: datetime | None
    opinions: dict[str, str]
    copies_used: str
    used_at: datetime | None
    witness: str
    returned: str


def approval_grid(form: ApprovalForm) -> Grid:
    """The form's fields, line by line as on paper."""
    return Grid((*_asked(form), *_answered(form), *_afterwards(form)))


def _asked(form: ApprovalForm) -> tuple[tuple[Field, ...], ...]:
    seals = "　".join(f"{'☑' if wanted else '☐'}{name}" for name, wanted in form.seals)
    is_major = "" if form.is_major is None else yes_or_no(form.is_major)
    return (
        (
            Field("编号", form.number, style=Style.CODE),
            Field("申请日期", form.filed_at, style=Style.TIME),
            Field("用印方式", form.way),
        ),
        (Field("合作社名称", form.cooperative, 6),),
        (Field("申请人", form.applicant, 3), Field("电话", form.phone, 3)),
        (Field("拟用印章", "　".join(part for part in (seals, form.others) if part), 6),),
        (Field("用印事由", form.purpose, 6, lines=2),),
        (Field("文件名称", form.document, 4), Field("份数/页数", form.copies_and_pages)),
        (Field("对方当事人", form.counterparty, 4), Field("金额(元)", form.amount_cents, style=Style.AMOUNT)),
        (Field("合同期限", form.term, 3), Field("是否重大事项", is_major, 3)),
        (Field("民主决策情况", form.decision, 6),),
        (Field("附件清单", "；".join(form.attachments), 6),),
        (Field("外带地点及事由", form.place, 4), Field("随行人", form.companion)),
        (Field("预计归还时间", form.due_at, 6, style=Style.TIME),),
    )


def _answered(form: ApprovalForm) -> tuple[tuple[Field, ...], ...]:
    return tuple((Field(label, form.opinions.get(label, TO_SIGN), 6, lines=2),) for label in OPINIONS)


def _afterwards(form: ApprovalForm) -> tuple[tuple[Field, ...], ...]:
    return (
        (
            Field("实际用印份数", form.copies_used),
            Field("用印时间", form.used_at, style=Style.TIME),
            Field("监印人签名", form.witness),
        ),
        (Field("归还确认", form.returned, 6),),
    )
