"""A bare MQTT client over TLS, and the certificates by which somebody tries to come in."""

import queue
import ssl
import threading
from pathlib import Path
from typing import Self

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from server.certificates.folder import CertificateFolder
from server.store.folder import DataFolder
from tests.fixtures.mosquitto import CertifiedMosquitto
from tests.fixtures.patience import PATIENCE_S

Pair = tuple[Path, Path]


class Client:
    """A bare MQTT client over TLS, with this certificate or none, under this client id."""

    def __init__(
        self,
        broker: CertifiedMosquitto,
        certificate: Pair | None,
        client_id: str = "anything",
        last_word: tuple[str, bytes] | None = None,
    ) -> None:
        """`last_word`: in whose name the broker is asked to say what, once this connection has broken off."""
        self.inbox: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self.is_in = False
        self._answered, self._told = threading.Event(), threading.Event()
        self._broker = broker
        version = MQTTProtocolVersion.MQTTv311
        self._paho = paho.Client(CallbackAPIVersion.VERSION2, client_id, protocol=version, reconnect_on_failure=False)
        context = ssl.create_default_context(cafile=str(broker.written.broker / "ca.crt"))
        if certificate is not None:
            context.load_cert_chain(*certificate)
        self._paho.tls_set_context(context)
        if last_word is not None:
            self._paho.will_set(f"gongguan/v1/{last_word[0]}/state", last_word[1], qos=1)
        self._paho.on_connect = lambda _c, _d, _f, answer, _p: self._answer(is_in=not answer.is_failure)
        self._paho.on_disconnect = lambda *_: self._answered.set()
        self._paho.on_message = lambda _c, _d, message: self.inbox.put((message.topic, bytes(message.payload)))
        self._paho.on_subscribe = lambda *_: self._told.set()

    def _answer(self, *, is_in: bool) -> None:
        self.is_in = is_in
        self._answered.set()

    def __enter__(self) -> Self:
        try:
            self._paho.connect(self._broker.host, self._broker.port)
        except (ssl.SSLError, ConnectionError):
            return self
        self._paho.loop_start()
        assert self._answered.wait(PATIENCE_S), "the broker did not answer"
        return self

    def __exit__(self, *_: object) -> None:
        self._paho.disconnect()
        self._paho.loop_stop()

    def break_off(self) -> None:
        """End the connection without taking leave."""
        self._paho.loop_stop()
        self._paho.socket().close()  # type: ignore[union-attr]

    def subscribe(self, topic: str) -> None:
        self._told.clear()
        self._paho.subscribe(topic, qos=1)
        assert self._told.wait(PATIENCE_S)

    def publish(self, topic: str, payload: bytes) -> None:
        self._paho.publish(topic, payload, qos=1).wait_for_publish(PATIENCE_S)


def of_agent(broker: CertifiedMosquitto, agent: str) -> Pair:
    folder = broker.written.agents[agent]
    return folder / f"{agent}.crt", folder / f"{agent}.key"


def of_server(township: DataFolder) -> Pair:
    return pair_in(CertificateFolder(township.tls / "clients"), "server")


def pair_in(folder: CertificateFolder, name: str) -> Pair:
    return folder.certificate_file(name), folder.key_file(name)
