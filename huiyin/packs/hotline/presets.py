"""What the hotline pack brings along: units, matters, and the way of a case from dispatch to review."""

from pathlib import Path

from huiyin.packs.loading import Pack

PACK = Pack("hotline", "热线中心", Path(__file__).parent / "data", review=True, group_days=30)
