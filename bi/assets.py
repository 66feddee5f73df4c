"""`python -m bi.assets dashboard.zip`: puts a bundle into Superset; what is there already is replaced, charts too.

Superset's own `import-dashboards` replaces the dashboard alone: what an upgrade changed in a chart would not be seen.
"""

from __future__ import annotations

import sys
import zipfile

import yaml
from superset.app import create_app

METADATA = "metadata.yaml"


def main() -> None:
    """Read the bundle and import all that is in it, as `admin`."""
    with zipfile.ZipFile(sys.argv[1]) as archive:
        contents = {
            name.partition("/")[2]: archive.read(name).decode("utf-8")
            for name in archive.namelist()
        }
    # the same files, told as what they are in sum
    contents[METADATA] = yaml.safe_dump({**yaml.safe_load(contents[METADATA]), "type": "assets"})
    with create_app().app_context():
        from superset import security_manager
        from superset.commands.importers.v1.assets import ImportAssetsCommand
        from superset.utils.core import override_user

        with override_user(security_manager.find_user("admin")):
            ImportAssetsCommand(contents).run()


if __name__ == "__main__":
    main()
