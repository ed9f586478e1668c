"""The random secrets of one home, made once and readable by its owner alone: no password of the platform is a default."""

from __future__ import annotations

import json
import secrets as randomness
from dataclasses import asdict, dataclass

from nakhon.config.run.errors import RunError
from nakhon.config.run.home import Home, read_json, write_private
from nakhon.knowledge.text import Text


@dataclass(frozen=True, slots=True)
class Secrets:
    """Database passwords (the cluster's superuser, the schema's owner, the running platform) and Django's signing key."""

    superuser_password: str
    owner_password: str
    app_password: str
    secret_key: str

    @classmethod
    def fresh(cls, *, secret_key: str | None = None) -> Secrets:
        """New random values; ``secret_key`` is kept when a backup brings one, so that signed links stay valid."""
        one, two, three = (randomness.token_urlsafe(32) for _ in range(3))
        return cls(one, two, three, secret_key or randomness.token_urlsafe(64))


def load(home: Home, *, create: bool = True) -> Secrets:
    """The home's secrets; made on the first call. A damaged file is refused, for new passwords would lock the owner out."""
    path = home.secrets_file
    if path.exists():
        stored = read_json(path)
        try:
            return Secrets(**{name: str(stored[name]) for name in Secrets.__slots__})
        except KeyError as missing:
            raise RunError(
                Text(th=f"ไฟล์ {path} เสียหายหรือไม่ครบ", en=f"{path} is damaged or incomplete"),
                Text(
                    th="กู้ไฟล์นี้คืนจากสำเนาสำรอง (nakhon restore) ห้ามลบทิ้งหากยังต้องใช้ข้อมูลเดิม",
                    en="Bring the file back from a backup (nakhon restore); do not delete it while the data is needed",
                ),
                detail=f"missing {missing}",
            ) from None
    if not create:
        raise RunError(
            Text(th=f"ยังไม่มีระบบใน {home.path}", en=f"There is no platform in {home.path} yet"),
            Text(th="เริ่มระบบด้วย: nakhon up", en="Start it with: nakhon up"),
        )
    home.create()
    made = Secrets.fresh()
    store(home, made)
    return made


def store(home: Home, values: Secrets) -> None:
    """Keep ``values`` as the home's secrets, mode 0600."""
    write_private(home.secrets_file, json.dumps({"version": 1, **asdict(values)}, indent=1) + "\n")
