import { LIMIT_RANGE, NAMESPACE, QUOTA, changed, type Data } from "./manifests";

/** The objects below make up a small facility. Their hosts and disks are those of the site by which the tests judge. */

const asked = { requests: { cpu: "100m", memory: "64Mi" }, limits: { memory: "64Mi" } };

/** A release of the hub in the namespace `work`, with all values that decide about pods. */
export const HUB: Data = {
  apiVersion: "helm.toolkit.fluxcd.io/v2",
  kind: "HelmRelease",
  metadata: { name: "jupyterhub", namespace: "work" },
  spec: {
    chart: { spec: { chart: "jupyterhub", version: "4.4.0" } },
    values: {
      hub: {
        config: { KubeSpawner: { slug_scheme: "safe" } },
        db: { type: "sqlite-pvc", pvc: { storage: "1Gi", storageClassName: "block" } },
        resources: asked,
      },
      proxy: { service: { type: "ClusterIP" }, chp: { resources: asked } },
      singleuser: {
        image: { name: "registry.example.org/group/notebook", tag: "1.2.3" },
        cpu: { guarantee: 1, limit: 2 },
        memory: { guarantee: "1G", limit: "1G" },
        storage: { capacity: "1Gi", dynamic: { storageClass: "block", storageAccessModes: ["ReadWriteOnce"] } },
        profileList: [
          { display_name: "small", kubespawner_override: { cpu_guarantee: 1, mem_guarantee: "1G", mem_limit: "1G" } },
          { display_name: "large", kubespawner_override: { cpu_guarantee: 4, mem_guarantee: "4G", mem_limit: "4G" } },
        ],
        extraPodConfig: {},
      },
      scheduling: {
        userScheduler: { enabled: false },
        userPlaceholder: { enabled: false },
        corePods: { nodeAffinity: { matchNodePurpose: "prefer" } },
        userPods: { nodeAffinity: { matchNodePurpose: "require" } },
      },
      prePuller: { resources: asked, hook: { enabled: false, resources: asked }, continuous: { enabled: false } },
    },
  },
};

export const USER_VALUES = ["spec", "values", "singleuser"] as const;

/** A quota that is large enough for everything that the tests put into the namespace. */
export const WIDE_QUOTA: Data = changed(QUOTA, ["spec", "hard"], {
  "requests.cpu": "100",
  "requests.memory": "100Gi",
  "limits.memory": "200Gi",
  "requests.storage": "1Ti",
  pods: "150",
  persistentvolumeclaims: "400",
  "count/secrets": "800",
});

export const HUB_NAMESPACE: Data = changed(NAMESPACE, ["metadata", "labels", "analysis-facility/role"], "hub");
/** A namespace with a hub that fits it. */
export const HUB_STACK: readonly Data[] = [HUB_NAMESPACE, WIDE_QUOTA, LIMIT_RANGE, HUB];

const disks = ["/dev/disk/by-path/pci-0000:03:00.0-scsi-0:2:1:0", "/dev/disk/by-path/pci-0000:03:00.0-scsi-0:2:2:0"];

/** Two disks on each of four hosts. */
export const CEPH: Data = {
  apiVersion: "ceph.rook.io/v1",
  kind: "CephCluster",
  metadata: { name: "ceph", namespace: "work" },
  spec: {
    cephVersion: { image: "quay.io/ceph/ceph:v20.2.4" },
    dataDirHostPath: "/var/lib/rook",
    mon: { count: 3, allowMultiplePerNode: false },
    mgr: { count: 2, allowMultiplePerNode: false },
    placement: {
      all: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: "analysis-facility/ceph", operator: "In", values: ["true"] }] }],
          },
        },
      },
    },
    priorityClassNames: { mon: "system-node-critical", osd: "system-node-critical", mgr: "system-cluster-critical" },
    resources: Object.fromEntries(
      ["mon", "mgr", "osd", "crashcollector", "exporter", "logcollector", "mgr-sidecar"].map((daemon) => [daemon, asked]),
    ),
    storage: {
      nodes: ["red-kube-c0724", "red-kube-c0726", "red-kube-c0728", "red-kube-c0730"].map((name) => ({
        name,
        devices: disks.map((path) => ({ name: path, config: { deviceClass: "hdd" } })),
      })),
    },
  },
};

export const BLOCK_POOL: Data = {
  apiVersion: "ceph.rook.io/v1",
  kind: "CephBlockPool",
  metadata: { name: "blocks", namespace: "work" },
  spec: { failureDomain: "host", replicated: { size: 3 } },
};

export const FILESYSTEM: Data = {
  apiVersion: "ceph.rook.io/v1",
  kind: "CephFilesystem",
  metadata: { name: "files", namespace: "work" },
  spec: {
    metadataPool: { failureDomain: "host", replicated: { size: 3 } },
    dataPools: [{ name: "data0", failureDomain: "host", replicated: { size: 3 } }],
    metadataServer: { activeCount: 1, activeStandby: true },
  },
};

export const STORE_USER: Data = {
  apiVersion: "ceph.rook.io/v1",
  kind: "CephObjectStoreUser",
  metadata: { name: "program", namespace: "work" },
  spec: { store: "objects", clusterNamespace: "work", quotas: { maxSize: "1Ti" } },
};

export const STORAGE_CLASS: Data = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "block" },
  provisioner: "work.rbd.csi.ceph.com",
  reclaimPolicy: "Retain",
  allowVolumeExpansion: true,
  parameters: { clusterID: "work", pool: "blocks" },
};

export const CLAIM: Data = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "data", namespace: "work" },
  spec: { accessModes: ["ReadWriteOnce"], storageClassName: "block", resources: { requests: { storage: "1Gi" } } },
};

/** A Service that asks for an address by name. */
export function loadBalancer(address: string, name = "door"): Data {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "work", annotations: { "metallb.io/loadBalancerIPs": address } },
    spec: { type: "LoadBalancer", ports: [{ port: 443 }] },
  };
}

export function addressPool(name: string, ...addresses: readonly string[]): Data {
  return { apiVersion: "metallb.io/v1beta1", kind: "IPAddressPool", metadata: { name, namespace: "work" }, spec: { addresses } };
}
