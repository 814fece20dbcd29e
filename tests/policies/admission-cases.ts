import fc from "fast-check";
import { choose } from "#af/components/choose";
import type { Site } from "#af/stacks/site/schema";
import { changed, type Data } from "./manifests";

/** An object, and the carried rule that refuses it; undefined if none does. */
export interface AdmissionCase {
  readonly title: string;
  readonly object: Data;
  readonly refused: string | undefined;
}

/** What the LimitRange of a namespace does not have to fill in, so that nothing but the policies refuses a pod. */
const CONTAINER: Data = { name: "main", image: "registry.example.org/group/program:1.2.3" };

const pod = (namespace: string, spec: Data): Data => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "asked", namespace }, spec });

/** Pods in two forms that differ in one field: the first of all is privileged. */
export function podCases(namespace: string): readonly AdmissionCase[] {
  const container = (steps: readonly (string | number)[], value: unknown) =>
    pod(namespace, { containers: [changed(CONTAINER, steps, value)] });
  const one = (title: string, object: Data, refused?: string): AdmissionCase => ({ title, object, refused });
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
    ...["program", "program:latest", "program:1.0-Latest", "program:stable", "registry:5000/program"].map((image) =>
      one(image, container(["image"], image), "images-are-exact"),
    ),
    ...["program:1", "registry:5000/program:1.2", `program@sha256:${"0a".repeat(32)}`, `program:latest@sha256:${"0a".repeat(32)}`].map(
      (image) => one(image, container(["image"], image)),
    ),
    one("a volume of an image", whole({ volumes: [{ name: "files", image: { reference: "files:latest" } }] }), "images-are-exact"),
    one("a volume of an exact image", whole({ volumes: [{ name: "files", image: { reference: "files:1" } }] })),
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
        ...["a:1", "a:1", "a:1", "a:1", "a:1", "h:5000/a:v2", "a:latest", "a", "A:1-dev"].map((each) => each.toLowerCase()),
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
  const refused = "services-open-no-host-ports";
  return [
    { title: "a Service", object: service({}), refused: undefined },
    { title: "ClusterIP", object: service({ type: "ClusterIP", externalIPs: [] }), refused: undefined },
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
  const yes = (object: Data): AdmissionCase => ({ title: JSON.stringify(object), object, refused: undefined });
  const no = (object: Data): AdmissionCase => ({ title: JSON.stringify(object), object, refused: rule });
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
