"""The version of the package, for setup.cfg, saved files and reports."""

__version__ = "0.1.0"
