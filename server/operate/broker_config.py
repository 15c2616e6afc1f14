"""`broker-config`: all that Mosquitto needs to let in our server and our agents, each by its own certificate.

Certificates of clients are kept in `DATA/tls/clients`, one for each life (epoch) of an agent; a folder for the broker
and one for each agent are written from them, and can be written again at any time. A machine that enrolled has its key
already: its folder holds the certificate alone. An agent that was revoked, or added anew, leaves its certificate on the
list of those that count no more. What a crash means: run it again.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from server.cabinets.topic_rules import AGENT_MAY, SERVER, SERVER_MAY, Act
from server.certificates.authority import Certified, certify_client, certify_server, names_of, revoke
from server.certificates.clients import certificates_of, certify_enrolled, clients_of, life_in, life_of, set_aside
from server.certificates.folder import AUTHORITY, CertificateFolder
from server.certificates.folder import SERVER as SERVER_CERTIFICATE
from server.certificates.standing import is_to_renew
from server.store import deliveries
from server.store.database import read_only
from server.store.durable_files import write_durably
from server.store.fact_rows import FactRows
from server.store.find_administration import enrolled_keys
from server.store.folder import DataFolder

BROKER = "broker"
CONFIGURATION = """\
# 共管的消息代理（Mosquitto 2.0 及以上），由 broker-config 写出，请不要手改：改了再执行一次就没有了。
# 说明见 deploy/mosquitto/README.md；为什么一条消息也不保存，见 docs/decisions/0005-mqtt-is-a-doorbell.md。

# 只有加密的这一个监听；没有镇里发的证书，连都连不上。
listener {port}
tls_version tlsv1.2
cafile {at}/ca.crt
certfile {at}/broker.crt
keyfile {at}/broker.key
crlfile {at}/crl.pem
require_certificate true

# 证书上的名字就是账号（服务器叫 server，柜机叫它的编号），只能用自己的名字连接，只能碰自己的主题。
use_identity_as_username true
use_username_as_clientid true
allow_anonymous false
acl_file {at}/acl

# 没有它，每次问答要多等 44 毫秒。
set_tcp_nodelay true

# 代理不替任何人保存：柜机的记录在柜机的日志里，许可在服务器的数据库里，缺什么由柜机自己来问。
persistence false
max_packet_size 262144
max_inflight_messages 20
max_queued_messages 1000

log_dest syslog
log_type error
log_type warning
log_type notice
"""
ENVIRONMENT = """\
# 服务器的环境变量，由 broker-config 写出。systemd 里写 EnvironmentFile=。
GONGGUAN_BROKER=external
GONGGUAN_BROKER_HOST={host}
GONGGUAN_BROKER_PORT={port}
GONGGUAN_BROKER_CA_FILE={ca}
GONGGUAN_BROKER_CERT_FILE={certificate}
GONGGUAN_BROKER_KEY_FILE={key}
"""
ACL_HEAD = "# 谁可以说什么、听什么。与 server/cabinets/topic_rules.py 一字不差，测试核对。%u 是连接者的账号。\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerPlan:
    """Under which names and port the broker is found, and in which folder of its machine its files will lie.

    `names` () are those of the server's certificate: the broker runs beside it.
    """

    names: tuple[str, ...] = ()
    port: int = 8883
    at: str = "/etc/mosquitto/gongguan"


@dataclass(frozen=True, slots=True)
class Written:
    """Where everything lies: for the broker, for each agent, for the server.

    `ends` is when the first certificate ends, `revoked` whose count no more (`hall-1.epoch-1`).
    """

    broker: Path
    agents: Mapping[str, Path]
    environment: Path
    ends: datetime
    revoked: tuple[str, ...]


def write_broker_config(folder: DataFolder, target: Path, plan: BrokerPlan, now: datetime) -> Written:
    """Write `target/broker`, `target/agents/NAME` and `target/server.env`; what lay there is replaced.

    Raises `NoCertificate` where `make-ca` was not run yet, `NotPermitted` for a name that its authority does not
    cover, and `OSError`.
    """
    issuer = _Issuer(CertificateFolder(folder.tls), clients_of(folder.tls), now)
    names = plan.names or names_of(issuer.own.certificate(SERVER_CERTIFICATE))
    lives = _lives(folder)
    gone = issuer.gone({*(life_of(each.agent, each.epoch) for each in lives), SERVER})
    clients = {each.agent: issuer.agent(each) for each in lives}
    pairs = (issuer.broker(names), issuer.client(SERVER, SERVER))
    broker = {
        "mosquitto.conf": CONFIGURATION.format(port=plan.port, at=plan.at).encode(),
        "acl": acl_of_rules().encode(),
        "crl.pem": issuer.revoked(gone),
        **_files(BROKER, pairs[0], issuer.authority),
    }
    _write(target / "broker", broker)
    for agent, client in clients.items():
        _write(target / "agents" / agent, _files(agent, client, issuer.authority))
    _write(target, {"server.env": _environment(issuer, names[0], plan.port).encode()})
    agents = {agent: target / "agents" / agent for agent in clients}
    ends = min(each.certificate.not_valid_after_utc for each in (*pairs, *clients.values()))
    return Written(target / "broker", agents, target / "server.env", ends, gone)


@dataclass(frozen=True, slots=True)
class _Life:
    """An active agent's present life, and the TLS key (DER in hex) it made for itself; '' where it made none."""

    agent: str
    epoch: int
    tls_key: str


@dataclass(frozen=True, slots=True)
class _Lone:
    """A certificate whose key is with its owner."""

    certificate: x509.Certificate

    @property
    def certificate_pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


@dataclass(frozen=True, slots=True)
class _Issuer:
    """Makes certificates where none is there that lasts; `own` are the township's, `clients` by account and life."""

    own: CertificateFolder
    clients: CertificateFolder
    now: datetime

    @property
    def authority(self) -> Certified:
        return self.own.load(AUTHORITY)

    def broker(self, names: Sequence[str]) -> Certified:
        if self.own.has(BROKER):
            there = self.own.load(BROKER)
            if not is_to_renew(there.certificate, self.now) and {*names} <= {*names_of(there.certificate)}:
                return there
        made = certify_server(self.authority, names, self.now)
        self.own.save(BROKER, made)
        return made

    def agent(self, life: _Life) -> Certified | _Lone:
        if life.tls_key:
            return _Lone(certify_enrolled(self.own.path, life.agent, life.epoch, life.tls_key, self.now))
        return self.client(life.agent, life_of(life.agent, life.epoch))

    def client(self, account: str, life: str) -> Certified:
        if self.clients.has(life) and not is_to_renew(self.clients.certificate(life), self.now):
            return self.clients.load(life)
        made = certify_client(self.authority, account, self.now)
        set_aside(self.clients, life)
        self.clients.save(life, made)
        return made

    def gone(self, used: Collection[str]) -> tuple[str, ...]:
        """The lives that have a certificate and are over."""
        return tuple(sorted({life_in(each.stem) for each in self.clients.path.glob("*.crt")} - {*used}))

    def revoked(self, lives: Sequence[str]) -> bytes:
        over = [each for life in lives for each in certificates_of(self.clients, life)]
        return revoke(self.authority, over, self.now)


def _lives(folder: DataFolder) -> tuple[_Life, ...]:
    with closing(read_only(folder.database_url)) as database, database.reading() as reader:
        keys = enrolled_keys(FactRows(reader))
        agents = deliveries.agents(reader)
    return tuple(_Life(each.id, each.epoch, keys.get((each.id, each.epoch), "")) for each in agents)


def _files(name: str, client: Certified | _Lone, authority: Certified) -> dict[str, bytes]:
    """What somebody needs to show who they are and to know the others."""
    public = {"ca.crt": authority.certificate_pem, f"{name}.crt": client.certificate_pem}
    return public if isinstance(client, _Lone) else {**public, f"{name}.key": client.key_pem}


def _environment(issuer: _Issuer, host: str, port: int) -> str:
    return ENVIRONMENT.format(
        host=host,
        port=port,
        ca=issuer.own.certificate_file(AUTHORITY).absolute(),
        certificate=issuer.clients.certificate_file(SERVER).absolute(),
        key=issuer.clients.key_file(SERVER).absolute(),
    )


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in files.items():
        write_durably(folder / name, content, 0o600 if name.endswith(".key") else 0o644)


def acl_of_rules() -> str:
    """The topic rules as Mosquitto reads them; `deploy/mosquitto/acl` is this text."""
    rules = (f"user {SERVER}", *_lines("topic", SERVER_MAY), "", *_lines("pattern", AGENT_MAY))
    return "\n".join((ACL_HEAD, *rules, ""))


def _lines(word: str, rules: Mapping[Act, Sequence[str]]) -> list[str]:
    return [f"{word} {act} {rule}" for act, topics in rules.items() for rule in topics]
