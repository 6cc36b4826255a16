"""Further forms of a case's report, each a view of report.json.

One entry per form, by the end of its file's name: `xlsx` makes report.xlsx. It is given report.json
and the page as values and returns the file's bytes, the same for the same report. To add a form,
write such a function, name it below, in config.schema.yaml and in docs/outputs.md, and tell
consilium/expected.py how a sound file looks; tests/test_export.py says what was forgotten.
"""

from collections.abc import Callable, Mapping
from typing import Any

from consilium.export.pdf import pdf
from consilium.export.xlsx import xlsx

EXPORTS: dict[str, Callable[[Mapping[str, Any], str], bytes]] = {
    "xlsx": xlsx,
    "pdf": pdf,
}
