"""Settings: one frozen object, made at the edge from flags, environment and `qa.toml`.

Standard library only, so that `qa --help` and `qa list` start at once.
"""

from qa.config.setting_sources import describe, load_settings
from qa.config.settings import SETTINGS, Precision, Setting, Settings

__all__ = ["SETTINGS", "Precision", "Setting", "Settings", "describe", "load_settings"]
