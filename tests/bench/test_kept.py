"""A filled database is found again exactly as long as the code would make the same one."""

from pathlib import Path

from bench import kept


def test_another_content_or_name_is_another_version(tmp_path: Path) -> None:
    one, other = tmp_path / "0001_a.py", tmp_path / "0002_b.py"
    one.write_text("a")
    other.write_text("a")
    assert kept.version([one]) == kept.version([one])
    assert len({kept.version([one]), kept.version([other]), kept.version([one, other])}) == 3
    before = kept.version([one])
    one.write_text("b")
    assert kept.version([one]) != before


def test_kind_and_size_have_folders_of_their_own(tmp_path: Path) -> None:
    places = {kept.place(tmp_path, name, size) for name in ("SQLite", "PostgreSQL") for size in (10, 20)}
    assert len(places) == 4
    assert any(file.name == "bulk.py" for file in kept.makers())
    assert sum(file.name.startswith("0001") for file in kept.makers()) > 3


def test_a_kept_cluster_is_named_to_the_command_and_sqlite_needs_none(tmp_path: Path) -> None:
    assert kept.wrapper("SQLite", tmp_path) == []
    assert str(tmp_path / "cluster") in kept.wrapper("PostgreSQL", tmp_path)
    assert "--in" not in kept.wrapper("PostgreSQL")
