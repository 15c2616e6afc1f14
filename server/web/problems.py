"""What is said when there is no ordinary answer: a status, a headline and a sentence for each reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import ClientDisconnect

from server.ledger.forks import LogDamaged
from server.store.gap import OutOfTurn
from server.store.uploads import Damaged
from server.web.language import N_
from server.web.troubles import NotAllowed, NotFound, NotSignedIn, WithoutRole


@dataclass(frozen=True, slots=True)
class Problem:
    """What is said: status, a headline and one sentence (source strings), an icon, and further members for programs."""

    status: HTTPStatus
    headline: str
    sentence: str
    icon: str = "warning"
    rule: str = ""
    reference: str = ""


PROBLEM_OF: Mapping[type[Exception], Problem] = {
    NotSignedIn: Problem(HTTPStatus.UNAUTHORIZED, N_("请先登录"), N_("登录以后再办这件事。"), "person"),
    NotAllowed: Problem(
        HTTPStatus.FORBIDDEN, N_("这件事不归您办"), N_("您的职务里没有这一项。需要时请联系三资办。"), "person"
    ),
    WithoutRole: Problem(
        HTTPStatus.FORBIDDEN,
        N_("您现在没有职务"),
        N_(
            "任期已经满了，或者职务已经结束，现在办不了事。要续任请把任职文件交三资办登记；手上的东西请社里别的人归还。"
        ),
        "person",
    ),
    NotFound: Problem(HTTPStatus.NOT_FOUND, N_("没有找到"), N_("地址可能抄错了，或者这件事不归您看。"), "compartment"),
    Damaged: Problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        N_("这份材料打不开"),
        N_("服务器上的文件不见了，或者和上传的时候不一样了。请马上告诉技术人员，并核验台账。"),
    ),
    LogDamaged: Problem(
        HTTPStatus.CONFLICT,
        N_("公布的台账读不全"),
        N_("公布的台账缺了文件，或者文件坏了，现在开不出凭证，也给不出证明。请马上告诉技术人员，并核验台账。"),
    ),
    OutOfTurn: Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        N_("正在补齐柜前的记录"),
        N_(
            "服务器刚从备份恢复，要先等柜机把后来的记录送回来，别的事现在办不了。请几分钟以后再试；柜机要开着、连着网。"
        ),
    ),
    ClientDisconnect: Problem(HTTPStatus.BAD_REQUEST, N_("没有传完"), N_("连接中断，文件没有收下。请再传一次。")),
}
BAD_FORM = Problem(
    HTTPStatus.UNPROCESSABLE_ENTITY, N_("送来的内容不对"), N_("有的栏目不认识，或者写法不对。请回到上一页再填一次。")
)
BROKEN = Problem(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    N_("这一步没有办成"),
    N_("服务器出了问题，您填的内容没有生效。请过一会儿再试；还不行就把下面的编号告诉技术人员。"),
)
PROBLEM_OF_STATUS: Mapping[int, Problem] = {
    HTTPStatus.BAD_REQUEST: BAD_FORM,
    HTTPStatus.NOT_FOUND: PROBLEM_OF[NotFound],
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, N_("送来的内容太大"), N_("一份材料最多 20 MB，文字也不要太长。请分开送。")
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: Problem(
        HTTPStatus.METHOD_NOT_ALLOWED, N_("这个地址不能这样用"), N_("请从页面上的按钮操作。")
    ),
}
