"""The checks of the instruction notebook, one module for each tier."""

from helpers.checks.instruction import dog, lion, turtle

CHECKS = {**turtle.CHECKS, **dog.CHECKS, **lion.CHECKS}
