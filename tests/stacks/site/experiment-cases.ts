import type { Case } from "./check-cases";

/** An experiment on the hosts of a pool that keeps disks of the production cluster. */
const EXPERIMENT: Case["change"][number] = [
  ["skyhook"],
  {
    kind: "experimental",
    image: "r.example.edu/ceph:v20",
    cephMajor: 20,
    objectClass: "arrow",
    pool: "r710",
    devices: [{ path: "/dev/disk/by-path/a", class: "hdd", size: "1Ti" }],
  },
];

/** One case for each refusal of an experiment that the site cannot have. */
export const EXPERIMENT_CASES: readonly Case[] = [
  {
    what: "an experiment that nobody runs",
    change: [[["storage"], { kind: "existing", blockClass: "standard" }], [["servicex"], { kind: "none" }], EXPERIMENT],
    path: "af:skyhook.kind",
    message: /brings no Rook/,
  },
  {
    what: "an experiment on the disks of the production cluster",
    change: [EXPERIMENT],
    path: "af:skyhook.pool",
    message: /hosts of its own/,
  },
];
