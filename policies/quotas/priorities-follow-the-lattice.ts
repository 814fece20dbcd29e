import { EVENT_LABEL } from "../../components/hub/placeholders";
import type { Role } from "../../components/tenancy/roles";
import type { Field } from "../model/field";
import { objectName, type StackRule } from "../model/rules";
import type { KubernetesObject } from "../model/objects";
import { namespaceRoles } from "../model/roles";
import { forEachHub } from "../model/hub-demand";
import { isPriorityClass, priorityClasses, priorityOf } from "../model/priorities";
import { attemptOf, stackWorkloads } from "../model/workloads";

/** What has to stay when hosts are full, from what goes last to what goes first. Each step has a strictly higher priority than the next. */
const LATTICE = ["storage", "ingress and hub", "ServiceX", "users", "placeholders"] as const;
type Step = (typeof LATTICE)[number];

/** The step of the workloads in the namespaces of a role; workloads of other roles are not compared. */
const STEP_OF_ROLE: Readonly<Partial<Record<Role, Step>>> = {
  rook: "storage",
  traefik: "ingress and hub",
  hub: "ingress and hub",
  servicex: "ServiceX",
};

/** The daemons of Ceph that keep data or serve it. Rook's other pods collect metrics and crash reports, and may wait. */
const KEEPS_DATA = /^rook-ceph-(mon|mgr|osd|mds)-/;

/** Kinds of workloads whose pods serve without end. */
const SERVES = ["Deployment", "StatefulSet"];

/** True for the placeholders of the hub's chart, and for those of an event. */
function isPlaceholder({ name, root }: KubernetesObject): boolean {
  return name === "user-placeholder" || root.at("metadata", "labels", EVENT_LABEL).given;
}

/** A workload, or the servers of users, with its step and its priority. */
interface Ranked {
  readonly object: KubernetesObject;
  readonly field: Field;
  readonly step: Step;
  readonly priority: number;
}

export const prioritiesFollowTheLattice: StackRule = {
  name: "priorities-follow-the-lattice",
  pack: "quotas",
  title: "Priorities fall from storage over ingress and hub, ServiceX and users to placeholders.",
  why: "When hosts are full the scheduler evicts pods for those of a higher priority, so the order of priorities decides what stays.",
  sources: ["https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/"],
  severity: "medium",
  enforcement: "advisory",
  remedy:
    "Make a PriorityClass for each step and name it in the pods' priorityClassName: without priorities, whatever comes last waits, even if it is the hub.",
  frameworks: ["facility:Q-21"],
  scope: "stack",
  check: (objects, on) => {
    const classes = priorityClasses(objects);
    const roles = namespaceRoles(objects);
    const ranked: Ranked[] = [];
    const rank = (object: KubernetesObject, field: Field, step: Step) =>
      on(object).attempt(() => {
        on(object).countChecked();
        ranked.push({ object, field, step, priority: priorityOf(field, classes) });
      });
    for (const { object, pod } of stackWorkloads(objects, undefined, attemptOf(on))) {
      const role = roles.get(object.namespace);
      const step = isPlaceholder(object) ? "placeholders" : role && STEP_OF_ROLE[role];
      // The DaemonSets of the hub's chart only fetch images, and its Jobs wait for them: no user's work depends on either.
      if (SERVES.includes(object.kind) && step && (role !== "rook" || KEEPS_DATA.test(object.name)))
        rank(object, pod.spec.at("priorityClassName"), step);
    }
    forEachHub(objects, on, ({ hub }) => rank(hub.object, hub.values.at("singleuser", "extraPodConfig", "priorityClassName"), "users"));
    for (const [index, step] of LATTICE.entries()) {
      const [highest] = ranked.filter((each) => each.step === step).sort((a, b) => b.priority - a.priority);
      const [lowest] = ranked.filter((each) => LATTICE.indexOf(each.step) < index).sort((a, b) => a.priority - b.priority);
      if (highest && lowest && highest.priority >= lowest.priority)
        on(highest.object).violation(
          highest.field,
          `of ${step} has priority ${highest.priority}, and ${objectName(lowest.object)} of ${lowest.step} only ${lowest.priority}; allowed: less than that`,
        );
    }
    checkDefaults(objects, on);
  },
};

function checkDefaults(objects: readonly KubernetesObject[], on: Parameters<StackRule["check"]>[1]): void {
  const defaults: KubernetesObject[] = [];
  for (const object of objects.filter(isPriorityClass))
    on(object).attempt(() => {
      if (object.root.at("globalDefault").boolean() === true) defaults.push(object);
    });
  for (const object of defaults.slice(1))
    on(object).violation(object.root.at("globalDefault"), `is the default, and so is ${defaults[0]?.name ?? ""}; allowed: one default`);
}
