"""Pure decisions: whether what a solution needs is there, and whether anything needs what is to go."""

from __future__ import annotations

from collections.abc import Mapping, Set

from nakhon.kernel.definitions.shapes import listed
from nakhon.knowledge.text import Text
from nakhon.solutions.errors import SolutionMissing, SolutionNeeded
from nakhon.solutions.manifest import Manifest


def require_needs(manifest: Manifest, installed: Set[str]) -> None:
    """Raise ``SolutionMissing`` unless every solution that ``manifest`` needs is among ``installed``."""
    missing = [name for name in manifest.needs.solutions if name not in installed]
    if missing:
        raise SolutionMissing(
            Text(f"ต้องติดตั้งชุดระบบ {listed(missing)} ก่อน", f"Install {listed(missing)} first"),
            Text(
                f"ติดตั้งด้วย: nakhon solution apply {missing[0]} --city …",
                f"Install it with: nakhon solution apply {missing[0]} --city …",
            ),
        )


def require_not_needed(solution: str, needs: Mapping[str, Set[str]]) -> None:
    """Raise ``SolutionNeeded`` when an installed solution (by id, with what it needs) needs ``solution``."""
    users = sorted(name for name, needed in needs.items() if solution in needed)
    if users:
        raise SolutionNeeded(
            Text(
                f"นำ {solution} ออกไม่ได้ เพราะชุดระบบ {listed(users)} ใช้อยู่",
                f"{solution} cannot be removed: {listed(users)} need it",
            ),
            Text(f"นำ {listed(users)} ออกก่อน", f"Remove {listed(users)} first"),
        )
