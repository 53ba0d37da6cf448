"""The tables of a finished run as a paper includes them: each compiles, none overflows."""

import re
import shutil
import subprocess

import pytest

DOCUMENT = r"""\documentclass[a4paper]{article}
\usepackage[margin=2.5cm]{geometry}
\usepackage{array, booktabs, longtable, pdflscape}
\begin{document}
%s
\end{document}
"""


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex is installed")
def test_every_table_compiles_and_fits_its_page(finished, tmp_path):
    folder = finished.folder / "results/small/tables"
    names = sorted(path.stem for path in folder.glob("*.tex"))
    assert len(names) >= 15
    parts = [
        rf"\input{{{folder / name}.tex}} See \ref{{tab:{name}}}." for name in names
    ]
    (tmp_path / "all.tex").write_text(DOCUMENT % "\n".join(parts))
    command = ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "all.tex"]
    for _ in range(3):  # columns of a longtable find their widths
        done = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout[-3000:]
    log = re.sub(r"\n(?=.)", "", done.stdout)
    assert "undefined" not in log
    assert re.findall(r"Overfull \\hbox \(([\d.]+)pt", log) == []
