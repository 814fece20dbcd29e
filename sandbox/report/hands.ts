import { fieldText } from "../../changes/difference";
import { type Drift, DRIFTS } from "../../changes/drift";
import { handsOn } from "../../changes/hands";
import { deployedResources } from "../../changes/state";
import { ASKS_THE_CLUSTER, WAYS_BACK } from "../../changes/ways-back";
import { fieldManager } from "../../components/field-manager";
import { broken, counted, WIDTH, wrapped } from "../../terminal/text";
import type { Cluster, ClusterObject } from "../cluster/client";
import { textAt } from "../cluster/world";
import type { RecordedResource } from "../engine/checkpoint";

/** Objects of one kind of drift that are told; the rest is counted. */
const OBJECTS = 12;
/** Fields of an object that are told. */
const FIELDS = 6;

/**
 * What hands have done to a site's objects since the engine has written them, by what it has recorded and what the API server has now. It takes
 * one list for each kind of object.
 * @param resources everything that the engine has recorded; nothing is told of a stack that is empty.
 */
export async function readHands(cluster: Cluster, site: string, resources: readonly RecordedResource[]): Promise<readonly Drift[]> {
  const written = new Map(resources.map(({ urn, outputs = {} }) => [urn, outputs]));
  // A release of Helm is no object, and the generated values are none of the cluster's.
  const recorded = deployedResources({ deployment: { resources } }, `state of ${site}`, site).filter(({ type }) =>
    /^kubernetes:(?!helm\.sh\/)/.test(type),
  );
  const kinds = new Map(recorded.map(({ urn }) => [typeOf(written.get(urn)).join(), typeOf(written.get(urn))]));
  const lists = await Promise.all([...kinds.values()].map(([apiVersion, kind]) => cluster.list(apiVersion, kind)));
  const there = new Map(lists.flat().map((object) => [keyOf(object), object]));
  const seen = recorded.map((resource) => {
    const object = written.get(resource.urn) ?? {};
    return { recorded: resource, written: object, uid: textAt(object, "metadata", "uid") ?? "", live: there.get(keyOf(object)) };
  });
  return handsOn(seen, fieldManager(site)).drifts;
}

function typeOf(object: unknown): readonly [apiVersion: string, kind: string] {
  return [textAt(object, "apiVersion") ?? "", textAt(object, "kind") ?? ""];
}

function keyOf(object: ClusterObject | Readonly<Record<string, unknown>>): string {
  return [...typeOf(object), textAt(object, "metadata", "namespace"), textAt(object, "metadata", "name")].join();
}

/** What hands have done, by kind, with the way back in the words of `site drift`; nothing where nobody has done anything. */
export function handLines(site: string, drifts: readonly Drift[]): readonly string[] {
  if (drifts.length === 0) return [];
  const helped = drifts.some(({ kind }) => kind !== "added" && kind !== "made anew");
  return [
    `BY HAND (${drifts.length}): not as the last up has left it`,
    ...(helped
      ? [
          ...indented("An up alone sees nothing of this: it compares with what the last one wrote. This one asks the cluster first:", 2),
          `    npm run sandbox -- up ${site} -- ${ASKS_THE_CLUSTER}`,
        ]
      : []),
    ...DRIFTS.flatMap((kind) => {
      const mine = drifts.filter((each) => each.kind === kind);
      if (mine.length === 0) return [];
      const { title, back } = WAYS_BACK[kind];
      const rest = mine.length - OBJECTS;
      return [
        ...indented(`${title}: ${back}`, 2),
        ...mine.slice(0, OBJECTS).flatMap(objectLines),
        ...(rest > 0 ? [`    and ${counted(rest, "more object")}`] : []),
      ];
    }),
  ];
}

function objectLines({ object, fields, by, because }: Drift): readonly string[] {
  const rest = fields.length - FIELDS;
  return [
    ...indented(`${object}${by.length === 0 ? "" : ` (by ${by.join("; ")})`}`, 4),
    ...fields.slice(0, FIELDS).flatMap((field) => indented(fieldText(field), 6)),
    ...(rest > 0 ? [`      and ${counted(rest, "more field")}`] : []),
    ...(because === "" ? [] : indented(because, 6)),
  ];
}

/** Text that begins in a column, and goes on two behind it. */
function indented(text: string, column: number): readonly string[] {
  const lines = wrapped(text, WIDTH - column - 2, "").flatMap((line) => broken(line, WIDTH - column - 2));
  return lines.map((line, index) => `${" ".repeat(index === 0 ? column : column + 2)}${line}`);
}
