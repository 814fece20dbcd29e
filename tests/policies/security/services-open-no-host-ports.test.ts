import { servicesOpenNoHostPorts as rule } from "#af/policies/security/services-open-no-host-ports";
import { neverSilent, nothingFound, onlyFinding } from "../expect";
import { changed, KEPT, type Data } from "../manifests";

const SERVICE: Data = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "program", namespace: "work" },
  spec: { type: "ClusterIP", selector: { app: "program" }, ports: [{ port: 80 }] },
};

describe("services-open-no-host-ports", () => {
  const within = (steps: readonly string[], value: unknown) => [...KEPT, changed(SERVICE, steps, value)];

  it("accepts a Service inside the cluster, also without a type", () => {
    nothingFound([...KEPT, SERVICE], rule);
    nothingFound(within(["spec", "type"], undefined), rule);
    nothingFound(within(["spec", "externalIPs"], []), rule);
  });

  it("refuses a node port and addresses of its own choice", () => {
    onlyFinding(within(["spec", "type"], "NodePort"), rule, "spec.type", /^the type is NodePort; allowed: ClusterIP, LoadBalancer$/);
    onlyFinding(within(["spec", "externalIPs"], ["192.0.2.1"]), rule, "spec.externalIPs[0]", /^takes traffic for 192\.0\.2\.1; allowed/);
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(rule, SERVICE, ["spec", "type"], 1);
    neverSilent(rule, SERVICE, ["spec", "externalIPs"], "192.0.2.1");
  });
});
