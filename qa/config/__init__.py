"""Settings: one frozen object, made at the edge from flags, environment and `qa.toml`.

Standard library only, so that `qa --help` and `qa list` start at once.
"""

from qa.config.logs import format_handlers, start_logs
from qa.config.setting_sources import describe, load_settings
from qa.config.settings import SETTINGS, Precision, Setting, Settings
from qa.config.sign_in import ROLES, Role, SignIn, normalize_email, read_sign_in

__all__ = [
    "ROLES",
    "SETTINGS",
    "Precision",
    "Role",
    "Setting",
    "Settings",
    "SignIn",
    "describe",
    "format_handlers",
    "load_settings",
    "normalize_email",
    "read_sign_in",
    "start_logs",
]
