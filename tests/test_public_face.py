"""The names that notebooks import."""

import subprocess
import sys
from pathlib import Path

import helpers


def test_no_module_shares_its_name_with_a_public_function():
    """Importing such a module would put it in the function's place."""
    folder = Path(helpers.__file__).parent
    modules = {path.stem for path in folder.iterdir()}
    assert modules & set(helpers.__all__) == set()


def test_public_names_stay_functions_after_everything_was_used():
    code = (
        "import helpers; "
        "functions = [getattr(helpers, name) for name in helpers.__all__]; "
        "assert all(callable(getattr(helpers, name)) for name in helpers.__all__)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
