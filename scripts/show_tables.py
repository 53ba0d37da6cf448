"""Print the tables of a finished run, and where its figures are.

python scripts/show_tables.py results/demo
"""

import sys
from pathlib import Path

folder = Path(sys.argv[1])
for table in sorted(folder.glob("tables/*.md")):
    print(f"\n{table.read_text().rstrip()}")
print(f"\nFigures: {folder}/figures/ (PNG and PDF)")
print(f"Tables:  {folder}/tables/ (CSV, Markdown and LaTeX)")
if (folder / "report.html").exists():
    print(
        f"Report:  {folder}/report.html, everything in one file: open it in a browser"
    )
