"""The test cluster: a private PostgreSQL of its own under ``var-test``, shared by every pytest run of the checkout.

``NAKHON_TEST_HOME`` moves it; ``NAKHON_TEST_SUFFIX`` gives one run its own database names beside the others'.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from nakhon.config.run import roles, secrets
from nakhon.config.run.cluster import Cluster
from nakhon.config.run.environment import DEFAULT_HOST, Environment, local_url
from nakhon.config.run.errors import RunError
from nakhon.config.run.home import REPOSITORY, Home
from nakhon.config.run.progress import fail
from nakhon.config.run.stamps import fingerprint

_PORT = 8099


def test_database_name() -> str:
    """``test_nakhon``, or ``test_nakhon_<suffix>``; pytest-xdist adds ``_gw0`` and so on."""
    suffix = re.sub(r"\W", "", os.environ.get("NAKHON_TEST_SUFFIX", ""))
    return f"test_nakhon_{suffix}" if suffix else "test_nakhon"


def ensure_test_cluster() -> Environment:
    """Start the test cluster if it does not run (several runs may ask at once), and say how to connect.

    ``owner_url`` may create databases, each of which is born with the extensions and the app role's default rights;
    the owner may ``SET ROLE nakhon_app`` to see what row security shows.
    """
    home = Home.locate(os.environ.get("NAKHON_TEST_HOME") or REPOSITORY / "var-test")
    home.create()
    cluster = Cluster(home, durable=False)
    with home.lock("test-cluster", wait=180):
        kept = secrets.load(home)
        cluster.create()
        ready = home.run / f"test-ready-{fingerprint(Path(roles.__file__))[:12]}"
        if cluster.start() or not ready.exists():
            roles.prepare_private(cluster, kept, for_tests=True)
            ready.touch()
    return Environment(
        home=home,
        managed=False,
        owner_url=cluster.url(roles.OWNER, kept.owner_password, roles.DATABASE),
        app_url=cluster.url(roles.APP, kept.app_password, roles.DATABASE),
        app_role=roles.APP,
        host=DEFAULT_HOST,
        port=_PORT,
        port_was_chosen=False,
        base_url=local_url(DEFAULT_HOST, _PORT),
        secret_key=kept.secret_key,
    )


def stop_test_cluster() -> bool:
    """Stop it; the data stay. True when it was running."""
    home = Home.locate(os.environ.get("NAKHON_TEST_HOME") or REPOSITORY / "var-test")
    return home.path.exists() and Cluster(home, durable=False).stop()


def main() -> int:
    """``python -m nakhon.config.run.testing [pytest's words]``: start the test cluster, run pytest, stop what was started."""
    words = sys.argv[1:]
    home = Home.locate(os.environ.get("NAKHON_TEST_HOME") or REPOSITORY / "var-test")
    was_running = home.path.exists() and Cluster(home, durable=False).running() is not None
    try:
        ensure_test_cluster()
        return subprocess.run([sys.executable, "-m", "pytest", *words], cwd=REPOSITORY, check=False).returncode
    except RunError as error:
        fail(error)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    finally:
        if not was_running:
            stop_test_cluster()


if __name__ == "__main__":
    sys.exit(main())
