import { bytes } from "../../capacity/quantity";
import { namespaceContents } from "../model/namespaces";
import { is } from "../model/objects";
import { isTenant, roleOf } from "../model/roles";
import type { StackRule } from "../model/rules";
import { podTemplateOf } from "../model/pods";
import { memoize } from "../../capacity/memoize";
import { priorityClasses, priorityOf } from "../model/priorities";
import { priorityClassesOf } from "../model/quota-scopes";

const classesOf = memoize(priorityClasses);

export const tenantsCannotTakePlatformPriorities: StackRule = {
  name: "tenants-cannot-take-platform-priorities",
  pack: "quotas",
  title: "Where users' code runs, a quota scoped by priority admits no pod of a class above those that belong there.",
  why: "Whoever can make pods in a namespace can give them any priority class, and so evict the platform. A quota scoped by priority class forbids that.",
  sources: ["https://kubernetes.io/docs/concepts/policy/resource-quotas/#resource-quota-per-priorityclass"],
  severity: "medium",
  enforcement: "advisory",
  remedy:
    "Add a ResourceQuota with hard pods 0 and a scopeSelector PriorityClass In all classes above: whoever may make pods there could evict the platform.",
  frameworks: ["facility:Q-08"],
  scope: "stack",
  check: (objects, on) => {
    for (const { namespace, members } of namespaceContents(objects)) {
      const judgement = on(namespace);
      judgement.attempt(() => {
        if (!isTenant(roleOf(namespace))) return;
        judgement.countChecked();
        const classes = classesOf(objects);
        const own = members.flatMap((member) => {
          const pod = podTemplateOf(member);
          return pod ? [priorityOf(pod.spec.at("priorityClassName"), classes)] : [];
        });
        const highest = Math.max(classes.otherwise, ...own);
        const shut = new Set(
          members
            .filter((each) => is(each, "v1", "ResourceQuota") && bytes(each.root.at("spec", "hard", "pods").quantity() ?? "1") === 0n)
            .flatMap(priorityClassesOf),
        );
        const open = [...classes.values].filter(([name, value]) => value > highest && !shut.has(name)).map(([name]) => name);
        if (open.length > 0) judgement.violation(namespace.root, `no quota keeps pods of the class ${open.sort().join(", ")} out`);
      });
    }
  },
};
