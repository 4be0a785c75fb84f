"""Compiled translations lie beside their sources, so that running Huiyin needs no gettext."""

import gettext
import subprocess
from pathlib import Path

LOCALE = Path(__file__).resolve().parents[2] / "huiyin" / "locale"


def catalogue(file: Path) -> dict[object, object]:
    with file.open("rb") as opened:
        texts = vars(gettext.GNUTranslations(opened))["_catalog"]
    return {key: text for key, text in texts.items() if key}


def test_compiled_translations_are_in_step_with_their_sources(tmp_path: Path) -> None:
    for source in LOCALE.rglob("*.po"):
        fresh = tmp_path / "fresh.mo"
        subprocess.run(["msgfmt", "--check", "-o", str(fresh), str(source)], check=True)
        assert catalogue(source.with_suffix(".mo")) == catalogue(fresh), f"make messages: {source}"
