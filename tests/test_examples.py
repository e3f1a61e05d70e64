"""The examples in docstrings do what they say."""

import doctest
import importlib

import pytest

MODULES = [
    "authoring.build",
    "authoring.chapters",
    "authoring.document",
    "authoring.shipped",
    "helpers.checks.criteria",
    "helpers.checks.engine",
    "helpers.checks.evidence",
    "helpers.checks.manifest",
    "helpers.checks.patience",
    "helpers.checks.preference.cells",
    "helpers.checks.preference.lion",
    "helpers.checks.rows",
    "helpers.checks.solutions",
    "helpers.checks.texts",
    "helpers.checks.training.values",
    "helpers.estimate_page",
    "helpers.formats",
    "helpers.looking.agreement",
    "helpers.looking.annotating",
    "helpers.looking.browsing",
    "helpers.looking.cells",
    "helpers.looking.choices",
    "helpers.looking.comparing",
    "helpers.looking.drawing",
    "helpers.looking.plotting",
    "helpers.looking.shown",
    "helpers.messages",
    "helpers.quality",
    "helpers.saving",
    "helpers.similarity",
    "helpers.speeds",
    "helpers.training.configs",
    "helpers.training.evaluating",
    "helpers.training.models",
    "helpers.training.training",
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_hold(name, own_progress):
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL
    result = doctest.testmod(importlib.import_module(name), optionflags=flags)
    assert result.attempted > 0 and result.failed == 0
