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

/**
 * Where CustomResourceDefinitions come from: the folder in AF_CRDS, the one beside the project, or nowhere, which makes permissive ones.
 */
export type CrdSource =
  { readonly kind: "folder"; readonly folder: string; readonly why: "AF_CRDS" | "beside the project" } | { readonly kind: "permissive" };

/** Annotation of each definition that the sandbox made: where its schema comes from, for the report. */
export const SOURCE_ANNOTATION = "sandbox.analysis-facility/crd-source";
const HASH_ANNOTATION = "sandbox.analysis-facility/crd-hash";
const FIELD_MANAGER = "sandbox-crds";

/**
 * Where the definitions are to come from.
 * @throws {UsageError} if AF_CRDS names a folder that does not exist: permissive definitions in its place would let mistakes through
 * unseen.
 */
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

/** A source in one line for people. */
export function describeSource(source: CrdSource): string {
  return source.kind === "folder"
    ? `custom resources are checked against ${source.folder} (${source.why})`
    : "custom resources are not checked: no definitions found (set AF_CRDS to a folder of them), so permissive ones were generated";
}

/** Definitions that allow everything: no field is checked. Their status is a subresource, as in all real ones. */
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
        // The server wants an approval of groups below k8s.io: https://github.com/kubernetes/enhancements/pull/1111
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

/** The definitions of API groups; for a group without definitions in the folder, permissive ones of its known kinds. */
export function crdsOf(groups: readonly string[], source: CrdSource, kinds: readonly KnownKind[] = KNOWN_KINDS): readonly ClusterObject[] {
  const read = source.kind === "folder" ? readFolder(source.folder, groups).map((crd) => marked(crd, source.folder)) : [];
  const covered = new Set(read.map((crd) => (crd["spec"] as { group: string }).group));
  const rest = kinds.filter(({ group }) => groups.includes(group) && !covered.has(group));
  return [...read, ...permissiveCrds(rest).map((crd) => marked(crd, "permissive"))];
}

function marked(crd: ClusterObject, from: string): ClusterObject {
  // A status is not wanted, and a conversion webhook would fail, because nobody serves it.
  const spec = { ...(withoutDescriptions(crd["spec"]) as object), conversion: { strategy: "None" } };
  const hash = createHash("sha256").update(JSON.stringify(spec)).digest("hex").slice(0, 16);
  const annotations = { ...crd.metadata.annotations, [SOURCE_ANNOTATION]: from, [HASH_ANNOTATION]: hash };
  return { apiVersion: crd.apiVersion, kind: crd.kind, metadata: { name: crd.metadata.name, annotations }, spec };
}

/** Removes descriptions, which are most of a schema and which the server would have to store; it refuses the same without them. */
function withoutDescriptions(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutDescriptions);
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      // A property that is called `description` is an object and stays; `default` and `enum` hold data, which may have such a key.
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
      // Parsing a definition takes up to half a second (docs/sources.md, Sandbox and tools), this look at its text microseconds.
      .filter((text) => groups.includes(/^ {2}group: "?([^\s"]+)/m.exec(text)?.[1] ?? ""))
      .map((text) => parse(text) as ClusterObject),
  );
}

/** Applies the definitions of API groups and waits until the server serves them. Definitions that are there already are left alone. */
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

/** Waits until the server serves a definition. It asks for the list of kinds, because a definition is up to half a megabyte of JSON. */
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
