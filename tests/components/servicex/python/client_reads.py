"""Lays a file of ServiceX' client at the root of a folder, and prints what the real client makes of it in a home below, as a user without a name."""

import json
import os
import pwd
import sys
import tempfile
from pathlib import Path

given = json.load(sys.stdin)
root = Path(tempfile.mkdtemp())
work = root / "home" / "user" / "analysis"
work.mkdir(parents=True)
(root / "servicex.yaml").write_text(given["file"])
if given.get("own"):
    (root / "home" / "user" / given["own"]["name"]).write_text(given["own"]["text"])
# It has looked for the machine's own folder already.
tempfile.tempdir = str(root / "tmp")
(root / "tmp").mkdir()
(root / "tmp").chmod(0o777)
root.chmod(0o755)
for name in ("LOGNAME", "USER", "LNAME", "USERNAME", "BEARER_TOKEN_FILE"):
    os.environ.pop(name, None)
os.environ["HOME"] = str(root / "home" / "user")
os.chdir(work)

from servicex.configuration import Configuration  # noqa: E402
from servicex.servicex_client import ServiceXClient  # noqa: E402

# An id that the cluster assigned: nobody's in the image.
NOBODY = 1000660000
assert NOBODY not in {each.pw_uid for each in pwd.getpwall()}
os.setuid(NOBODY)

try:
    client = ServiceXClient()
    found = Configuration.read().config_file
    print(json.dumps({"url": client.servicex.url, "cache": os.path.relpath(client.config.cache_path, root), "file": os.path.relpath(found, root)}))
except Exception as error:
    print(json.dumps({"failed": f"{type(error).__name__}: {error}"}))
