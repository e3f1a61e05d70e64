"""`python -m helpers.install`: what the course needs, beside what is here already.

The setup cell calls it on Colab, which brings its own PyTorch and numpy. Replacing these would
take minutes and break what is loaded, so they are held at the versions that are installed.
"""

import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[1] / "requirements.txt"
HELD = ("torch", "torchvision", "torchaudio", "numpy", "pandas", "pyarrow")


def main() -> int:
    """Install what is missing; return pip's exit status."""
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder) / "installed.txt"
        constraints.write_text("\n".join(held()) + "\n", "utf-8")
        command = [sys.executable, "-m", "pip", "install", "--quiet"]
        command += ["--requirement", str(REQUIREMENTS), "--constraint", str(constraints)]
        return subprocess.run(command, check=False).returncode


def held() -> list[str]:
    """Return a pin for each package that must stay as it is, of those that are installed."""
    pins = []
    for name in HELD:
        try:
            pins.append(f"{name}=={version(name)}")
        except PackageNotFoundError:
            continue
    return pins


if __name__ == "__main__":
    sys.exit(main())
