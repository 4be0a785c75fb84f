"""What the utility pack brings along."""

from pathlib import Path

from huiyin.packs.loading import Pack

PACK = Pack("utility", "供电公司", Path(__file__).parent / "data")
