import assert from "node:assert/strict";
import { Field, Malformed, Undetermined, UNKNOWN } from "#af/policies/model/field";
import { objectsOf } from "#af/policies/model/objects";
import { backendsOf, portIn } from "#af/policies/model/route-backends";
import type { Data } from "../manifests";
import { route, ROUTES } from "../routes";

/** Each Service to which a route leads, in one line: where it is named, its namespace, its name and its port. */
const led = (object: Data) =>
  objectsOf(object)
    .flatMap(backendsOf)
    .map(({ field, namespace, name, port }) => `${field.path}: ${namespace}/${name} ${typeof port} ${String(port)}`);

const INGRESS = "networking.k8s.io/v1";
const TRAEFIK = "traefik.io/v1alpha1";
const OPENSHIFT = "route.openshift.io/v1";
const GATEWAY = "gateway.networking.k8s.io/v1";
const service = (name: string, port: Data) => ({ service: { name, port } });
const path = (backend: Data) => ({ path: "/", pathType: "Prefix", backend });

/** Routes, and what each leads to. */
const CASES: readonly (readonly [apiVersion: string, kind: string, spec: Data, led: readonly string[]])[] = [
  [INGRESS, "Ingress", {}, []],
  [
    INGRESS,
    "Ingress",
    {
      defaultBackend: service("a", { number: 80 }),
      rules: [
        { http: { paths: [path(service("b", { name: "http" })), path({ resource: { kind: "Bucket", name: "x" } })] } },
        { host: "without.paths" },
        { http: { paths: [path(service("c", {})), path(service("d", { number: 1, name: "both" }))] } },
      ],
    },
    [
      "spec.defaultBackend.service: work/a number 80",
      "spec.rules[0].http.paths[0].backend.service: work/b string http",
      "spec.rules[2].http.paths[0].backend.service: work/c undefined undefined",
      "spec.rules[2].http.paths[1].backend.service: work/d number 1",
    ],
  ],
  ...["IngressRoute", "IngressRouteTCP", "IngressRouteUDP"].map(
    (kind) =>
      [
        TRAEFIK,
        kind,
        {
          routes: [
            {
              services: [
                { name: "a", port: 80 },
                { name: "b", port: "http", namespace: "other" },
              ],
            },
            {},
            { services: [{}] },
          ],
        },
        [
          "spec.routes[0].services[0]: work/a number 80",
          "spec.routes[0].services[1]: other/b string http",
          "spec.routes[2].services[0]: work/ undefined undefined",
        ],
      ] as const,
  ),
  [TRAEFIK, "TraefikService", {}, []],
  [
    TRAEFIK,
    "TraefikService",
    {
      weighted: { services: [{ name: "a", port: 80 }] },
      highestRandomWeight: { services: [{ name: "b", namespace: "other" }] },
      mirroring: { name: "c", port: "http", mirrors: [{ name: "d" }] },
      failover: { service: { name: "e" }, fallback: { name: "f" } },
    },
    [
      "spec.weighted.services[0]: work/a number 80",
      "spec.highestRandomWeight.services[0]: other/b undefined undefined",
      "spec.mirroring: work/c string http",
      "spec.mirroring.mirrors[0]: work/d undefined undefined",
      "spec.failover.service: work/e undefined undefined",
      "spec.failover.fallback: work/f undefined undefined",
    ],
  ],
  [TRAEFIK, "Middleware", { stripPrefix: {} }, []],
  [TRAEFIK, "Middleware", { errors: { service: { name: "a", port: 80 } } }, ["spec.errors.service: work/a number 80"]],
  [OPENSHIFT, "Route", {}, []],
  [OPENSHIFT, "Route", { to: { name: "a" } }, ["spec.to: work/a undefined undefined"]],
  [
    OPENSHIFT,
    "Route",
    { to: { name: "a" }, alternateBackends: [{ name: "b" }], port: { targetPort: "http" } },
    ["spec.to: work/a string http", "spec.alternateBackends[0]: work/b string http"],
  ],
  ...["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"].map(
    (kind) =>
      [
        GATEWAY,
        kind,
        { rules: [{ backendRefs: [{ name: "a", port: 80 }] }, {}, { backendRefs: [{ name: "b", namespace: "other" }] }] },
        ["spec.rules[0].backendRefs[0]: work/a number 80", "spec.rules[2].backendRefs[0]: other/b undefined undefined"],
      ] as const,
  ),
];

describe("backends of a route", () => {
  for (const [apiVersion, kind, spec, expected] of CASES)
    it(`are the Services that ${kind} ${expected.length === 0 ? "without any" : ""} names`.replace("  ", " "), () => {
      assert.deepEqual(led(route(apiVersion, kind, spec)), expected);
    });

  it("are named where the rules about routes look for them", () => {
    for (const [object, place] of ROUTES("web", 80))
      assert.deepEqual(led(object), [`${place.split(" ")[1] ?? ""}: work/web number 80`], place);
  });

  it("are none of an object that only looks like a route, or whose kind is of another group", () => {
    const everything = Object.assign({}, ...CASES.map(([, , spec]) => spec)) as Data;
    for (const [apiVersion, kind] of [
      ["v1", "ConfigMap"],
      [GATEWAY, "Gateway"],
      [TRAEFIK, "TLSOption"],
      ["example.org/v1", "TraefikService"],
      ["example.org/v1", "Middleware"],
      [OPENSHIFT, "Ingress"],
      ["extensions/v1beta1", "Ingress"],
      [INGRESS, "Route"],
      ["serving.knative.dev/v1", "Route"],
      ["networking.istio.io/v1", "HTTPRoute"],
      ["example.org/v1", "IngressRoute"],
    ] as const)
      assert.deepEqual(led(route(apiVersion, kind, everything)), [], `${apiVersion} ${kind}`);
  });

  it("are refused where they cannot be read", () => {
    for (const [spec, message] of [
      [{ routes: {} }, "spec.routes is an object; allowed: a list"],
      [{ routes: [{ services: "a" }] }, "spec.routes[0].services is text; allowed: a list"],
      [{ routes: [{ services: [{ name: 1 }] }] }, "spec.routes[0].services[0].name is a number; allowed: text"],
      [{ routes: [{ services: [{ name: "a", port: [] }] }] }, "spec.routes[0].services[0].port is a list; allowed: text"],
      [{ routes: [{ services: [{ name: "a", port: 1.5 }] }] }, "spec.routes[0].services[0].port is a number; allowed: a whole number"],
    ] as const)
      assert.throws(() => led(route(TRAEFIK, "IngressRoute", spec)), { message });
    assert.throws(() => led(route(TRAEFIK, "IngressRoute", { routes: [{ services: [{ name: UNKNOWN }] }] })), Undetermined);
  });
});

describe("a port of a Service or a route", () => {
  it("is its number or its name", () => {
    const read = (value: unknown) => portIn(new Field(value, "port"));
    assert.deepEqual([read(80), read("http"), read("80"), read(undefined), read(null)], [80, "http", "80", undefined, undefined]);
    for (const wrong of [true, {}, [], 0.5]) assert.throws(() => read(wrong), Malformed);
    assert.throws(() => read(UNKNOWN), Undetermined);
  });
});
