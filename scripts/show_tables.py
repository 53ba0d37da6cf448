"""Print the tables of a finished run, and where its figures are.

python scripts/show_tables.py results/demo
"""

import sys
from pathlib import Path

import pandas as pd

folder = Path(sys.argv[1])
for table in sorted(folder.glob("tables/*.md")):
    if table.stem != "claims":  # too wide for a terminal: its verdicts follow
        print(f"\n{table.read_text('utf-8').rstrip()}")
if (claims := folder / "tables/claims.csv").exists():
    print("\n**claims**: verdicts; what was measured stands in claims.md.\n")
    for row in pd.read_csv(claims).itertuples():
        print(f"{row.id}  {row.verdict:15s} {row.claim}")
print(f"\nFigures:  {folder}/figures/ (PNG and PDF)")
print(f"Tables:   {folder}/tables/ (CSV, Markdown, LaTeX and HTML)")
if (folder / "report.html").exists():
    print(f"Report:   {folder}/report.html, with how each result was made")
if (folder / "overview.html").exists():
    print(
        f"Overview: {folder}/overview.html, what was reproduced: open it in a browser"
    )
