"""Where results come from."""

import subprocess

from gansgmms.workflow.origin import origin


def test_the_commit_of_a_checkout_and_whether_more_than_results_has_changed(tmp_path):
    def git(*arguments):
        author = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        command = ["git", "-C", str(tmp_path), *author, *arguments]
        subprocess.run(command, check=True, capture_output=True)

    (tmp_path / "results").mkdir()
    code, result = tmp_path / "code.py", tmp_path / "results/table.csv"
    code.write_text("1")
    result.write_text("1")
    git("init")
    git("add", ".")
    git("commit", "-m", "one")
    clean = origin(tmp_path)["commit"]
    assert len(clean) == 12
    result.unlink()
    assert origin(tmp_path)["commit"] == clean
    code.write_text("2")
    assert origin(tmp_path)["commit"] == f"{clean}-dirty"


def test_an_origin_outside_a_checkout_has_no_commit(tmp_path):
    found = origin(tmp_path)
    assert found["commit"] is None
    assert found["cores"] >= 1 and found["torch"]
