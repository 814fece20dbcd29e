import { is } from "../model/objects";
import type { ObjectRule } from "../model/rules";

export const servicesOpenNoHostPorts: ObjectRule = {
  name: "services-open-no-host-ports",
  pack: "security",
  title: "No Service opens a port of every host, or takes traffic for an address that it names itself.",
  why: "A node port is open on every host of the cluster, and whoever names an external address takes all traffic of the cluster for it (CVE-2020-8554).",
  sources: ["https://github.com/kubernetes/kubernetes/issues/97076"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Make the Service ClusterIP and give it a route, or LoadBalancer with an address of the site's pools.",
  frameworks: ["Kubescape:C-0283"],
  scope: "object",
  check: (object, judgement) => {
    if (!is(object, "v1", "Service")) return;
    judgement.countChecked();
    const spec = object.root.at("spec");
    judgement.attempt(() => {
      const type = spec.at("type");
      if (type.text() === "NodePort") judgement.violation(type, "the type is NodePort; allowed: ClusterIP, LoadBalancer");
    });
    for (const address of spec.at("externalIPs").items())
      judgement.attempt(() => judgement.violation(address, `takes traffic for ${address.text() ?? ""}; allowed: no externalIPs`));
  },
};
