"""Public letters with replies, where a folder beside the checkout holds them. No row of them may stand in this
repository."""

from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
LETTERS = DATA / "teddy2020c_gov_letters" / "letters_with_replies.csv"
LABELLED = DATA / "teddy2020c_gov_letters" / "letters_labelled.csv.gz"
MAP = {
    "external_number": "留言编号",
    "customer": "留言用户",
    "subject": "留言主题",
    "received_at": "留言时间",
    "text": "留言详情",
}
REPLY = {"reply": "答复意见", "replied_at": "答复时间"}

needs_letters = pytest.mark.skipif(not LETTERS.is_file(), reason="the public letters are absent: shared/data")
