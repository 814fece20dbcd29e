import type { Data } from "./manifests";

/** A route of some kind, in the namespace of the other objects of tests. */
export const route = (apiVersion: string, kind: string, spec: Data): Data => ({
  apiVersion,
  kind,
  metadata: { name: "own", namespace: "work" },
  spec,
});

/** A route of each kind to a port of a Service, and where it names the Service. */
export const ROUTES = (name: string, port: number): readonly (readonly [Data, string])[] => {
  const backend = { service: { name, port: { number: port } } };
  return [
    [route("networking.k8s.io/v1", "Ingress", { defaultBackend: backend }), "Ingress spec.defaultBackend.service"],
    [
      route("networking.k8s.io/v1", "Ingress", {
        rules: [{ host: "a.example.org", http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
      }),
      "Ingress spec.rules[0].http.paths[0].backend.service",
    ],
    ...["IngressRoute", "IngressRouteTCP"].map(
      (kind) =>
        [
          route("traefik.io/v1alpha1", kind, { routes: [{ match: "Host(`a`)", services: [{ name, port }] }] }),
          `${kind} spec.routes[0].services[0]`,
        ] as const,
    ),
    [route("route.openshift.io/v1", "Route", { to: { kind: "Service", name }, port: { targetPort: port } }), "Route spec.to"],
    [
      route("gateway.networking.k8s.io/v1", "HTTPRoute", { rules: [{ backendRefs: [{ name, port }] }] }),
      "HTTPRoute spec.rules[0].backendRefs[0]",
    ],
  ];
};
