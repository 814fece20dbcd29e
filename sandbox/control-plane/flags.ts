import { type CellKind, advertiseAddress } from "../cell/cell";
import { type ClusterNetwork, nodeAddress } from "../cell/network";
import type { SiteFolder } from "../folders";
import type { Credentials } from "./credentials";

/** Ports of 127.0.0.1 on which the daemons listen. */
export interface Ports {
  readonly etcd: number;
  readonly etcdPeer: number;
  readonly apiServer: number;
  readonly controllerManager: number;
  readonly scheduler: number;
  readonly kwok: number;
  readonly charts: number;
}

/** Flags of etcd: https://etcd.io/docs/v3.6/op-guide/configuration/ */
export function etcdFlags(folder: SiteFolder, ports: Ports): readonly string[] {
  const [client, peer] = [`http://127.0.0.1:${ports.etcd}`, `http://127.0.0.1:${ports.etcdPeer}`];
  return [
    "--name=sandbox",
    `--data-dir=${folder.etcd}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=sandbox=${peer}`,
    // Much faster, and safe unless the whole machine goes down, which a throwaway cluster may not survive.
    "--unsafe-no-fsync=true",
    "--log-level=warn",
  ];
}

/** Flags of the API server: https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/ */
export function apiServerFlags(
  folder: SiteFolder,
  ports: Ports,
  keys: Credentials,
  cell: CellKind,
  network: ClusterNetwork,
  auditPolicyFile: string,
): readonly string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${ports.apiServer}`,
    `--advertise-address=${advertiseAddress(cell, network)}`,
    `--cert-dir=${folder.keys}`,
    `--service-cluster-ip-range=${network.services}`,
    "--authorization-mode=RBAC",
    `--token-auth-file=${keys.tokenFile}`,
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${keys.serviceAccountKey}`,
    `--service-account-signing-key-file=${keys.serviceAccountKey}`,
    // The policy packs judge privileged pods; this flag would refuse them before.
    "--allow-privileged=true",
    `--audit-policy-file=${auditPolicyFile}`,
    `--audit-log-path=${folder.auditLog}`,
    "--audit-log-maxsize=200",
    "--audit-log-maxbackup=2",
    "--profiling=false",
    "--v=1",
  ];
}

/** Flags of the controller manager: https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/ */
export function controllerManagerFlags(folder: SiteFolder, ports: Ports, keys: Credentials, kubeconfig: string): readonly string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${ports.controllerManager}`,
    `--cert-dir=${folder.file("keys/controller-manager")}`,
    "--leader-elect=false",
    // The user system:kube-controller-manager has few rights; each controller acts as its own service account.
    "--use-service-account-credentials=true",
    `--service-account-private-key-file=${keys.serviceAccountKey}`,
    `--root-ca-file=${folder.file("keys/apiserver.crt")}`,
    // Nodes need no pod ranges of their own, and nothing attaches volumes to nodes that no machine is behind.
    "--controllers=*,-node-ipam-controller,-persistentvolume-attach-detach-controller",
    "--kube-api-qps=200",
    "--kube-api-burst=400",
    "--profiling=false",
    "--v=1",
  ];
}

/** Flags of the scheduler: https://kubernetes.io/docs/reference/command-line-tools-reference/kube-scheduler/ */
export function schedulerFlags(folder: SiteFolder, ports: Ports, kubeconfig: string): readonly string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${ports.scheduler}`,
    `--cert-dir=${folder.file("keys/scheduler")}`,
    "--leader-elect=false",
    "--kube-api-qps=200",
    "--kube-api-burst=400",
    "--profiling=false",
    "--v=1",
  ];
}

/** Flags of KWOK's controller: https://kwok.sigs.k8s.io/docs/generated/kwok/ */
export function kwokFlags(ports: Ports, kubeconfig: string, stages: string, network: ClusterNetwork): readonly string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--config=${stages}`,
    "--manage-all-nodes=false",
    "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
    `--cidr=${network.pods}`,
    `--node-ip=${nodeAddress(network)}`,
    // Without leases the controller manager would call every node dead:
    // https://kubernetes.io/docs/concepts/architecture/nodes/#node-heartbeats
    "--node-lease-duration-seconds=40",
    `--server-address=127.0.0.1:${ports.kwok}`,
  ];
}
