"""The checks of the preference notebook, one module for each tier."""

from helpers.checks.preference import dog, lion, turtle

CHECKS = {**turtle.CHECKS, **dog.CHECKS, **lion.CHECKS}
