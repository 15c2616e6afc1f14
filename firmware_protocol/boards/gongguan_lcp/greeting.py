"""What a controller of our own is asked before it is used: a session, and a proof from both sides."""

from collections.abc import Mapping

from firmware_protocol.boards.controller import Auth, Doubt, Hello
from firmware_protocol.boards.greeting import Greeting

GREETING = Greeting(requests=lambda address: (Hello(address), Auth(address)), objection=lambda _answers: "")
"""Nothing to object to: one that does not prove itself has not answered."""

WHY_DOUBTED: Mapping[int, str] = {
    Doubt.WRONG_PROOF: "这块控制器不认这台柜机的密钥。请核对 secret 指向的密钥文件是不是这块控制器的。",
    Doubt.NOT_SPOKEN: "这块控制器的固件与柜机程序的协议版本不同。请升级其中旧的一方。",
}
"""What a doubt that led to nothing may mean, for the technician; anybody on the line can forge one."""
