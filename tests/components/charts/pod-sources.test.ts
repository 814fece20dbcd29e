import assert from "node:assert/strict";
import { SECRET as SERVICEX_SECRET, SECRET_KEYS } from "#af/components/servicex/values";
import { recordProgram } from "#af/stacks/record";
import { parseSite } from "#af/stacks/site/parse";
import { siteConfig, SITES, spoilt } from "../../support/site-config";
import { renderedCases, type RenderedCase } from "../../support/rendered-charts";
import { asRecord, inClear } from "../../stacks/written";

type Config = Record<string, unknown>;

/** A Secret or a ConfigMap that a pod reads; the pod does not start without it, nor without the key if it names one. */
interface Source {
  readonly kind: "Secret" | "ConfigMap";
  readonly name: string;
  readonly key?: string;
}

/** Sources that come into being in the cluster, and who makes them. */
const MADE_THERE: readonly (readonly [source: RegExp, why: string])[] = [
  [/^Secret metallb-memberlist(\.|$)/, "MetalLB's controller makes the key of its speakers' gossip"],
  [/^Secret metallb-webhook-cert(\.|$)/, "the chart makes it empty, and MetalLB's controller fills it"],
  [/^ConfigMap kube-root-ca\.crt(\.|$)/, "the controller manager puts it into every namespace"],
  [/^(Secret|ConfigMap) rook-ceph-(operator-config|mon|config)/, "Rook makes it"],
];

/**
 * Keys that the pods of ServiceX read of its Secret: those of the chart 1.5.3, and those of its newer templates
 * (https://github.com/ssl-hep/ServiceX/blob/develop/helm/servicex/templates/app/deployment.yaml), with those of its charts of PostgreSQL
 * and RabbitMQ.
 */
const SERVICEX_KEYS = [
  ...["accesskey", "secretkey", "flaskSecretKey", "jwtSecretKey", "mailgunAPIKey", "slackSigningSecret", "slackSignupWebhook"],
  ...["rabbitmq-password", "rabbitmq-erlang-cookie", "postgresql-password"],
  ...["globusClientID", "globusClientSecret", "oauthMetadataURL", "oauthClientID", "oauthClientSecret"],
];

/** Keys of Secrets with generated contents, which are not known before `up`. */
const GENERATED: Readonly<Record<string, readonly string[]>> = {
  [SERVICEX_SECRET]: SECRET_KEYS,
  "grafana-admin": ["admin-user", "admin-password"],
};

/** Keys of the Secret that cert-manager makes of a Certificate (https://cert-manager.io/docs/usage/certificate/). */
const CERTIFICATE_KEYS = ["tls.crt", "tls.key", "ca.crt"];

/** Keys of every Secret and ConfigMap that the program makes, by `Kind name`: the namespaces of renderings are not always the site's. */
async function madeBy(config: Config): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const { resources } = await recordProgram(parseSite(spoilt(config, ["delivery"], { kind: "helm" }), "a test"));
  return new Map(
    resources.flatMap(({ type, inputs }) => {
      const { metadata, data, stringData, spec } = asRecord(inClear(inputs));
      const kind = /:(ConfigMap|Secret|Certificate)$/.exec(type)?.[1];
      if (kind === undefined) return [];
      if (kind === "Certificate") return [[`Secret ${String(asRecord(spec)["secretName"])}`, new Set(CERTIFICATE_KEYS)] as const];
      const name = String(asRecord(metadata)["name"]);
      const keys = GENERATED[name] ?? Object.keys({ ...asRecord(data), ...asRecord(stringData) });
      return [[`${kind} ${name}`, new Set(keys)] as const];
    }),
  );
}

/** The sources that any pod of an object names and cannot do without. */
function sourcesOf(value: unknown): readonly Source[] {
  if (Array.isArray(value)) return value.flatMap(sourcesOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([field, below]) => {
    const { name, secretName, key, optional, items } = asRecord(below);
    const kind = /^(secretKeyRef|secretRef|secret)$/.test(field)
      ? "Secret"
      : /^(configMapKeyRef|configMapRef|configMap)$/.test(field)
        ? "ConfigMap"
        : undefined;
    const named = secretName ?? name;
    if (kind === undefined || typeof named !== "string" || optional === true) return sourcesOf(below);
    const keys = Array.isArray(items) ? items.map((item) => asRecord(item)["key"]) : [key];
    return keys.map((each) => ({ kind, name: named, ...(typeof each === "string" && { key: each }) }));
  });
}

/** What pods of a rendering read that neither the chart nor the program makes. */
function missing(objects: RenderedCase["objects"], made: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const own: ReadonlyMap<string, ReadonlySet<string>> = new Map(
    objects
      .filter(({ kind }) => kind === "Secret" || kind === "ConfigMap")
      .map(({ kind, metadata, data, stringData }) => [
        `${String(kind)} ${String(asRecord(metadata)["name"])}`,
        new Set(Object.keys({ ...asRecord(data), ...asRecord(stringData) })),
      ]),
  );
  const pods = objects.filter(({ kind }) => /^(Deployment|StatefulSet|DaemonSet|Job|CronJob|Pod)$/.test(String(kind)));
  const lacking = sourcesOf(pods.map(({ spec }) => spec)).flatMap(({ kind, name, key }) => {
    const keys = own.get(`${kind} ${name}`) ?? made.get(`${kind} ${name}`);
    const title = `${kind} ${name}${key === undefined ? "" : `.${key}`}`;
    const there = keys !== undefined && (key === undefined || keys.has(key));
    return there || MADE_THERE.some(([source]) => source.test(title)) ? [] : [title];
  });
  return [...new Set(lacking)];
}

describe("Secrets and ConfigMaps that pods of charts read", function () {
  this.timeout(60_000);

  it("are made by the chart or by the program with every key, in what the real charts make of each site's values", async () => {
    const all = renderedCases();
    if ("missing" in all) return console.log(`      not checked: ${all.missing}`);
    for (const site of SITES) {
      const made = await madeBy(siteConfig(site));
      const ofSite: readonly RenderedCase[] = all.filter((each) => each.case === site);
      assert.ok(ofSite.length > 0, site);
      for (const each of ofSite) assert.deepEqual(missing(each.objects, made), [], `${each.chart} ${each.version} at ${site}`);
    }
  });

  it("would be found missing", () => {
    const container = { env: [{ valueFrom: { secretKeyRef: { name: "s", key: "k" } } }], envFrom: [{ configMapRef: { name: "c" } }] };
    const volumes = [{ secret: { secretName: "v" } }, { secret: { secretName: "o", optional: true } }];
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: { containers: [container], volumes } };
    assert.deepEqual(missing([pod], new Map([["Secret s", new Set(["other"])]])), ["Secret s.k", "ConfigMap c", "Secret v"]);
    const made = { "Secret s": ["k"], "ConfigMap c": [], "Secret v": [] };
    const there = Object.entries(made).map(([name, keys]) => [name, new Set<string>(keys)] as const);
    assert.deepEqual(missing([pod], new Map(there)), []);
  });

  it("are there for ServiceX, old and new", () => {
    assert.deepEqual([...SECRET_KEYS].sort(), [...SERVICEX_KEYS].sort());
  });
});
