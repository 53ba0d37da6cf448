"""Write what classes say: config/schema.json, and pages of the docs on settings and claims.

python scripts/write_reference.py
"""

from pathlib import Path

from gansgmms.claims import reference as claims
from gansgmms.io.atomic import atomic
from gansgmms.settings.reference import page, schema

ROOT = Path(__file__).parents[1]

if __name__ == "__main__":
    for name, text in [
        ("config/schema.json", schema()),
        ("docs/configuration-reference.md", page()),
        ("docs/claims-reference.md", claims.page()),
    ]:
        with atomic(ROOT / name) as path:
            path.write_text(text, encoding="utf-8")
