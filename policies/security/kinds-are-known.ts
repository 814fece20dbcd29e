import { grouped } from "../../capacity/packing/grouped";
import type { Field } from "../model/field";
import { isKnownKind, whatItDoes } from "../model/kinds";
import { is, WHOLE_STACK, type KubernetesObject } from "../model/objects";
import type { StackRule } from "../model/rules";

/** Fields of a custom resource by which its operator adds what no description tells, or puts its pods into the network of the host. */
const ADDED_TO_PODS = ["containers", "initContainers", "volumes", "hostNetwork"];

export const kindsAreKnown: StackRule = {
  name: "kinds-are-known",
  pack: "security",
  title: "Every object is of a kind of which the rules know whether it holds pods, and where.",
  why: "A rule about pods says nothing of an object in which it finds none. That is a proof only where the rules know the kind and where it keeps its pods.",
  sources: ["https://kubernetes.io/docs/concepts/workloads/pods/#pod-templates"],
  severity: "high",
  enforcement: "mandatory",
  remedy:
    "Write apiVersion and kind as the API server does, replace the object by a kind of Kubernetes itself, or describe in components/operators what is made of it.",
  frameworks: ["facility:F-26"],
  scope: "stack",
  check: (objects, on) => {
    if (objects.length === 0) on(WHOLE_STACK).violation(WHOLE_STACK.root, "there is no object, so nothing was judged; allowed: objects");
    for (const object of objects) {
      on(object).countChecked();
      if (["Prometheus", "Alertmanager"].some((kind) => is(object, "monitoring.coreos.com/*", kind)))
        on(object).attempt(() => {
          for (const name of ADDED_TO_PODS) {
            const field = object.root.at("spec", name);
            if (adds(field))
              on(object).violation(field, `${name} is added to the operator's pods, and no rule sees it there; allowed: no such field`);
          }
        });
    }
    const unknown = objects.filter((object) => !isList(object) && !isKnownKind(object));
    for (const [, members] of grouped(unknown, ({ apiVersion, kind }) => `${apiVersion} ${kind}`)) {
      const [first] = members;
      if (!first) continue;
      const { apiVersion, kind } = first;
      const what = kind === "" || apiVersion === "" ? "no apiVersion or no kind that can be read" : `the kind ${kind} of ${apiVersion}`;
      on(first).violation(
        first.root,
        `${members.length === 1 ? "an object has" : `${members.length} objects have`} ${what}, which no rule knows, and which ${whatItDoes(first)}; allowed: kinds that the rules know`,
      );
    }
  },
};

/** A list whose members are not known, which every rule about pods says. */
function isList({ kind, obstacle }: KubernetesObject): boolean {
  return kind.endsWith("List") && obstacle !== undefined;
}

function adds(field: Field): boolean {
  const value = field.raw();
  return field.given && value !== false && !(Array.isArray(value) && value.length === 0);
}
