import { portsAreUnique } from "#af/policies/quotas/ports-are-unique";
import { CONTAINER, POD_SPEC, workload, type Data } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const HOST_PORT = ["spec", "template", "spec", "containers", 0, "ports", 0, "hostPort"] as const;

function withPort(name: string, hostPort: number): Data {
  const program = workload("Deployment", { ...POD_SPEC, containers: [{ ...CONTAINER, ports: [{ containerPort: 80, hostPort }] }] });
  return { ...program, metadata: { name, namespace: "work" } };
}

function service(name: string, nodePort: number): Data {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "work" },
    spec: { type: "NodePort", ports: [{ port: 80, nodePort }] },
  };
}

export const cases: RuleCases = {
  rule: portsAreUnique,
  passes: [withPort("one", 8000), withPort("two", 8001), service("first", 30000), service("second", 30001)],
  refused: [
    {
      of: 1,
      at: HOST_PORT,
      value: 8000,
      path: "spec.template.spec.containers[0].ports[0].hostPort",
      message: /^8000\/TCP of a host is already taken by Deployment work\/one$/,
    },
    {
      of: 0,
      at: ["spec", "replicas"],
      value: 18,
      path: "spec.template.spec.containers[0].ports[0].hostPort",
      message: /^Deployment work\/one with port 8000 of a host each needs 18 hosts and has 17: 1 too few$/,
    },
    {
      of: 3,
      at: ["spec", "ports", 0, "nodePort"],
      value: 30000,
      path: "spec.ports[0].nodePort",
      message: /^30000\/TCP is already the node port of Service work\/first$/,
    },
  ],
  boundary: { of: 0, at: ["spec", "replicas"], resource: /^hosts$/, side: "need", write: Number },
  unknown: [
    { of: 1, at: HOST_PORT, wrong: "http" },
    { of: 3, at: ["spec", "ports", 0, "nodePort"], wrong: "http" },
  ],
};

describeCases(cases);
