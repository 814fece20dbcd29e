import { hostNamesAreUnique } from "#af/policies/quotas/host-names-are-unique";
import { type Data } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const MATCH = ["spec", "routes", 0, "match"] as const;

function route(name: string, match: string): Data {
  return {
    apiVersion: "traefik.io/v1alpha1",
    kind: "IngressRoute",
    metadata: { name, namespace: "work" },
    spec: { entryPoints: ["websecure"], routes: [{ kind: "Rule", match }] },
  };
}

export const cases: RuleCases = {
  rule: hostNamesAreUnique,
  passes: [route("one", "Host(`one.example.org`)"), route("two", "Host(`two.example.org`)")],
  refused: [
    {
      of: 1,
      at: MATCH,
      value: "Host(`one.example.org`)",
      path: "spec.routes[0].match",
      message: /^one\.example\.org on websecure is already routed by IngressRoute work\/one$/,
    },
    { of: 1, at: MATCH, value: 'Host("two.example.org", "One.example.org")', path: "spec.routes[0].match", message: /^one\.example\.org/ },
    { of: 1, at: MATCH, value: "HostSNI(`one.example.org`)", path: "spec.routes[0].match", message: /^one\.example\.org/ },
  ],
  unknown: [
    { of: 1, at: MATCH, wrong: 1 },
    { of: 1, at: ["spec", "entryPoints"], wrong: "all" },
  ],
};

describeCases(cases);
