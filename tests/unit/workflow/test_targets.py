"""The list of targets, from what Snakemake prints."""

from gansgmms.workflow import targets

RULES = [
    "all (Every table and figure.)",
    "mnist",
    "s10 (A bin (of many) that is full.)",
    "s2 (The smallest bins.)",
    "table1 (NDB/K.)",
    "",
]
SUMMARY = [
    "Using profile default.",
    "output_file\tdate\trule\tlog-file(s)\tstatus\tplan",
    "figures/s2.png\tSun\ts2\ts2.log\tok\tno update",
    "figures/s2.pdf\tSun\ts2\ts2.log\tok\tno update",
    "figures/s10.png\tSun\ts10\ts10.log\tok\tno update",
    "figures/s10.pdf\t-\ts10\t-\tmissing\tupdate pending",
]


def test_what_a_target_makes_is_its_docstring():
    described = targets.described(RULES)
    assert described["s10"] == "A bin (of many) that is full."
    assert described["mnist"] == ""
    assert len(described) == 5


def test_one_missing_file_makes_a_target_pending():
    assert targets.pending(SUMMARY) == {"s2": False, "s10": True}


def test_targets_with_files_come_first_in_the_order_of_their_numbers():
    lines = targets.listed(targets.described(RULES), targets.pending(SUMMARY))
    assert [line.split()[-2:] for line in lines[:2]] == [
        ["smallest", "bins."],
        ["is", "full."],
    ]
    assert lines[0].startswith("up to date  s2 ")
    assert lines[1].startswith("to make     s10 ")
    assert [line.split()[:2] for line in lines[2:]] == [
        ["-", "all"],
        ["-", "mnist"],
        ["-", "table1"],
    ]
