import { CEPH } from "../model/ceph";
import type { Field } from "../model/field";
import { is } from "../model/objects";
import type { Judgement, ObjectRule } from "../model/rules";

/** Switches and filters of Rook's that take disks which are found on the hosts. */
const SWITCHES = ["useAllNodes", "useAllDevices"] as const;
const FILTERS = ["deviceFilter", "devicePathFilter"] as const;

export const cephDisksAreNamed: ObjectRule = {
  name: "ceph-disks-are-named",
  pack: "security",
  title: "Ceph gets the disks that are named for it, host by host, and never whatever is found there.",
  why: "Rook makes an OSD of every disk that it is given and that looks empty, and asks nobody: a disk that somebody puts into a host, or one with data behind a controller whose disks look empty, is Ceph's from then on.",
  sources: ["https://github.com/rook/rook/blob/v1.20.6/pkg/operator/ceph/cluster/osd/provision_spec.go"],
  severity: "high",
  enforcement: "mandatory",
  remedy:
    "Set useAllNodes and useAllDevices to false, remove the filters, and name each disk in spec.storage.nodes[].devices, best by /dev/disk/by-id or by-path.",
  frameworks: ["facility:F-34"],
  scope: "object",
  check: (object, judgement) => {
    if (!is(object, CEPH, "CephCluster")) return;
    const storage = object.root.at("spec", "storage");
    judgement.attempt(() => {
      checkSelection(storage, judgement);
      for (const node of storage.at("nodes").items()) judgement.attempt(() => checkSelection(node, judgement));
    });
  },
};

function checkSelection(selection: Field, judgement: Judgement): void {
  judgement.countChecked();
  for (const name of SWITCHES) {
    const field = selection.at(name);
    if (field.boolean() === true) judgement.violation(field, `${name} is true; allowed: false, and the disks by name`, "true");
  }
  for (const name of FILTERS) {
    const field = selection.at(name);
    const pattern = field.text() ?? "";
    if (pattern !== "") judgement.violation(field, `${name} is ${pattern}; allowed: none, and the disks by name`, pattern);
  }
}
