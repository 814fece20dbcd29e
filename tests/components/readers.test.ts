import assert from "node:assert/strict";
import { dataChecksum } from "#af/components/checksum";
import { recordProgram, type RecordedResource } from "#af/stacks/record";
import { parseSite } from "#af/stacks/site/parse";
import { siteConfig, SITES, spoilt } from "../support/site-config";
import { KINDS, settingsOfKind } from "../support/site-kinds";
import { asRecord, inClear, leavesUnder } from "../stacks/written";

/**
 * Readers that need no new pod when what they read changes, and why. All others have the digest of it in their pod template, or in the
 * values from which their chart makes it.
 */
const BY_ITSELF: readonly (readonly [reader: RegExp, read: RegExp, why: string])[] = [
  [/^StatefulSet xcache-/, /^xcache-origin$/, "each login reads the file: XrdSecProtocolztn::readToken of XRootD, src/XrdSecztn"],
  [/^Deployment data-check$/, /^data-check-token$/, "each run reads the file: components/data/check-script.ts"],
  [/^CronJob /, /./, "each run has a new pod, which reads what is there then"],
  [/^ClusterIssuer /, /./, "cert-manager watches the Secrets of its issuers: https://cert-manager.io/docs/configuration/"],
  [
    /^(HelmRelease|Release) (kube-prometheus-stack|monitoring)$/,
    /^grafana-admin$/,
    "generated once, and stored by Grafana at its first start",
  ],
  [
    /^(HelmRelease|Release) jupyterhub$/,
    /^hub-condor-key$/,
    "the hook reads the file whenever it signs: components/hub/hook/dask_ingress/tokens.py",
  ],
  [/^(HelmRelease|Release) jupyterhub$/, /^servicex-client$/, "a user's pod reads it when it starts, and no update restarts users' pods"],
  [/^CephObjectStoreUser /, /^rgw-servicex$/, "generated once"],
  [
    /^(HelmRelease|Release) servicex$/,
    /^servicex-secrets$/,
    "by hand: docs/operations.md, When a secret changes; the chart takes no annotations",
  ],
];

/** What is read by a name that its reader knows, or by people. */
const BY_NAME: readonly (readonly [read: RegExp, why: string])[] = [
  [/^doors-/, "for people and programs; no pod of the facility mounts it"],
  [/^data-clients$/, "a user's pod reads it when it starts, and no update restarts users' pods"],
  [/^rook-(ceph-mon(-endpoints)?|csi-.*)$|^rgw-admin-ops-user$/, "Rook and its drivers read it at each use"],
  [/^rook-config-override$/, "by hand: docs/operations.md, When a secret changes"],
];

const key = ({ inputs }: RecordedResource, name: unknown) =>
  `${String(asRecord(inputs["metadata"])["namespace"] ?? inputs["namespace"])}/${String(name)}`;
const nameOf = ({ inputs }: RecordedResource) => String(asRecord(inputs["metadata"])["name"] ?? inputs["name"]);

/*
 * All sites are delivered by Helm here: the same values go to Flux in one Secret, whose text is not known before the generated keys are.
 */
describe("who reads a ConfigMap or a Secret", function () {
  this.timeout(60_000);
  const subjects = [
    ...SITES.map((name) => ({ name, config: () => Promise.resolve(siteConfig(name)) })),
    ...Object.keys(KINDS).map((title) => ({ name: title, config: () => settingsOfKind(title) })),
  ];
  const used = new Set<string>();
  for (const { name, config } of subjects) {
    it(`${name}: gets new pods when it changes, or needs none`, async () => {
      const { resources } = await recordProgram(parseSite(spoilt(await config(), ["delivery"], { kind: "helm" }), "a test"));
      const objects = resources
        .filter(({ type }) => type.startsWith("kubernetes:"))
        .map((each) => ({ ...each, inputs: asRecord(inClear(each.inputs)) }));
      const ours = new Map(objects.filter(({ type }) => /:(ConfigMap|Secret)$/.test(type)).map((each) => [key(each, nameOf(each)), each]));
      const read = new Set<string>();
      for (const reader of objects.filter(({ type }) => !/:(ConfigMap|Secret|Service|EndpointSlice|Namespace)$/.test(type))) {
        const { metadata: _, ...rest } = reader.inputs;
        // An issuer of the whole cluster reads from cert-manager's own namespace.
        const found = leavesUnder(rest).flatMap(({ path, value }) => {
          if (typeof value !== "string" || !NAMES.test(path)) return [];
          const [exact] = [...ours.keys()].filter(
            (each) => each === key(reader, value) || (/ClusterIssuer$/.test(reader.type) && each.endsWith(`/${value}`)),
          );
          return exact === undefined ? [] : [exact];
        });
        const title = `${reader.type.split(":").at(-1) ?? ""} ${nameOf(reader)}`;
        for (const each of found) read.add(each);
        const tell = [...new Set(found)].filter((each) => {
          const entry = BY_ITSELF.find(([who, what]) => who.test(title) && what.test(each.split("/")[1] ?? ""));
          if (entry) used.add(entry[2]);
          return entry === undefined;
        });
        for (const kind of ["ConfigMap", "Secret"]) {
          const these = tell.flatMap((each) => (ours.get(each)?.type.endsWith(`:${kind}`) ? [ours.get(each) ?? assert.fail()] : []));
          if (these.length === 0) continue;
          const data = Object.assign(
            {},
            ...these.map(({ inputs }) => ({ ...asRecord(inputs["data"]), ...asRecord(inputs["stringData"]) })),
          ) as Record<string, string>;
          const values = ours.get(key(reader, `${nameOf(reader)}-values`))?.inputs;
          assert.ok(
            JSON.stringify([reader.inputs, values]).includes(dataChecksum(data)),
            `${title} does not see a change of ${tell.join()}`,
          );
        }
      }
      for (const each of [...ours.keys()].filter((one) => !read.has(one))) {
        const entry = BY_NAME.find(([what]) => what.test(each.split("/")[1] ?? ""));
        assert.ok(entry, `nobody reads ${each}`);
        used.add(entry[1]);
      }
    });
  }

  it("has no reason for which there is no reader", () => {
    for (const [, , why] of BY_ITSELF) assert.ok(used.has(why), why);
    for (const [, why] of BY_NAME) assert.ok(used.has(why), why);
  });

  it("is told to Flux by the label with which it watches values", async () => {
    for (const site of SITES) {
      const { resources } = await recordProgram(parseSite(siteConfig(site), site));
      for (const { inputs, name } of resources.filter(({ type, name }) => /:Secret$/.test(type) && /-values$/.test(name)))
        assert.equal(asRecord(asRecord(inputs["metadata"])["labels"])["reconcile.fluxcd.io/watch"], "Enabled", name);
    }
  });
});

/** Fields that name a ConfigMap or a Secret: of volumes, of environment variables, of custom resources and of charts. */
const NAMES =
  /(secretName|configMap\.name|[sS]ecret[A-Za-z]*\.name|[sS]ecretRef\.name|secretKeyRef\.name|configMapKeyRef\.name|existing[A-Za-z]*Secret|valuesFrom\[\]\.name|\.secrets|Secret(Ref)?\.name)$/;
