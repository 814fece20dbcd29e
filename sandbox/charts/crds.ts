import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { projectFolder } from "../../stacks/site/project";
import type { Cluster, ClusterObject } from "../cluster/client";
import { conditionOf } from "../cluster/world";
import { UsageError } from "../../terminal/failure";
import { type KnownKind, KNOWN_KINDS, pluralOf } from "./kinds";

/** Where definitions come from: the user's folder, the one beside the project, or nowhere. */
export type CrdSource =
  { readonly kind: "folder"; readonly folder: string; readonly why: "AF_CRDS" | "beside the project" } | { readonly kind: "permissive" };

/** On each definition that the sandbox made: where its schema came from, so that the report can say so. */
export const SOURCE_ANNOTATION = "sandbox.analysis-facility/crd-source";
const HASH_ANNOTATION = "sandbox.analysis-facility/crd-hash";
const FIELD_MANAGER = "sandbox-crds";

/** Throws a UsageError when AF_CRDS names no folder: silently permissive schemas would let mistakes through. */
export function crdSource(env: Readonly<NodeJS.ProcessEnv> = process.env, project: string = projectFolder()): CrdSource {
  const named = env["AF_CRDS"];
  if (named === "none") return { kind: "permissive" };
  if (named !== undefined && named !== "") {
    if (!fs.existsSync(named)) {
      throw new UsageError(
        `AF_CRDS names ${named}, which does not exist: give a folder of CustomResourceDefinitions, "none" for permissive ones, or unset it.`,
      );
    }
    return { kind: "folder", folder: path.resolve(named), why: "AF_CRDS" };
  }
  const beside = path.resolve(project, "..", "shared", "schemas", "crds");
  return fs.existsSync(beside) ? { kind: "folder", folder: beside, why: "beside the project" } : { kind: "permissive" };
}

/** One line for the report. */
export function describeSource(source: CrdSource): string {
  return source.kind === "folder"
    ? `custom resources are checked against ${source.folder} (${source.why})`
    : "custom resources are not checked: no definitions found (set AF_CRDS to a folder of them), so permissive ones were generated";
}

/** A definition that takes anything: no field is checked, and the status is a subresource as everywhere. */
export function permissiveCrds(kinds: readonly KnownKind[]): readonly ClusterObject[] {
  const firsts = kinds.filter((each, index) => kinds.findIndex((other) => isSameKind(other, each)) === index);
  return firsts.map((first) => {
    const { group, kind, plural = pluralOf(kind), namespaced } = first;
    const versions = kinds.filter((other) => isSameKind(other, first));
    return {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: {
        name: `${plural}.${group}`,
        // Groups below k8s.io need an approval, which nobody gives to a stand-in.
        ...(group.endsWith(".k8s.io") ? { annotations: { "api-approved.kubernetes.io": "unapproved, stand-in of the sandbox" } } : {}),
      },
      spec: {
        group,
        scope: namespaced ? "Namespaced" : "Cluster",
        names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
        versions: versions.map(({ version }, index) => ({
          name: version,
          served: true,
          storage: index === 0,
          schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
          subresources: { status: {} },
        })),
      },
    };
  });
}

function isSameKind(a: KnownKind, b: KnownKind): boolean {
  return a.group === b.group && a.kind === b.kind;
}

/** The definitions of the given API groups; where the folder has none of a group, permissive ones of the kinds that are known. */
export function crdsOf(groups: readonly string[], source: CrdSource, kinds: readonly KnownKind[] = KNOWN_KINDS): readonly ClusterObject[] {
  const read = source.kind === "folder" ? readFolder(source.folder, groups).map((crd) => marked(crd, source.folder)) : [];
  const covered = new Set(read.map((crd) => (crd["spec"] as { group: string }).group));
  const rest = kinds.filter(({ group }) => groups.includes(group) && !covered.has(group));
  return [...read, ...permissiveCrds(rest).map((crd) => marked(crd, "permissive"))];
}

function marked(crd: ClusterObject, from: string): ClusterObject {
  // Only the definition itself is wanted: a status, or a conversion webhook that nobody serves, would be in the way.
  const spec = { ...(withoutDescriptions(crd["spec"]) as object), conversion: { strategy: "None" } };
  const hash = createHash("sha256").update(JSON.stringify(spec)).digest("hex").slice(0, 16);
  const annotations = { ...crd.metadata.annotations, [SOURCE_ANNOTATION]: from, [HASH_ANNOTATION]: hash };
  return { apiVersion: crd.apiVersion, kind: crd.kind, metadata: { name: crd.metadata.name, annotations }, spec };
}

/** Most of a schema is prose: without it the server takes half the time and memory, and refuses the same things. */
function withoutDescriptions(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutDescriptions);
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      // A property of that name is an object, and a default is the user's data.
      .filter(([key, value]) => key !== "description" || typeof value !== "string")
      .map(([key, value]) => [key, key === "default" || key === "enum" ? (value as unknown) : withoutDescriptions(value)]),
  );
}

function readFolder(folder: string, groups: readonly string[]): readonly ClusterObject[] {
  const files = fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.ya?ml$/.test(file));
  return files.sort().flatMap((file) =>
    fs
      .readFileSync(path.join(folder, file), "utf8")
      .split(/^---\s*$/m)
      // Parsing a schema costs a hundred times what this look at its text does.
      .filter((text) => groups.includes(/^ {2}group: "?([^\s"]+)/m.exec(text)?.[1] ?? ""))
      .map((text) => parse(text) as ClusterObject),
  );
}

/** Makes the definitions of these groups known to the server and waits until it serves them. Those already there are left alone. */
export async function ensureCrds(cluster: Cluster, groups: readonly string[], source: CrdSource = crdSource()): Promise<void> {
  if (groups.length === 0) return;
  await Promise.all(
    crdsOf(groups, source).map(async (crd) => {
      const found = await cluster.read(crd);
      if (found?.metadata.annotations?.[HASH_ANNOTATION] === crd.metadata.annotations?.[HASH_ANNOTATION] && isEstablished(found)) return;
      await cluster.apply(crd, FIELD_MANAGER);
      await served(cluster, crd);
    }),
  );
}

/** Asks the server's list of kinds, which is small: a definition itself is up to half a megabyte, and asking for that makes it wait. */
async function served(cluster: Cluster, crd: ClusterObject): Promise<void> {
  const { group, names, versions } = crd["spec"] as {
    group: string;
    names: { kind: string };
    versions: readonly { name: string; served: boolean }[];
  };
  for (const version of versions.filter((each) => each.served)) {
    while (!(await cluster.knows(`${group}/${version.name}`, names.kind))) await sleep(100);
  }
}

/** True if the server has accepted a definition and serves its kind. */
export function isEstablished(crd: ClusterObject | undefined): boolean {
  return crd !== undefined && conditionOf(crd, "Established")?.status === "True";
}
