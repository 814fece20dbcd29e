"""Reads the text of an exporter with Prometheus' own library, and prints the values by metric and by the label `hop`."""

import json
import sys

from prometheus_client.parser import text_string_to_metric_families

found = {}
for family in text_string_to_metric_families(json.load(sys.stdin)["text"]):
    for sample in family.samples:
        found.setdefault(sample.name, {})[sample.labels.get("hop", "")] = sample.value
print(json.dumps(found))
