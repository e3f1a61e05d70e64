"""The checks of the training notebook, one module for each tier."""

from helpers.checks.training import dog, lion, turtle

CHECKS = {**turtle.CHECKS, **dog.CHECKS, **lion.CHECKS}
