"""The checks of the instruction notebook, one module for each tier."""

from helpers.checks.instruction import turtle

CHECKS = {**turtle.CHECKS}
