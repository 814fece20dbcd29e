import fc from "fast-check";
import { choose } from "#af/components/choose";
import type { Site } from "#af/stacks/site/schema";
import { changed, type Data } from "./manifests";

/** An object, and the carried rules that refuse it. */
export interface AdmissionCase {
  readonly title: string;
  readonly object: Data;
  readonly refused: readonly string[];
}

/** A folder from which images in the hub's namespace may come. */
const KNOWN = "quay.io/jupyterhub";
/** What the LimitRange of a namespace does not have to fill in, so that nothing but the policies refuses a pod. */
const CONTAINER: Data = { name: "main", image: `${KNOWN}/program:1.2.3` };

const SOURCES = "images-come-from-known-sources";
const CONTROL_PLANES = "pods-keep-off-control-planes";
/** Label of control-plane hosts. */
const LABEL = "node-role.kubernetes.io/control-plane";
const requiring = (asked: Data): Data => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: LABEL, ...asked }] }] },
  },
});

const pod = (namespace: string, spec: Data): Data => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "asked", namespace }, spec });

/** Pods in two forms that differ in one field: the first of all is privileged. */
export function podCases(namespace: string): readonly AdmissionCase[] {
  const container = (steps: readonly (string | number)[], value: unknown) =>
    pod(namespace, { containers: [changed(CONTAINER, steps, value)] });
  const one = (title: string, object: Data, ...refused: readonly string[]): AdmissionCase => ({ title, object, refused });
  const whole = (more: Data) => pod(namespace, { containers: [CONTAINER], ...more });
  return [
    one("privileged", container(["securityContext", "privileged"], true), "no-privileged-containers"),
    one("not privileged", container(["securityContext", "privileged"], false)),
    one(
      "a privileged container that starts first",
      whole({ initContainers: [{ ...CONTAINER, name: "first", securityContext: { privileged: true } }] }),
      "no-privileged-containers",
    ),
    ...["hostNetwork", "hostPID", "hostIPC"].flatMap((field) => [
      one(field, whole({ [field]: true }), "no-host-namespaces"),
      one(`no ${field}`, whole({ [field]: false })),
    ]),
    one("a folder of the host", whole({ volumes: [{ name: "host", hostPath: { path: "/etc" } }] }), "no-host-paths"),
    one("no folder of the host", whole({ volumes: [{ name: "host", emptyDir: {} }] })),
    one("a capability", container(["securityContext", "capabilities"], { add: ["NET_ADMIN"] }), "no-added-capabilities"),
    one("CAP_CHOWN", container(["securityContext", "capabilities"], { add: ["CAP_CHOWN"] }), "no-added-capabilities"),
    one("CHOWN", container(["securityContext", "capabilities"], { add: ["CHOWN"] })),
    ...["program", "program:latest", "program:1.0-Latest", "program:stable"].map((image) =>
      one(image, container(["image"], `${KNOWN}/${image}`), "images-are-exact"),
    ),
    ...["program:1", `program@sha256:${"0a".repeat(32)}`, `program:latest@sha256:${"0a".repeat(32)}`].map((image) =>
      one(image, container(["image"], `${KNOWN}/${image}`)),
    ),
    one("a registry with a port", container(["image"], "registry:5000/program:1.2"), SOURCES),
    one("a registry with a port and no tag", container(["image"], "registry:5000/program"), "images-are-exact", SOURCES),
    ...["program:1", "quay.io/jupyterhub-other/program:1", "docker.io/quay.io/jupyterhub/program:1", "quay.io/jupyterhub:1"].map((image) =>
      one(image, container(["image"], image), SOURCES),
    ),
    // A runtime fills in Docker's registry, and its folder `library`.
    ...["traefik:v3", "library/traefik:v3", "docker.io/traefik:v3", "index.docker.io/traefik:v3", "index.docker.io/library/traefik:v3"].map(
      (image) => one(image, container(["image"], image)),
    ),
    ...["traefik/x:v3", "library/traefik/x:v3", "localhost/traefik:v3", "quay.io/traefik:v3"].map((image) =>
      one(image, container(["image"], image), SOURCES),
    ),
    one("a volume of an image", whole({ volumes: [{ name: "files", image: { reference: `${KNOWN}/files:latest` } }] }), "images-are-exact"),
    one("a volume of an exact image", whole({ volumes: [{ name: "files", image: { reference: `${KNOWN}/files:1` } }] })),
    one("a volume of an unknown image", whole({ volumes: [{ name: "files", image: { reference: "files:1" } }] }), SOURCES),
    ...[{ operator: "Exists" }, { key: LABEL, operator: "Exists", effect: "NoSchedule" }, { key: LABEL, operator: "Equal", value: "" }].map(
      (toleration) => one(JSON.stringify(toleration), whole({ tolerations: [toleration] }), CONTROL_PLANES),
    ),
    ...[
      { key: "analysis-facility/users", operator: "Exists" },
      { key: LABEL, operator: "Exists", effect: "PreferNoSchedule" },
      { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 },
    ].map((toleration) => one(JSON.stringify(toleration), whole({ tolerations: [toleration] }))),
    one("a selector of the control plane", whole({ nodeSelector: { [LABEL]: "" } }), CONTROL_PLANES),
    one("a selector of a pool", whole({ nodeSelector: { "analysis-facility/users": "true" } })),
    ...[{ operator: "Exists" }, { operator: "In", values: [""] }].map((asked) =>
      one(JSON.stringify(asked), whole({ affinity: requiring(asked) }), CONTROL_PLANES),
    ),
    one("an affinity that keeps off", whole({ affinity: requiring({ operator: "DoesNotExist" }) })),
    one("the name of a host", whole({ nodeName: "host" }), CONTROL_PLANES),
  ];
}

/** A pod of Windows whose containers are processes of their host; the API server asks for the host's network with it. */
export function hostProcessPod(namespace: string): Data {
  const windows = { hostNetwork: true, securityContext: { windowsOptions: { hostProcess: true } } };
  return pod(namespace, { ...windows, containers: [CONTAINER] });
}

/** Pods that break any of the rules about pods, or none, in any list of containers. */
export function randomPods(namespace: string): readonly Data[] {
  const rarely = <T>(value: fc.Arbitrary<T>) => fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
  const container = (name: string) =>
    fc.record({
      name: fc.constant(name),
      image: fc.constantFrom(
        ...["a:1", "b/a:1", "a:1", "b:v2", "a:1", "a:latest", "a", "a:1-dev"].map((each) => `${KNOWN}/${each}`),
        ...["h:5000/a:v2", "docker.io/a:1"],
      ),
      securityContext: rarely(
        fc.record({
          privileged: rarely(fc.boolean()),
          capabilities: rarely(fc.record({ add: fc.subarray(["CHOWN", "NET_RAW", "SYS_ADMIN", "KILL", "ALL"]) })),
        }),
      ),
    });
  const spec = fc.record({
    containers: fc.tuple(container("a"), container("b")),
    initContainers: rarely(fc.tuple(container("i"))),
    hostPID: rarely(fc.boolean()),
    hostIPC: rarely(fc.boolean()),
    hostNetwork: rarely(fc.boolean()),
    nodeName: rarely(fc.constantFrom("", "host")),
    tolerations: rarely(
      fc.subarray<Data>([{ operator: "Exists" }, { key: LABEL, operator: "Exists" }, { key: "users", operator: "Exists" }]),
    ),
    volumes: rarely(
      fc.constantFrom<Data[]>(
        [{ name: "v", hostPath: { path: "/" } }],
        [{ name: "v", emptyDir: {} }],
        [
          { name: "v", secret: { secretName: "s" } },
          { name: "w", hostPath: { path: "/x" } },
        ],
      ),
    ),
  });
  // A field that is undefined is left out, as in what is sent.
  return fc.sample(spec, 80).map((each) => pod(namespace, JSON.parse(JSON.stringify(each)) as Data));
}

/** Services inside the cluster, and such that open more. */
export function serviceCases(namespace: string): readonly AdmissionCase[] {
  const service = (more: Data): Data => ({
    ...{ apiVersion: "v1", kind: "Service", metadata: { name: "asked", namespace } },
    spec: { selector: { app: "program" }, ports: [{ port: 80 }], ...more },
  });
  const refused = ["services-open-no-host-ports"];
  return [
    { title: "a Service", object: service({}), refused: [] },
    { title: "ClusterIP", object: service({ type: "ClusterIP", externalIPs: [] }), refused: [] },
    { title: "NodePort", object: service({ type: "NodePort" }), refused },
    { title: "an address of its own choice", object: service({ externalIPs: ["192.0.2.1"] }), refused },
  ];
}

/** Routes for hosts of a namespace, and for others, of every kind. */
export function routeCases(site: Site, namespaceOf: (role: "hub") => string): readonly AdmissionCase[] {
  const namespace = namespaceOf("hub");
  const rule = "routes-name-their-own-hosts";
  const traefik = (kind: string, match: string): Data => ({
    ...{ apiVersion: "traefik.io/v1alpha1", kind, metadata: { name: "asked", namespace } },
    spec: {
      entryPoints: ["websecure"],
      routes: [{ match, ...(kind === "IngressRoute" && { kind: "Rule" }), services: [{ name: "s", port: 80 }] }],
    },
  });
  const backend = { service: { name: "program", port: { number: 80 } } };
  const ingress = (spec: Data): Data => ({
    ...{ apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "asked", namespace } },
    spec,
  });
  const rules = (host?: string) => ({
    rules: [{ ...(host !== undefined && { host }), http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
  });
  const openshift = (spec: Data): Data => ({
    ...{ apiVersion: "route.openshift.io/v1", kind: "Route", metadata: { name: "asked", namespace } },
    spec: { to: { kind: "Service", name: "program" }, ...spec },
  });
  const { host } = site.hub;
  const yes = (object: Data): AdmissionCase => ({ title: JSON.stringify(object), object, refused: [] });
  const no = (object: Data): AdmissionCase => ({ title: JSON.stringify(object), object, refused: [rule] });
  return [
    yes(ingress(rules(host))),
    ...[ingress(rules("other.example.org")), ingress(rules()), ingress({ ...rules(host), defaultBackend: backend })].map(no),
    ...["Host(`other.example.org`)", "HostRegexp(`.+`)", `Host(\`${host}\`) || Host(\`other.example.org\`)`].map((match) =>
      no(traefik("IngressRoute", match)),
    ),
    ...["HostSNI(`*`)", "HostSNI(`jane.dask.example.org`)"].map((match) => no(traefik("IngressRouteTCP", match))),
    yes(traefik("IngressRoute", `Host(\`${host}\`) && PathPrefix(\`/hub\`)`)),
    ...choose(site.hub.dask, {
      sni: ({ domain, workerDomain }) => [
        ...[domain, workerDomain].map((below) => yes(traefik("IngressRouteTCP", `HostSNI(\`jane--2.${below}\`)`))),
        ...[domain, `a.b.${domain}`, `-.${domain}`].map((other) => no(traefik("IngressRouteTCP", `HostSNI(\`${other}\`)`))),
      ],
      gateway: () => [
        yes(traefik("IngressRoute", `PathPrefix(\`/services/dask-gateway/clusters/${namespace}.0f0f/\`)`)),
        yes(traefik("IngressRouteTCP", `HostSNI(\`daskgateway-${namespace}.0f0f\`)`)),
        no(traefik("IngressRouteTCP", "HostSNI(`daskgateway-other.0f0f`)")),
      ],
      none: () => [],
    }),
    ...(site.site.kubernetes.kind === "okd"
      ? [
          yes(openshift({ host })),
          ...[openshift({}), openshift({ host: "other.example.org" }), openshift({ host, wildcardPolicy: "Subdomain" })].map(no),
        ]
      : []),
  ];
}
