import type { Workload } from "../workloads/workload";
import { job } from "../workloads/kit";
import { hostVolumes, logFolders, placed, tolerating } from "./ceph-pods";
import type { CephClusterSpec } from "./ceph-specs";

/** Image of Rook, whose program its jobs run; the version is that of the chart in components/charts/rook-ceph.ts. */
export const ROOK_IMAGE = "docker.io/rook/ceph:v1.20.6";

/**
 * Jobs that Rook runs whenever it looks after a CephCluster: one asks the image for its release, and one on each host with disks makes OSDs
 * of those that are none yet (https://github.com/rook/rook/blob/v1.20.6/pkg/operator/ceph/controller/version.go,
 * https://github.com/rook/rook/blob/v1.20.6/pkg/operator/ceph/cluster/osd/provision_spec.go). The jobs that clean disks run only after
 * somebody has confirmed that the cluster may be destroyed, and are not counted.
 */
export function clusterJobs(namespace: string, spec: CephClusterSpec): readonly Workload[] {
  const { image } = spec.cephVersion;
  const binaries = (key: "prepareosd" | "cmd-reporter", name: string) => ({ name, image: ROOK_IMAGE, resources: spec.resources[key] });
  return [
    job({
      name: "rook-ceph-detect-version",
      namespace,
      labels: { app: "rook-ceph-detect-version" },
      containers: [{ name: "cmd-reporter", image, resources: spec.resources["cmd-reporter"] }],
      pod: {
        initContainers: [binaries("cmd-reporter", "init-copy-binaries")],
        ...placed(spec.placement.all),
      },
    }),
    ...spec.storage.nodes.map(({ name: host }) =>
      job({
        name: `rook-ceph-osd-prepare-${host}`,
        namespace,
        labels: { app: "rook-ceph-osd-prepare" },
        containers: [
          { name: "provision", image, resources: spec.resources.prepareosd, securityContext: { privileged: true, runAsUser: 0 } },
        ],
        pod: {
          initContainers: [binaries("prepareosd", "copy-bins")],
          nodeSelector: { "kubernetes.io/hostname": host },
          priorityClassName: spec.priorityClassNames.osd,
          ...tolerating(spec.placement.all),
          volumes: hostVolumes([...logFolders(spec.dataDirHostPath, namespace), spec.dataDirHostPath, "/dev", "/run/udev", "/"]),
        },
      }),
    ),
  ];
}
