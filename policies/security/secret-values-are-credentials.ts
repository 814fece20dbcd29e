import { findChart } from "../../components/charts/catalogue";
import { HIDDEN } from "../engine-values";
import { UNKNOWN, type Field } from "../model/field";
import { isFields } from "../model/fields";
import { is, releaseOf, type KubernetesObject } from "../model/objects";
import type { Judgement, JudgementOf, StackRule } from "../model/rules";
import { valuesIn } from "../model/secret-values";
import { keyMatches } from "../model/unread-values";

/** Key of a Secret from which Flux takes values unless told otherwise (https://fluxcd.io/flux/components/helm/helmreleases/#values-references). */
const USUAL_KEY = "values.yaml";

export const secretValuesAreCredentials: StackRule = {
  name: "secret-values-are-credentials",
  pack: "security",
  title: "A Secret from which a chart takes values is in the stack, and gives the chart nothing but credentials.",
  why: "Helm merges the contents of such a Secret over the values of the release. Whatever else they hold, such as a privileged container, is seen by no rule that reads the release.",
  sources: ["https://fluxcd.io/flux/components/helm/helmreleases/#values-references"],
  severity: "high",
  enforcement: "mandatory",
  remedy:
    "Move what is no credential to the values of the release, where it is judged; name a new credential in secretValues of the chart's description.",
  frameworks: ["facility:F-08", "facility:F-15"],
  scope: "stack",
  check: (objects, on) => {
    const secrets = new Map(objects.filter((each) => is(each, "v1", "Secret")).map((each) => [`${each.namespace}/${each.name}`, each]));
    for (const object of objects)
      on(object).attempt(() => {
        const chart = releaseOf(object)?.chart ?? "";
        for (const source of object.root.at("spec", "valuesFrom").items())
          on(object).attempt(() => judgeSource({ object, chart, source }, secrets, on));
      });
  },
};

/** A place from which a release takes values. */
interface Source {
  readonly object: KubernetesObject;
  readonly chart: string;
  readonly source: Field;
}

function judgeSource({ object, chart, source }: Source, secrets: ReadonlyMap<string, KubernetesObject>, on: JudgementOf): void {
  // What is no Secret is refused by releases-are-described.
  if (source.at("kind").text() !== "Secret") return;
  on(object).countChecked();
  const name = source.at("name").text() ?? "";
  const secret = secrets.get(`${object.namespace}/${name}`);
  if (secret === undefined) {
    on(object).violation(source, `values come from the Secret ${name}, which is not among the objects; allowed: Secrets of the stack`);
    return;
  }
  const judgement = on(secret);
  judgement.attempt(() => judgeContents(secret.root.at("data"), source.at("valuesKey").text() ?? USUAL_KEY, chart, judgement));
}

function judgeContents(data: Field, key: string, chart: string, judgement: Judgement): void {
  // What is generated is known in the update only, which is judged again; a manifest of `plan` leaves it out.
  const field = [UNKNOWN, HIDDEN].includes(data.raw() as string) ? data : data.at(key);
  if (!field.given || [UNKNOWN, HIDDEN, HIDDEN_DATA].includes(field.raw() as string)) return;
  judgement.countChecked();
  const allowed = findChart(chart)?.secretValues ?? [];
  for (const path of leavesOf(valuesIn(field.text() ?? "")))
    if (!allowed.some((each) => keyMatches(each, path)))
      judgement.violation(
        field,
        `gives chart ${chart} ${path.join(".") || "what is no map of values"}, which is no credential that its description names, so no rule sees what it does; allowed: ${allowed.join(", ") || "nothing"}`,
        path.join("."),
      );
}

/** {@link HIDDEN} as the data of a Secret. */
const HIDDEN_DATA = Buffer.from(HIDDEN).toString("base64");

/** Paths of all values that are no map or list, and of empty ones, which take the place of what a chart has there. */
function leavesOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  const below = Array.isArray(value) || isFields(value) ? Object.entries(value) : [];
  if (below.length === 0 && path.length === 0 && isFields(value)) return [];
  return below.length === 0 ? [path] : below.flatMap(([key, each]) => leavesOf(each, [...path, key]));
}
