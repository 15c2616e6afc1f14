"""装证书: how phones and computers come to trust the township's own authority. Nobody signs in here."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.responses import Response

from server.web.access import PUBLIC, declared_router
from server.web.desk.page import page
from server.web.house import House, house_of
from server.web.language import N_
from server.web.troubles import NotFound
from server.web.visit import Arriving

router = declared_router(include_in_schema=False)
FILE_NAME = "gongguan-ca.crt"
MEDIA_TYPE = "application/x-x509-ca-cert"


@dataclass(frozen=True, slots=True)
class Device:
    """A kind of device, and what to do on it, in order."""

    name: str
    steps: tuple[str, ...]


DEVICES = (
    Device(
        N_("安卓、鸿蒙手机"),
        (
            N_("用手机自带的浏览器或 Chrome 打开本页，点“下载证书”。不要用微信打开。"),
            N_("打开“设置”，搜索“证书”，点“安装证书”或“从存储设备安装”，选“CA 证书”，再选刚下载的文件。"),
            N_("手机会提醒“网络可能受到监控”，点“仍然安装”，输入锁屏密码。"),
        ),
    ),
    Device(
        N_("苹果手机"),
        (
            N_("用 Safari 打开本页，点“下载证书”，再点“允许”。"),
            N_("打开“设置”，点“已下载描述文件”，点“安装”，输入锁屏密码。"),
            N_("回到“设置”，“通用”，“关于本机”，“证书信任设置”，把它打开。"),
        ),
    ),
    Device(
        N_("Windows 电脑"),
        (
            N_("下载证书，双击打开，点“安装证书”。"),
            N_("选“本地计算机”，再选“将所有的证书都放入下列存储”，点“浏览”，选“受信任的根证书颁发机构”。"),
            N_("关掉浏览器，重新打开。"),
        ),
    ),
)
FIRST = N_(
    "第一次打开会提示“不安全”：这台设备还不认识镇里的证书。只有这一次可以继续，装好以后再出现就不要继续，请告诉三资办。"
)
COMPARE = N_("装好以后，在证书详情里把 SHA-256 指纹与纸上的对一遍，一个字也不能差。对不上就删掉它，告诉三资办。")
BOUNDS = N_("这张证书只管镇里这一个网站和内部网络的地址，不能冒充银行和别的网站。")


@router.get("/ca", dependencies=PUBLIC)
async def show_ca(visit: Arriving) -> Response:
    """What to do on which device, and the fingerprint to compare; 404 without an authority of one's own."""
    authority = visit.house.settings.authority
    if authority is None:
        raise NotFound
    said = {"devices": DEVICES, "first": FIRST, "compare": COMPARE, "bounds": BOUNDS}
    return page(visit, "authority.html", {**said, "fingerprint": authority.fingerprint, "file_name": FILE_NAME})


@router.get(f"/ca/{FILE_NAME}", dependencies=PUBLIC)
async def get_ca(house: Annotated[House, Depends(house_of)]) -> Response:
    """The authority's certificate, in the form phones install (DER)."""
    authority = house.settings.authority
    if authority is None:
        raise NotFound
    disposition = {"content-disposition": f"attachment; filename={FILE_NAME}"}
    return Response(authority.certificate, media_type=MEDIA_TYPE, headers=disposition)
