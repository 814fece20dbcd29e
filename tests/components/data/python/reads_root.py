"""Writes a file of ROOT, or reads it back through XRootD as an analysis does. Standard input is JSON; the answer is JSON too."""

import json
import sys

import numpy
import uproot

asked = json.load(sys.stdin)
if "write" in asked:
    with uproot.recreate(asked["write"]) as file:
        file["Events"] = {"nMuon": numpy.arange(asked["events"], dtype="int64")}
    print(json.dumps({"events": asked["events"]}))
else:
    with uproot.open(asked["read"] + ":Events") as events:
        source = type(events.file.source).__name__
        print(json.dumps({"sum": int(events["nMuon"].array(library="np").sum()), "source": source}))
