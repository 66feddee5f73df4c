"""Settings of the Superset that `make superset` starts: alone on this machine, its own data beside the build."""

import os
import secrets
from pathlib import Path

HOME = Path(os.environ["SUPERSET_HOME"])
_key = HOME / "secret.key"
if not _key.exists():
    _key.touch(mode=0o600)
    _key.write_text(secrets.token_urlsafe(42), encoding="ascii")

SECRET_KEY = _key.read_text(encoding="ascii")
SQLALCHEMY_DATABASE_URI = f"sqlite:///{HOME / 'superset.db'}?check_same_thread=false"
# A publication is replaced while Superset runs: an answer is never older than the files.
CACHE_CONFIG = DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
FILTER_STATE_CACHE_CONFIG = {"CACHE_TYPE": "SimpleCache"}
EXPLORE_FORM_DATA_CACHE_CONFIG = {"CACHE_TYPE": "SimpleCache"}
RATELIMIT_STORAGE_URI = "memory://"
# On loopback without TLS.
TALISMAN_ENABLED = False
SESSION_COOKIE_SAMESITE = "Lax"
EXTRA_CATEGORICAL_COLOR_SCHEMES: list = []
