import { is } from "../model/objects";
import type { ObjectRule } from "../model/rules";

/** Annotations whose text ingress-nginx copies into the configuration of its server (CVE-2021-25742, CVE-2024-7646). */
const SNIPPET = /^nginx\.(ingress\.kubernetes\.io|org)\/.*snippets?$/;
/** The controller that ended in March 2026. */
const ENDED = "k8s.io/ingress-nginx";

export const ingressesCarryNoCode: ObjectRule = {
  name: "ingresses-carry-no-code",
  pack: "security",
  title: "No Ingress puts text of its own into the configuration of its controller, and none is for a controller that has ended.",
  why: "Who may write such an annotation runs code in the controller, which holds the certificates of all routes. Nobody mends ingress-nginx any more.",
  sources: ["https://github.com/kubernetes/ingress-nginx/issues/7837", "https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Use routes of Traefik with middlewares, or the router of the cluster.",
  frameworks: ["Checkov:CKV_K8S_152", "Checkov:CKV_K8S_153", "Kubescape:C-0059", "Kubescape:C-0292"],
  scope: "object",
  check: (object, judgement) => {
    if (is(object, "networking.k8s.io/v1", "IngressClass")) {
      judgement.countChecked();
      const controller = object.root.at("spec", "controller");
      judgement.attempt(() => {
        if (controller.text() === ENDED) judgement.violation(controller, `is ${ENDED}, which nobody maintains; allowed: other controllers`);
      });
    }
    if (!is(object, "networking.k8s.io/v1", "Ingress")) return;
    judgement.countChecked();
    judgement.attempt(() => {
      for (const [name, field] of object.root.at("metadata", "annotations").entries())
        if (SNIPPET.test(name)) judgement.violation(field, `${name} is copied into the controller's configuration; allowed: no snippets`);
    });
  },
};
