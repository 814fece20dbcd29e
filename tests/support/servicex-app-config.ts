import type { ServiceXValues } from "#af/components/charts/servicex";

/**
 * How the chart's template writes one value into `app.conf`, which Flask executes as Python: as it is (`raw`), between quotes without escaping
 * them, as True or False (`switch`), or as `tokenExpires`, which Go's template takes as a switch and writes as `true` if it is on
 * (https://github.com/ssl-hep/ServiceX/blob/develop/helm/servicex/templates/app/configmap.yaml).
 */
type Paste = "raw" | "single" | "double" | "switch" | "expiry";

/** Values that become Python source, each with the name that it is assigned to. */
const PASTED: Readonly<Record<string, readonly [name: string, paste: Paste]>> = {
  "app.auth": ["ENABLE_AUTH", "switch"],
  "app.oauthMetadataURL": ["OAUTH_METADATA_URL", "single"],
  "app.allowAllAfterAuth": ["OAUTH_ALLOW_ALL_AFTER_AUTH", "switch"],
  "app.adminEmail": ["JWT_ADMIN", "single"],
  "app.tokenExpires": ["JWT_REFRESH_TOKEN_EXPIRES", "expiry"],
  "app.authExpires": ["JWT_ACCESS_TOKEN_EXPIRES", "raw"],
  "transformer.cachePrefix": ["TRANSFORMER_CACHE_PREFIX", "raw"],
  "transformer.cpuLimit": ["TRANSFORMER_CPU_LIMIT", "raw"],
  "transformer.memoryLimit": ["TRANSFORMER_MEMORY_LIMIT", "double"],
  "transformer.cpuRequest": ["TRANSFORMER_CPU_REQUEST", "double"],
  "transformer.memoryRequest": ["TRANSFORMER_MEMORY_REQUEST", "double"],
  "transformer.priorityClassName": ["TRANSFORMER_PRIORITY_CLASS", "double"],
  "transformer.autoscaler.enabled": ["TRANSFORMER_AUTOSCALE_ENABLED", "switch"],
  "transformer.autoscaler.minReplicas": ["TRANSFORMER_MIN_REPLICAS", "raw"],
  "transformer.autoscaler.maxReplicas": ["TRANSFORMER_MAX_REPLICAS", "raw"],
  "objectStore.publicURL": ["MINIO_PUBLIC_URL", "single"],
  "objectStore.useTLS": ["MINIO_ENCRYPT", "switch"],
  "objectStore.publicClientUseTLS": ["MINIO_ENCRYPT_PUBLIC", "switch"],
  "postgresql.global.postgresql.auth.database": ["SQLALCHEMY_DATABASE_URI", "single"],
};

/** Values of the same branches of the chart that become YAML, an environment variable as JSON, or a condition. */
const NOT_PASTED = /^app\.(replicas|checksImage|allowedImagePrefixes|resources|ingress\.enabled)\b|^objectStore\.(enabled|internal)$/;

/** One assignment of the configuration: the Python source, and what it must evaluate to. */
export interface Assignment {
  readonly path: string;
  readonly source: string;
  /** The value; undefined where a Python literal of any value is right. */
  readonly meant: unknown;
}

/**
 * The assignments that the chart writes of the values.
 * @throws {Error} for a value of `app`, `transformer` or `objectStore` of which the tables do not say what becomes of it.
 */
export function assignments(values: ServiceXValues): readonly Assignment[] {
  const { app, transformer, objectStore, postgresql } = values;
  return leaves({ app, transformer, objectStore, postgresql: { global: postgresql.global } }).flatMap(([path, value]) => {
    const pasted = PASTED[path];
    if (pasted === undefined) {
      if (NOT_PASTED.test(path) || path.startsWith("postgresql.")) return [];
      throw new Error(`${path}: nobody says whether the chart writes it into app.conf, and how`);
    }
    const [name, paste] = pasted;
    return [{ path, source: `${name} = ${written(paste, value)}`, meant: paste === "raw" || paste === "expiry" ? undefined : value }];
  });
}

function written(paste: Paste, value: unknown): string {
  switch (paste) {
    case "raw":
      return String(value);
    case "single":
      return `'${String(value)}'`;
    case "double":
      return `"${String(value)}"`;
    case "switch":
      return value === true ? "True" : "False";
    case "expiry":
      return value === true ? "true" : "False";
  }
}

function leaves(tree: object, above = ""): readonly (readonly [path: string, value: unknown])[] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]) => {
    const path = above === "" ? key : `${above}.${key}`;
    const branch = typeof value === "object" && value !== null && !Array.isArray(value);
    return branch ? leaves(value, path) : value === undefined ? [] : [[path, value] as const];
  });
}
