"""Public data sets, where a folder beside the checkout holds them: none of their rows may stand in this repository."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from huiyin.base.tables import count_rows, parse_instant, read_table

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the folder shared/data with public data sets is absent")


@pytest.mark.parametrize(
    ("name", "instants", "zone"),
    [
        ("teddy2020c_gov_letters/letters_with_replies.csv", ["留言时间", "答复时间"], "Asia/Shanghai"),
        ("gov311/nyc311_20191231.csv.gz", ["created_date"], "America/New_York"),
        ("gov311/sf311_2008_2019.csv.gz", ["created_date"], "America/Los_Angeles"),
    ],
)
def test_real_letters_and_requests_are_read_without_a_bad_row(name: str, instants: list[str], zone: str) -> None:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} is absent")
    rows = list(read_table(path).rows)
    assert not [row for row in rows if row.problem]
    assert len(rows) == count_rows(path) >= 1000
    for row in rows:
        for column in instants:
            assert 2000 < parse_instant(row.values[column], ZoneInfo(zone)).year < 2100
