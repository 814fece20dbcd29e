import { CONTAINER_LISTS } from "../../components/workloads/workload";
import { findChart } from "../../components/charts/catalogue";
import { credentialByForm, credentialIn, credentialsIn } from "../model/credentials";
import { UNKNOWN, type Field } from "../model/field";
import { is, releaseOf, type KubernetesObject } from "../model/objects";
import { containersOf, hasPodTemplate, podTemplateOf, type PodContainer } from "../model/pods";
import type { Judgement, ObjectRule } from "../model/rules";
import { keyMatches } from "../model/unread-values";

export const noSecretLiterals: ObjectRule = {
  name: "no-secret-literals",
  pack: "security",
  title:
    "No password, token or key is written into an environment, a command, a ConfigMap, the values of a chart, or any other object but a Secret.",
  why: "The environment and the command of a container, a ConfigMap and the values of a release are readable by all who may read the object, and are kept in the state of the stack.",
  sources: ["https://kubernetes.io/docs/concepts/security/secrets-good-practices/"],
  severity: "critical",
  enforcement: "mandatory",
  remedy: "Put it into a Secret, mount it as a file, or refer to it with valueFrom.secretKeyRef; and change it, for it has been seen.",
  frameworks: ["Kubescape:C-0012", "Trivy:KSV-0109"],
  scope: "object",
  check: (object, judgement) => {
    if (is(object, "v1", "ConfigMap")) {
      judgement.countChecked();
      for (const [name, field] of object.root.at("data").entries())
        judgement.attempt(() => {
          const text = field.text() ?? "";
          const found = /\n/.test(text.trim()) ? credentialsIn(text) : [credentialIn(name, text) ?? credentialsIn(text)].flat();
          if (found.length > 0)
            judgement.violation(field, `${name} has what looks like ${found.join(" and ")}, readable by all who may see it`);
        });
    }
    judgeValues(object, judgement);
    judgement.attempt(() => judgeOtherTexts(object, judgement));
    const pod = podTemplateOf(object);
    for (const container of pod ? containersOf(pod) : []) {
      judgement.countChecked();
      judgement.attempt(() => judgeContainer(container, judgement));
    }
  },
};

function judgeContainer({ field, name }: PodContainer, judgement: Judgement): void {
  for (const variable of field.at("env").items())
    judgement.attempt(() => {
      const value = variable.at("value");
      if (!value.given) return;
      const variableName = variable.at("name").text() ?? "";
      if (credentialIn(variableName, value.text() ?? "") !== undefined)
        judgement.violation(
          value,
          `container ${name} has what looks like a credential in ${variableName}, readable by all who may see the pod`,
        );
    });
  for (const list of ["command", "args"])
    judgement.attempt(() => {
      const words = field.at(list).items();
      words.forEach((word, index) => {
        const text = word.text() ?? "";
        const next = words[index + 1]?.raw();
        // An option and its value may be two words.
        const found = [
          ...credentialsIn(text),
          ...(/^--?[\w-]+$/.test(text) && typeof next === "string" && !next.startsWith("-") ? credentialsIn(`${text}=${next}`) : []),
        ];
        if (found.length > 0)
          judgement.violation(
            word,
            `container ${name} has what looks like ${found.join(" and ")} in its ${list}, readable by all who may see the pod`,
          );
      });
    });
}

/** Every text in the values of a release, by the name of its key. A value that is not known yet is one of those that the facility makes up itself. */
function judgeValues(object: KubernetesObject, judgement: Judgement): void {
  const release = releaseOf(object);
  if (!release) return;
  judgement.countChecked();
  // Pulumi keeps these apart as secrets, and Helm keeps its releases in Secrets; Flux keeps what a HelmRelease says for all to read.
  const kept = object.kind === "Release" ? (findChart(release.chart ?? "")?.secretValues ?? []) : [];
  for (const [path, field] of textsBelow(release.values)) {
    if (kept.some((key) => keyMatches(key, path))) continue;
    const text = field.text() ?? "";
    const named = [...path].reverse().find((step) => !/^\d+$/.test(step)) ?? "";
    const found = credentialIn(named, text) ?? credentialsIn(text)[0];
    if (found !== undefined) judgement.violation(field, `${named} has what looks like ${found}, readable by all who may see the release`);
  }
}

/** Every other text of an object, for credentials that no name tells; a Secret is where they belong. */
function judgeOtherTexts(object: KubernetesObject, judgement: Judgement): void {
  for (const [path, field] of textsBelow(object.root, [], readElsewhere(object))) {
    const found = credentialByForm(field.text() ?? "");
    if (found !== undefined)
      judgement.violation(field, `${path.at(-1) ?? ""} has what looks like ${found}, readable by all who may see the object`);
  }
}

type Place = (path: readonly string[]) => boolean;

/** Says where an object has what the other parts of the rule read by its names too, and what a Secret is there for. */
function readElsewhere(object: KubernetesObject): Place {
  if (is(object, "v1", "Secret")) return ([first = "", ...below]) => below.length === 0 && ["data", "stringData"].includes(first);
  if (is(object, "v1", "ConfigMap")) return ([first, ...below]) => below.length === 0 && first === "data";
  if (releaseOf(object)) return ([first, second, ...below]) => below.length === 0 && first === "spec" && second === "values";
  return hasPodTemplate(object) ? (path) => CONTAINER_LISTS.some((list) => list === path.at(-1)) : () => false;
}

type Text = readonly [path: readonly string[], field: Field];

function textsBelow(field: Field, path: readonly string[] = [], isLeftOut: Place = () => false): readonly Text[] {
  const value = field.raw();
  if (value === UNKNOWN || isLeftOut(path)) return [];
  const below = (each: Field, step: string) => textsBelow(each, [...path, step], isLeftOut);
  if (Array.isArray(value)) return field.items().flatMap((each, index) => below(each, String(index)));
  if (typeof value === "object" && value !== null) return field.entries().flatMap(([name, each]) => below(each, name));
  return typeof value === "string" ? [[path, field]] : [];
}
