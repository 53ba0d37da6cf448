#!/bin/sh
# How the job of number $1 is doing, by Slurm: running, success or failed.
state=$(squeue --noheader --states=all --jobs="$1" --format=%T 2>/dev/null)
case $state in
    COMPLETED) echo success ;;
    PENDING | CONFIGURING | RUNNING | COMPLETING | SUSPENDED | REQUEUED) echo running ;;
    "") # Slurm has forgotten it, or is too busy to answer: ask the accounting.
        case $(sacct --noheader --allocations --jobs="$1" --format=State%20 2>/dev/null) in
            *COMPLETED*) echo success ;;
            *FAILED* | *CANCELLED* | *TIMEOUT* | *OUT_OF_ME* | *NODE_FAIL*) echo failed ;;
            *) echo running ;;
        esac ;;
    *) echo failed ;;
esac
