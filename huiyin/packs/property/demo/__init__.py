"""An invented company with the ordinary ninety days of a property manager, made from a seed.

Same seed and same last moment: the same organisation, word for word (salts and secrets apart). Every case is lived
through from its first word by `story`, with events at the times people would have acted; nothing is written past the
timeline, so `huiyin verify` holds for it as for real cases.
"""
