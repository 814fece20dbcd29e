import { createHash } from "node:crypto";
import * as fs from "node:fs";
import type * as http from "node:http";
import * as path from "node:path";

/** Path under which the repository answers, as an HTTP repository and as the namespace of an OCI registry. */
export const REPOSITORY_PATH = "/charts";

/** Media types of a chart in a registry: https://helm.sh/docs/topics/registries/#helm-chart-manifest */
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const CONFIG = "application/vnd.cncf.helm.config.v1+json";
const CONTENT = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
  readonly digest?: string;
}

/**
 * Answers the requests of Helm, Flux and Pulumi for the charts in a folder: as an HTTP repository with an index
 * (https://helm.sh/docs/topics/chart_repository/), and as an OCI registry from which one can pull
 * (https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pull).
 */
export function answerFrom(folder: string): http.RequestListener {
  return (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "https://localhost");
    const { status, type, body, digest } =
      request.method === "GET" || request.method === "HEAD"
        ? (find(folder, decoded(pathname)) ?? text(404, `there is no ${pathname}`))
        : text(405, "this repository is read only");
    response.writeHead(status, {
      "content-type": type,
      "content-length": body.length,
      ...(digest === undefined ? {} : { "docker-content-digest": digest }),
    });
    response.end(request.method === "HEAD" ? undefined : body);
  };
}

/** A path without its percent signs; as it is where they are no encoding, so that nothing is found. */
function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}

function find(folder: string, pathname: string): Answer | undefined {
  if (pathname === "/v2/") return json({}, "application/json");
  const file = new RegExp(`^${REPOSITORY_PATH}/([\\w.+-]+\\.tgz|index\\.yaml)$`).exec(pathname)?.[1];
  if (file !== undefined) {
    const body = read(path.join(folder, file));
    return body && { status: 200, type: file.endsWith(".tgz") ? "application/gzip" : "application/yaml", body };
  }
  const [, name, what, reference] = new RegExp(`^/v2${REPOSITORY_PATH}/([\\w.-]+)/(manifests|blobs|tags)/([^/]+)$`).exec(pathname) ?? [];
  if (name === undefined || reference === undefined) return undefined;
  const versions = versionsOf(folder, name);
  if (what === "tags") return json({ name, tags: versions.map(({ tag }) => tag) }, "application/json");
  for (const { tag, content, config, manifest } of versions) {
    if (what === "manifests" && (reference === tag || reference === manifest.digest)) return manifest;
    const blob = [content, config].find(({ digest }) => digest === reference);
    if (what === "blobs" && blob !== undefined) return blob;
  }
  return undefined;
}

/** The versions of a chart in the folder. A tag cannot hold a plus sign, so Helm writes an underscore. */
function versionsOf(
  folder: string,
  name: string,
): readonly { readonly tag: string; readonly content: Answer; readonly config: Answer; readonly manifest: Answer }[] {
  return fs.readdirSync(folder).flatMap((entry) => {
    const version = entry.startsWith(`${name}-`) && entry.endsWith(".tgz") ? entry.slice(name.length + 1, -".tgz".length) : "";
    const body = /^v?\d/.test(version) ? read(path.join(folder, entry)) : undefined;
    if (body === undefined) return [];
    const content = { status: 200, type: CONTENT, body, digest: digestOf(body) };
    const config = json({ apiVersion: "v2", name, version }, CONFIG);
    const layer = ({ type, body: { length }, digest }: Answer): object => ({ mediaType: type, digest, size: length });
    const manifest = json({ schemaVersion: 2, mediaType: MANIFEST, config: layer(config), layers: [layer(content)] }, MANIFEST);
    return [{ tag: version.replaceAll("+", "_"), content, config, manifest }];
  });
}

function read(file: string): Buffer | undefined {
  try {
    return fs.readFileSync(file);
  } catch {
    return undefined;
  }
}

function json(value: object, type: string): Answer {
  const body = Buffer.from(JSON.stringify(value));
  return { status: 200, type, body, digest: digestOf(body) };
}

function text(status: number, message: string): Answer {
  return { status, type: "text/plain", body: Buffer.from(`${message}\n`) };
}

function digestOf(body: Buffer): string {
  return `sha256:${createHash("sha256").update(body).digest("hex")}`;
}
