import assert from "node:assert/strict";
import fc from "fast-check";
import { demandFitsQuota } from "#af/policies/quotas/demand-fits-quota";
import { nothingFound, onlyFinding, verdictOn } from "../expect";
import { STORAGE_CLASS, loadBalancer } from "../facility-objects";
import { changed, CONTAINER, KEPT, LIMIT_RANGE, NAMESPACE, POD_SPEC, QUOTA, workload, type Data } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const HARD = ["spec", "hard"] as const;
export const cases: RuleCases = {
  rule: demandFitsQuota,
  passes: [NAMESPACE, QUOTA, LIMIT_RANGE, workload("StatefulSet")],
  refused: [{ of: 3, at: ["spec", "replicas"], value: 11, path: "spec.hard.pods", message: /^work needs 11 pods and has 10: 1 too few$/ }],
  boundary: { of: 1, at: ["spec", "hard", "requests.memory"], resource: /^requests\.memory$/, side: "have" },
  unknown: [
    { of: 3, at: ["spec", "replicas"], wrong: "two" },
    { of: 1, at: ["spec", "hard", "pods"], wrong: "ten" },
  ],
};

describeCases(cases);

describe("demand-fits-quota", () => {
  const sized = (cpu: string, replicas: number, more: Data = {}) => ({
    ...workload("Deployment", { containers: [changed(CONTAINER, ["resources", "requests", "cpu"], cpu)] }),
    spec: {
      replicas,
      strategy: { type: "Recreate" },
      template: { spec: { containers: [changed(CONTAINER, ["resources", "requests", "cpu"], cpu)] } },
      ...more,
    },
  });

  it("accepts a demand that is the quota exactly, and refuses one millicore more, with need, have and margin", () => {
    nothingFound([...KEPT, sized("500m", 4)], demandFitsQuota);
    const finding = onlyFinding(
      [...KEPT, sized("501m", 4)],
      demandFitsQuota,
      'spec.hard["requests.cpu"]',
      /^work needs 2\.004 requests\.cpu and has 2: 4m too few$/,
    );
    assert.equal(finding.object.name, "quota");
  });

  it("counts the pods of a rollout", () => {
    const rolling = sized("500m", 4, { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } });
    onlyFinding([...KEPT, rolling], demandFitsQuota, 'spec.hard["requests.cpu"]', /needs 2\.5 requests\.cpu and has 2: 500m too few/);
    const share = sized("400m", 4, { strategy: { rollingUpdate: { maxSurge: "50%" } } });
    onlyFinding([...KEPT, share], demandFitsQuota, 'spec.hard["requests.cpu"]', /needs 2\.4 /);
  });

  it("counts claims of a set once a replica, single claims, and load balancers", () => {
    const claim = { spec: { storageClassName: "block", accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "4Gi" } } } };
    const set = { ...workload("StatefulSet"), spec: { replicas: 3, template: { spec: POD_SPEC }, volumeClaimTemplates: [claim] } };
    onlyFinding(
      [...KEPT, STORAGE_CLASS, set],
      demandFitsQuota,
      'spec.hard["requests.storage"]',
      /needs 12Gi requests\.storage and has 10Gi: 2Gi too few/,
    );
    const single = {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "data", namespace: "work" },
      spec: { storageClassName: "block", resources: { requests: { storage: "11Gi" } } },
    };
    onlyFinding([...KEPT, STORAGE_CLASS, single], demandFitsQuota, 'spec.hard["requests.storage"]', /needs 11Gi/);
    onlyFinding(
      [...KEPT, loadBalancer("129.93.183.29"), loadBalancer("129.93.183.33", "other")],
      demandFitsQuota,
      'spec.hard["services.loadbalancers"]',
      /needs 2 services\.loadbalancers and has 1: 1 too few/,
    );
  });

  it("holds whatever the numbers: it refuses exactly what is more than the quota", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 700 }), fc.integer({ min: 0, max: 10 }), (cpu, replicas) => {
        const refused = verdictOn([...KEPT, sized(`${cpu}m`, replicas)], [demandFitsQuota]).findings.length > 0;
        assert.equal(refused, cpu * replicas > 2000);
      }),
    );
  });

  it("says what is too much even if another part is not known", () => {
    const unknown = changed(sized("100m", 1), ["spec", "replicas"], "two");
    const rules = verdictOn([...KEPT, unknown, sized("501m", 4)], [demandFitsQuota]).findings.map(({ message }) => message.split(" ")[0]);
    assert.deepEqual(rules, ["found", "work"]);
  });

  it("counts the most that an autoscaler may ask for, and of a scoped quota only the pods that it is about", () => {
    const autoscaler = {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "program", namespace: "work" },
      spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "program" }, maxReplicas: 5 },
    };
    onlyFinding([...KEPT, sized("500m", 4), autoscaler], demandFitsQuota, 'spec.hard["requests.cpu"]', /needs 2\.5 requests\.cpu/);
    const scoped = { ...changed(QUOTA, HARD, { pods: "0" }), metadata: { name: "scoped", namespace: "work" } };
    const scope = (operator: string, values: readonly string[]) =>
      changed(scoped, ["spec", "scopeSelector", "matchExpressions"], [{ scopeName: "PriorityClass", operator, values }]);
    nothingFound([...KEPT, scope("In", ["system-node-critical"]), sized("500m", 4)], demandFitsQuota);
    onlyFinding(
      [...KEPT, scope("NotIn", ["system-node-critical"]), sized("500m", 4)],
      demandFitsQuota,
      "spec.hard.pods",
      /needs 4 pods and has 0/,
    );
  });
});
