import { createRequire } from "node:module";
import { nameOf } from "#af/components/tenancy/settings";
import { UNKNOWN } from "#af/policies/model/field";
import { quotas } from "#af/policies/quotas/rules";
import { security } from "#af/policies/security/rules";
import type { Rule } from "#af/policies/model/rules";
import type { Site } from "#af/stacks/site/schema";
import { SITE } from "./expect";
import { dayFromNow, waiverOf } from "./waiver";
import { changed, DEFAULT_DENY, NAMESPACE, POD_SPEC, workload, type Data } from "./manifests";
import { CASES } from "./quotas/cases";
import { RIGHTS_REFUSED } from "./rights";
import { SECURITY_EXAMPLES } from "./security/examples";

/** Objects about which a rule says something. */
export interface Judged {
  readonly rule: Rule;
  readonly title: string;
  readonly site: Site;
  readonly objects: readonly Data[];
}

const container = (at: readonly (string | number)[], value: unknown) =>
  workload("Deployment", changed(POD_SPEC, ["containers", 0, ...at], value));
/** Objects that each rule of the security pack refuses. */
const REFUSED: Readonly<Record<string, readonly Data[]>> = {
  "no-privileged-containers": [container(["securityContext", "privileged"], true)],
  "no-host-namespaces": [workload("DaemonSet", { ...POD_SPEC, hostNetwork: true, hostPID: true, hostIPC: true })],
  "no-host-paths": [
    workload("CronJob", { ...POD_SPEC, volumes: [{ name: "host", hostPath: { path: "/" } }] }),
    {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: "disk" },
      spec: { capacity: { storage: "1024Mi" }, hostPath: { path: "/" } },
    },
  ],
  "ceph-disks-are-named": [
    {
      apiVersion: "ceph.rook.io/v1",
      kind: "CephCluster",
      metadata: { name: "rook-ceph", namespace: "rook-ceph" },
      spec: { storage: { useAllNodes: true, useAllDevices: true } },
    },
  ],
  // Options of its resource decide; the provider is asked about the object alone.
  "irreplaceable-things-are-protected": [
    { apiVersion: "ceph.rook.io/v1", kind: "CephBlockPool", metadata: { name: "block", namespace: "rook-ceph" }, spec: {} },
  ],
  "no-added-capabilities": [container(["securityContext", "capabilities", "add"], ["NET_ADMIN", "CAP_SYS_ADMIN"])],
  "images-are-exact": [container(["image"], "registry.example.org/group/program"), container(["image"], "")],
  "no-secret-literals": [
    container(
      ["env"],
      [
        { name: "PASSWORD", value: "hunter2" },
        { name: "TOKEN", value: "" },
      ],
    ),
  ],
  "namespaces-set-pod-security": [changed(NAMESPACE, ["metadata", "labels"], {}), changed(NAMESPACE, ["metadata", "labels"], undefined)],
  "pods-keep-their-namespaces-level": [NAMESPACE, container(["securityContext", "allowPrivilegeEscalation"], true)],
  "namespaces-deny-by-default": [
    NAMESPACE,
    changed(DEFAULT_DENY, ["spec", "ingress"], [{}]),
    changed(DEFAULT_DENY, ["spec", "policyTypes"], []),
  ],
  "connections-are-listed": [
    changed(NAMESPACE, ["metadata", "labels", "analysis-facility/role"], "hub"),
    changed(DEFAULT_DENY, ["spec"], { podSelector: {}, policyTypes: ["Egress"], ingress: [{ from: [{ podSelector: {} }] }], egress: [{}] }),
  ],
  "routes-name-their-own-hosts": [
    {
      apiVersion: "traefik.io/v1alpha1",
      kind: "IngressRoute",
      metadata: { name: "route", namespace: nameOf(SITE.tenancy, "hub") },
      spec: { entryPoints: ["websecure"], routes: [{ kind: "Rule", match: "HostRegexp(`.+`)" }] },
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "route", namespace: nameOf(SITE.tenancy, "hub") },
      spec: { rules: [{ host: "" }, { host: "other.example.org" }] },
    },
  ],
  "services-open-no-host-ports": [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "program", namespace: "work" },
      spec: { type: "NodePort", externalIPs: ["192.0.2.1", ""], ports: [{ port: 80 }] },
    },
  ],
  ...RIGHTS_REFUSED,
  "routes-use-tls": [
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "route", namespace: "work" },
      spec: { rules: [{ host: "www.example.org" }], defaultBackend: { service: { name: "program", port: { number: 80 } } } },
    },
    { apiVersion: "traefik.io/v1alpha1", kind: "IngressRoute", metadata: { name: "route", namespace: "work" }, spec: { routes: [] } },
  ],
  "pods-keep-their-isolation": [container(["securityContext"], { seccompProfile: { type: "Unconfined" }, procMount: "Unmasked" })],
  "pods-keep-off-control-planes": [
    workload("DaemonSet", { ...POD_SPEC, tolerations: [{ operator: "Exists" }], nodeName: "" }),
    workload("Deployment", { ...POD_SPEC, nodeName: "host", nodeSelector: { "node-role.kubernetes.io/master": "" } }),
  ],
  "images-come-from-known-sources": [
    changed(workload("Deployment"), ["metadata", "namespace"], nameOf(SITE.tenancy, "hub")),
    changed(
      workload("CronJob", { ...POD_SPEC, volumes: [{ name: "files", image: { reference: "registry.example.org/files:1.2" } }] }),
      ["metadata", "namespace"],
      nameOf(SITE.tenancy, "traefik"),
    ),
  ],
  "tokens-are-for-who-uses-them": [
    changed(
      workload("Deployment", { ...POD_SPEC, serviceAccountName: "program" }),
      ["metadata", "namespace"],
      nameOf(SITE.tenancy, "traefik"),
    ),
    changed(workload("Pod", { ...POD_SPEC, serviceAccount: "" }), ["metadata", "namespace"], nameOf(SITE.tenancy, "traefik")),
  ],
  "root-is-for-known-programs": [
    changed(container(["securityContext"], { runAsUser: 0 }), ["metadata", "namespace"], nameOf(SITE.tenancy, "metallb")),
  ],
  "ingresses-carry-no-code": [
    { apiVersion: "networking.k8s.io/v1", kind: "IngressClass", metadata: { name: "nginx" }, spec: { controller: "k8s.io/ingress-nginx" } },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "route", namespace: "work", annotations: { "nginx.ingress.kubernetes.io/server-snippet": "return 200;" } },
      spec: { rules: [{ host: "www.example.org" }] },
    },
  ],
  "selectors-match-their-pods": [
    changed(workload("Deployment"), ["spec", "selector"], { matchLabels: { app: "program" } }),
    changed(workload("StatefulSet"), ["spec", "selector"], { matchExpressions: [{ key: "app", operator: "Exists", values: [] }] }),
  ],
  "nothing-is-fetched-at-start": [
    container(["command"], ["sh", "-c", "pip install --upgrade program && exec program"]),
    container(["lifecycle"], { postStart: { exec: { command: ["git", "clone", "https://git.example.org/program"] } } }),
  ],
  "chart-sources-are-known": [
    {
      apiVersion: "source.toolkit.fluxcd.io/v1",
      kind: "HelmRepository",
      metadata: { name: "charts", namespace: "work" },
      spec: { url: "http://charts.example.org", insecure: true, interval: "1h" },
    },
  ],
  "charts-come-from-their-source": [
    {
      apiVersion: "helm.sh/v3",
      kind: "Release",
      metadata: { name: "traefik", namespace: "work" },
      spec: { chart: "traefik", version: "41.3.0", repositoryOpts: { repo: "https://charts.example.org" } },
    },
  ],
  "kinds-are-known": [{ apiVersion: "example.org/v1", kind: "Thing", metadata: { name: "thing", namespace: "work" } }],
  "releases-are-described": [
    {
      apiVersion: "helm.sh/v3",
      kind: "Release",
      metadata: { name: "other", namespace: "work" },
      spec: { chart: "nobody-knows", version: "1.2.3", compat: "true", values: { empty: [], nothing: null, list: [null, [], {}] } },
    },
  ],
  ...Object.fromEntries(
    [
      ...["secret-values-are-credentials", "hub-files-are-known", "admin-surfaces-stay-inside", "certificates-keep-to-their-service"],
      ...["exposed-pods-cannot-take-the-cluster", "traefik-watches-listed-namespaces"],
      ...["signing-keys-have-one-reader", "hub-login-is-the-sites"],
    ].map((rule) => {
      const { accepted = [], of = 0, at = [], value } = SECURITY_EXAMPLES[rule] ?? {};
      return [rule, accepted.map((object, index) => (index === of ? changed(object, at, value) : object))];
    }),
  ),
};

/** Sites that rules about the site file itself refuse, whatever their objects. */
const REFUSED_SITES: Readonly<Record<string, Partial<Site>>> = {
  "waivers-are-exact": { waivers: [waiverOf({ rule: "no-secret-literals" })] },
  "network-policies-are-enforced": { site: { ...SITE.site, kubernetes: { ...SITE.site.kubernetes, networkPlugin: "flannel" } } },
  "cluster-is-hardened": { site: { ...SITE.site, kubernetes: { ...SITE.site.kubernetes, hardening: {} } } },
  "nothing-has-ended": { waivers: [waiverOf({ until: dayFromNow(-1) })] },
  "nothing-ends-soon": { waivers: [waiverOf({ until: dayFromNow(1) })] },
};

/** What the rules of both packs judge in their tests: what passes, what they refuse, what is not known, and what lies on both sides of boundaries. */
export function everyCase(): readonly Judged[] {
  const load = createRequire(__filename);
  for (const rule of quotas) load(`./quotas/${rule.name}.test.ts`);
  const ofQuotas = CASES.flatMap(({ rule, site = SITE, passes, refused, boundary, unknown }): readonly Judged[] => {
    const at = (steps: readonly (string | number)[], of: number | "site", value: unknown): Omit<Judged, "title"> =>
      of === "site"
        ? { rule, site: changed(site, steps, value) as unknown as Site, objects: passes }
        : { rule, site, objects: passes.map((object, index) => (index === of ? changed(object, steps, value) : object)) };
    return [
      { rule, title: "what passes", site, objects: passes },
      ...refused.map(({ of, at: steps, value }) => ({ ...at(steps, of, value), title: `${steps.join(".")}: ${JSON.stringify(value)}` })),
      ...unknown.map(({ of, at: steps }) => ({ ...at(steps, of, UNKNOWN), title: `${steps.join(".")} is not known` })),
      ...(boundary === undefined
        ? []
        : [0n, 1n, 1000n, 1n << 10n].map((amount) => ({
            ...at(boundary.at, boundary.of, (boundary.write ?? String)(amount)),
            title: `${boundary.at.join(".")} of ${amount}`,
          }))),
    ];
  });
  const ofSecurity = security.map((rule) => ({
    rule,
    title: "what it refuses",
    site: { ...SITE, ...REFUSED_SITES[rule.name] },
    objects: REFUSED[rule.name] ?? [],
  }));
  return [...ofQuotas, ...ofSecurity];
}
