"""All that a GPU must show: tests, ceilings, each model's speed; in the JSON row by row."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import torch
import yaml
from tabulate import tabulate

from gansgmms.benchmarks.card import ceilings, report
from gansgmms.benchmarks.full import FULL, at_full_width
from gansgmms.benchmarks.training_cost import key
from gansgmms.io.atomic import atomic
from gansgmms.training.device import pick_device, pick_precision

ROOT = Path(__file__).parents[1]
parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
parser.add_argument("--steps", type=int, default=10, help="of each model in a turn")
parser.add_argument("--size", type=int, default=8192, help="of the square products")
parser.add_argument("--models", default=",".join(FULL))
parser.add_argument(
    "--seconds", type=float, default=180, help="for the models, at most"
)
parser.add_argument("--no-tests", action="store_true", help="measure alone")
parser.add_argument("--json", type=Path, default=Path("build/gpu.json"))
options = parser.parse_args()
device = pick_device(options.device)
precision = pick_precision("auto", device)
tests = [sys.executable, "-m", "pytest", "-q", "tests/gpu"]
told = os.environ | {"GANSGMMS_TEST_DEVICE": options.device}
failed = 0
if not options.no_tests:
    failed = subprocess.run(tests, check=False, cwd=ROOT, env=told).returncode
card = ceilings(device, options.size)
full = at_full_width(yaml.safe_load((ROOT / "config.yaml").read_text()))
chosen = {name: full[name] for name in options.models.split(",")}
rows: list[dict] = []
for row in report(chosen, device, precision, card, options.steps, options.seconds):
    rows.append(row)
    about = {"torch": torch.__version__, "precision": precision, "card": vars(card)}
    with atomic(options.json) as path:
        timed = [row | {"step": key(*chosen[str(row["model"])])} for row in rows]
        path.write_text(json.dumps(about | {"tests": failed, "rows": timed}, indent=1))
print(f"{card}, {precision}\n{tabulate(rows, headers='keys', tablefmt='github')}")
sys.exit(failed)
