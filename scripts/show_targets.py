"""Print every target: what it makes, and whether it is up to date.

python scripts/show_targets.py --configfile config/demo.yaml

Arguments go to Snakemake.
"""

import sys

from gansgmms.workflow.targets import targets

if __name__ == "__main__":
    print(*targets(sys.argv[1:]), sep="\n")
    print("\n-: without files of its own, or left out of this configuration")
