"""Tables of numbers on disk: Parquet, whole or absent, and checked.

The file holds its own checksum, in the schema's metadata: SHA-256 of all its bytes, with
the checksum's own digits as zeros. It is compared before anything is decoded, so that
no damage, wherever it is, reaches the reader of Parquet.
"""

import hashlib
import io
import re
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from gansgmms.errors import InputError
from gansgmms.io.atomic import atomic
from gansgmms.io.walk import expand, regular_file

KEY = b"gansgmms.checksum"
SIGN = b"gansgmms-sha256:"
DIGITS = re.compile(re.escape(SIGN) + rb"([0-9a-f]{64})")
ZEROS = SIGN + b"0" * 64


def write_numbers(path: str | Path, table: pd.DataFrame) -> None:
    """Write a table as a Parquet file that `read_numbers`, or any other, reads.

    Args:
        path: file to write; appears only when complete.
        table: of numbers, booleans and words; its index is kept as pandas keeps it.
    """
    columns = pa.Table.from_pandas(table)
    metadata = (columns.schema.metadata or {}) | {KEY: ZEROS}
    sink = io.BytesIO()
    pq.write_table(columns.replace_schema_metadata(metadata), sink)
    data = sink.getvalue()
    if data.count(ZEROS) != 1:
        raise InputError(str(path), "the checksum's own words", "other words")
    sealed = data.replace(ZEROS, SIGN + hashlib.sha256(data).hexdigest().encode())
    with atomic(path, len(sealed)) as temporary:
        temporary.write_bytes(sealed)


def read_numbers(path: str | Path) -> pd.DataFrame:
    """The table of a Parquet file.

    Raises:
        InputError: if the file is missing, unreadable, or differs by any byte from what
            `write_numbers` wrote. Files of others have no checksum and are read as
            they are.
    """
    path = regular_file(expand(path), "a Parquet file of numbers")
    again = "delete it and run the rule that makes it again"
    try:
        data = path.read_bytes()
    except OSError as error:
        found = f"an unreadable file ({error.strerror})"
        raise InputError(str(path), found, "a file to read") from None
    # Two marks, so that damage to one does not make the file one of somebody else's.
    if KEY in data or SIGN in data:
        written = DIGITS.findall(data)
        found = hashlib.sha256(DIGITS.sub(ZEROS, data)).hexdigest()
        if written != [found.encode()]:
            raise InputError(
                str(path),
                f"content with SHA-256 {found}",
                "what was written, which had another",
                f"the file was altered or damaged; {again}",
            )
    try:
        return pd.read_parquet(io.BytesIO(data))
    # Of a damaged file without a checksum, pandas and Arrow raise what it leads them to.
    except Exception as error:  # noqa: BLE001
        cause = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        found = f"an unreadable file ({cause})"
        raise InputError(str(path), found, "a complete Parquet file", again) from None
