import { certManager } from "#af/components/charts/cert-manager";
import { jupyterhub } from "#af/components/charts/jupyterhub";
import { certManagerValues } from "#af/components/platform/values";
import { CEPH } from "../facility-objects";
import { changed, DEFAULT_DENY, NAMESPACE, POD_SPEC, workload, type Data } from "../manifests";
import type { ObjectExample } from "../pages/examples";
import { HUB_EXAMPLES } from "./hub-examples";
import { CLUSTER_BINDING, CLUSTER_ROLE, RIGHTS_EXAMPLES } from "../rights";

const POD = ["spec", "template", "spec"] as const;
const CONTAINER = [...POD, "containers", 0] as const;
const deployment = workload("Deployment");
const watching = changed(deployment, [...CONTAINER, "args"], ["--providers.kubernetescrd.namespaces=hub"]);
const withEnvironment = workload(
  "Deployment",
  changed(POD_SPEC, ["containers", 0, "env"], [{ name: "PASSWORD", valueFrom: { secretKeyRef: { name: "program", key: "password" } } }]),
);
const release: Data = {
  apiVersion: "helm.sh/v3",
  kind: "Release",
  metadata: { name: "cert-manager", namespace: "work" },
  spec: {
    chart: "cert-manager",
    version: certManager.version,
    repositoryOpts: { repo: certManager.repository },
    values: certManagerValues({ kind: "internal" }),
  },
};
const service: Data = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "program", namespace: "work" },
  spec: { type: "ClusterIP", selector: { app: "program" }, ports: [{ port: 80 }] },
};
/** A route of the example site's object store. */
const route: Data = {
  apiVersion: "traefik.io/v1alpha1",
  kind: "IngressRoute",
  metadata: { name: "store", namespace: "rook-ceph" },
  spec: { entryPoints: ["websecure"], routes: [{ match: "Host(`s3.coffea.casa`)" }], tls: { secretName: "s3-tls" } },
};
/** A program with a page by which it is administered, behind a load balancer. */
const broker: readonly Data[] = [
  changed(
    changed(deployment, ["spec", "template", "metadata", "labels", "app"], "broker"),
    [...CONTAINER, "image"],
    "docker.io/library/rabbitmq:4.1.3",
  ),
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "broker", namespace: "work" },
    spec: { type: "LoadBalancer", selector: { app: "broker" }, ports: [{ port: 5671, targetPort: 5671 }] },
  },
];
/** A program behind a load balancer whose account reads the Secrets of every namespace, without a token of it. */
const exposed: readonly Data[] = [
  changed(
    workload("Deployment", { ...POD_SPEC, serviceAccountName: "program", automountServiceAccountToken: false }),
    ["spec", "template", "metadata", "labels", "app"],
    "program",
  ),
  changed(service, ["spec", "type"], "LoadBalancer"),
  changed(CLUSTER_ROLE, ["rules", 0, "resources", 0], "secrets"),
  CLUSTER_BINDING,
];
/** The certificate of the example site's object store. */
const certificate: Data = {
  apiVersion: "cert-manager.io/v1",
  kind: "Certificate",
  metadata: { name: "store", namespace: "rook-ceph" },
  spec: { secretName: "s3-tls", dnsNames: ["s3.coffea.casa"], issuerRef: { kind: "ClusterIssuer", name: "public" } },
};
/** The hosts of the example site. */
const HOSTS = [{ ipBlock: { cidr: "172.16.0.0/16" } }];
const policy = (name: string, spec: Data): Data => changed({ ...DEFAULT_DENY, spec }, ["metadata", "name"], name);

/** What the rules of the security pack accept, and the one field with which they refuse it. Rules that the site file decides are elsewhere. */
export const SECURITY_EXAMPLES: Readonly<Record<string, ObjectExample>> = {
  "no-privileged-containers": { accepted: [deployment], of: 0, at: [...CONTAINER, "securityContext", "privileged"], value: true },
  "no-host-namespaces": { accepted: [deployment], of: 0, at: [...POD, "hostPID"], value: true },
  "no-host-paths": {
    accepted: [workload("Deployment", { ...POD_SPEC, volumes: [{ name: "scratch", emptyDir: {} }] })],
    of: 0,
    at: [...POD, "volumes", 0],
    value: { name: "scratch", hostPath: { path: "/scratch" } },
  },
  "no-added-capabilities": {
    accepted: [deployment],
    of: 0,
    at: [...CONTAINER, "securityContext", "capabilities", "add"],
    value: ["NET_ADMIN"],
  },
  "images-are-exact": { accepted: [deployment], of: 0, at: [...CONTAINER, "image"], value: "registry.example.org/group/program:latest" },
  "no-secret-literals": { accepted: [withEnvironment], of: 0, at: [...CONTAINER, "env", 0], value: { name: "PASSWORD", value: "hunter2" } },
  "namespaces-set-pod-security": {
    accepted: [NAMESPACE],
    of: 0,
    at: ["metadata", "labels", "pod-security.kubernetes.io/enforce"],
    value: "privileged",
  },
  "pods-keep-their-namespaces-level": {
    accepted: [NAMESPACE, deployment],
    of: 1,
    at: [...CONTAINER, "securityContext", "allowPrivilegeEscalation"],
    value: true,
  },
  "namespaces-deny-by-default": { accepted: [NAMESPACE, DEFAULT_DENY], of: 1, at: ["spec", "policyTypes"], value: ["Ingress"] },
  "connections-are-listed": {
    accepted: [
      changed(NAMESPACE, ["metadata", "labels"], {
        "analysis-facility/role": "metallb",
        "pod-security.kubernetes.io/enforce": "privileged",
      }),
      DEFAULT_DENY,
      policy("allow-flows", {
        podSelector: {},
        policyTypes: ["Egress"],
        egress: [{ to: HOSTS, ports: [{ port: 6443, protocol: "TCP" }] }],
      }),
      policy("allow-dns", {
        podSelector: {},
        policyTypes: ["Egress"],
        egress: [
          {
            to: [
              { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } },
              { ipBlock: { cidr: "169.254.20.10/32" } },
            ],
            ports: ["UDP", "TCP"].map((protocol) => ({ port: 53, protocol })),
          },
        ],
      }),
      policy("allow-flows-controller", {
        podSelector: { matchLabels: { "app.kubernetes.io/name": "metallb", "app.kubernetes.io/component": "controller" } },
        policyTypes: ["Ingress"],
        ingress: [{ from: HOSTS, ports: [{ port: 9443, protocol: "TCP" }] }],
      }),
    ],
    of: 2,
    at: ["spec", "egress", 0, "ports", 1],
    value: { port: 22, protocol: "TCP" },
  },
  "kinds-are-known": { accepted: [deployment], of: 0, at: ["apiVersion"], value: "v1" },
  "releases-are-described": { accepted: [release], of: 0, at: ["spec", "version"], value: "v1.0.0" },
  "secret-values-are-credentials": {
    accepted: [
      {
        apiVersion: "helm.toolkit.fluxcd.io/v2",
        kind: "HelmRelease",
        metadata: { name: "hub", namespace: "work" },
        spec: {
          chart: { spec: { chart: "jupyterhub", version: jupyterhub.version, sourceRef: { kind: "HelmRepository", name: "hub" } } },
          valuesFrom: [{ kind: "Secret", name: "hub-values" }],
        },
      },
      {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "hub-values", namespace: "work" },
        stringData: { "values.yaml": '{ "hub": { "config": { "JupyterHub": { "cookie_secret": "0123456789abcdef" } } } }' },
      },
    ],
    of: 1,
    at: ["stringData", "values.yaml"],
    value: '{ "hub": { "containerSecurityContext": { "privileged": true } } }',
  },
  ...HUB_EXAMPLES,
  "irreplaceable-things-are-protected": {
    accepted: [
      {
        type: "kubernetes:ceph.rook.io/v1:CephBlockPool",
        properties: { metadata: { name: "block", namespace: "rook-ceph" }, spec: { failureDomain: "host", replicated: { size: 3 } } },
        options: { protect: true },
      },
    ],
    of: 0,
    at: ["options", "protect"],
    value: false,
  },
  "charts-come-from-their-source": {
    accepted: [release],
    of: 0,
    at: ["spec", "repositoryOpts", "repo"],
    value: "https://charts.example.org",
  },
  "routes-name-their-own-hosts": { accepted: [route], of: 0, at: ["spec", "routes", 0, "match"], value: "Host(`www.example.org`)" },
  "services-open-no-host-ports": { accepted: [service], of: 0, at: ["spec", "type"], value: "NodePort" },
  ...RIGHTS_EXAMPLES,
  "exposed-pods-cannot-take-the-cluster": {
    accepted: exposed,
    of: 0,
    at: [...POD, "automountServiceAccountToken"],
    value: true,
  },
  "admin-surfaces-stay-inside": { accepted: broker, of: 1, at: ["spec", "ports", 0, "targetPort"], value: 15672 },
  "certificates-keep-to-their-service": { accepted: [certificate], of: 0, at: ["spec", "dnsNames", 0], value: "*.coffea.casa" },
  "signing-keys-have-one-reader": {
    accepted: [
      changed(
        changed(deployment, ["metadata", "namespace"], "htcondor"),
        [...POD, "volumes"],
        [{ name: "tokens", secret: { secretName: "schedd-tokens" } }],
      ),
    ],
    of: 0,
    at: [...POD, "volumes", 0, "secret", "secretName"],
    value: "schedd-keys",
  },
  "routes-use-tls": { accepted: [route], of: 0, at: ["spec", "tls"], value: null },
  "pods-keep-their-isolation": {
    accepted: [deployment],
    of: 0,
    at: [...CONTAINER, "securityContext", "seccompProfile", "type"],
    value: "Unconfined",
  },
  "pods-keep-off-control-planes": {
    accepted: [changed(deployment, [...POD, "tolerations"], [{ key: "analysis-facility/cache", operator: "Exists" }])],
    of: 0,
    at: [...POD, "tolerations", 0, "key"],
    value: "node-role.kubernetes.io/control-plane",
  },
  "images-come-from-known-sources": {
    accepted: [changed(changed(deployment, ["metadata", "namespace"], "traefik"), [...CONTAINER, "image"], "docker.io/traefik:v3.7.11")],
    of: 0,
    at: [...CONTAINER, "image"],
    value: "docker.io/traefik-labs/traefik:v3.7.11",
  },
  "tokens-are-for-who-uses-them": {
    accepted: [changed(changed(deployment, ["metadata", "namespace"], "traefik"), [...POD, "automountServiceAccountToken"], false)],
    of: 0,
    at: [...POD, "automountServiceAccountToken"],
    value: true,
  },
  "root-is-for-known-programs": {
    accepted: [changed(deployment, ["metadata", "namespace"], "metallb-system")],
    of: 0,
    at: [...CONTAINER, "securityContext", "runAsNonRoot"],
    value: false,
  },
  "ingresses-carry-no-code": {
    accepted: [
      {
        apiVersion: "networking.k8s.io/v1",
        kind: "IngressClass",
        metadata: { name: "traefik" },
        spec: { controller: "traefik.io/ingress-controller" },
      },
    ],
    of: 0,
    at: ["spec", "controller"],
    value: "k8s.io/ingress-nginx",
  },
  "selectors-match-their-pods": {
    accepted: [
      changed(
        changed(deployment, ["spec", "selector"], { matchLabels: { app: "program" } }),
        ["spec", "template", "metadata", "labels", "app"],
        "program",
      ),
    ],
    of: 0,
    at: ["spec", "selector", "matchLabels", "app"],
    value: "another",
  },
  "nothing-is-fetched-at-start": {
    accepted: [changed(deployment, [...CONTAINER, "args"], ["sh", "-c", "exec program"])],
    of: 0,
    at: [...CONTAINER, "args", 2],
    value: "pip install program && exec program",
  },
  "chart-sources-are-known": {
    accepted: [
      {
        apiVersion: "source.toolkit.fluxcd.io/v1",
        kind: "HelmRepository",
        metadata: { name: "cert-manager", namespace: "work" },
        spec: { url: certManager.repository, interval: "1h" },
      },
    ],
    of: 0,
    at: ["spec", "url"],
    value: "https://charts.example.org",
  },
  "traefik-watches-listed-namespaces": { accepted: [watching], of: 0, at: [...CONTAINER, "args", 0], value: "--providers.kubernetescrd" },
  "ceph-disks-are-named": { accepted: [CEPH], of: 0, at: ["spec", "storage", "useAllDevices"], value: true },
};
