import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { DISK_CLASS } from "#af/components/data/xcache-set";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { ran } from "./life-cycle";
import { toolsOrSkip, TestSandbox } from "../sandbox/e2e/harness";
import { spoilt } from "../support/site-config";
import { settingsOfKind } from "../support/site-kinds";
import { writeSettings } from "../tools/site-files";

type Pod = ClusterObject & { readonly spec: { readonly nodeName?: string }; readonly status: { readonly phase: string } };
type Claim = ClusterObject & {
  readonly spec: { readonly storageClassName?: string; readonly volumeName?: string };
  readonly status: { readonly phase: string; readonly capacity?: { readonly storage: string } };
};
type Volume = ClusterObject & {
  readonly spec: { readonly storageClassName?: string; readonly capacity: { readonly storage: string } };
  readonly status: { readonly phase: string };
};

/** Hosts of the cache, by the number of each. */
const hostOf = (number: number) => `cache${number}`;

/** What a real volume binder, scheduler and controller of StatefulSets make of the cache's disks when the site file changes. */
describe("disks of a cache whose size and hosts change", function () {
  this.timeout(600_000);
  this.bail(true);
  const name = "cached";
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-cached-"));
  const sandbox = new TestSandbox(name);

  before(async function () {
    await toolsOrSkip(this);
  });
  after(async () => {
    await sandbox.remove();
    fs.rmSync(folder, { recursive: true });
  });

  /** The site file with disks of a size on some of the hosts. */
  async function written(size: string, numbers: readonly number[], pins: unknown = {}): Promise<string> {
    const servers = numbers.map((number) => ({ host: `${hostOf(number)}.example.edu`, address: `192.0.2.${15 + number}` }));
    const disks = [0, 1].map((index) => ({ path: `/mnt/xcache${index}`, size }));
    const changes: readonly (readonly [path: readonly string[], value: unknown])[] = [
      [["site", "name"], name],
      [
        ["platform", "loadBalancer", "pools", "public"],
        ["192.0.2.10/32", "192.0.2.16/29"],
      ],
      [["nodes", "cache", "hosts"], numbers.map(hostOf)],
      [["data", "cache", "disks"], disks],
      [["tenancy"], { pins }],
      ...(numbers.length > 1
        ? ([
            [["data", "cache", "address"], "192.0.2.20"],
            [["data", "cache", "servers"], servers],
          ] as const)
        : []),
    ];
    return writeSettings(
      folder,
      name,
      changes.reduce((tree, [at, value]) => spoilt(tree, at, value), await settingsOfKind("data.cache: xcache")),
    );
  }

  /** Every cache host has its pod, every disk of these hosts its volume and its claim of that size, and there is no other. */
  async function stands(size: string, numbers: readonly number[]): Promise<void> {
    const list = <T>(kind: string) => sandbox.ask<readonly T[]>({ ask: "list", apiVersion: "v1", kind });
    const claims = (await list<Claim>("PersistentVolumeClaim")).filter(({ spec }) => spec.storageClassName === DISK_CLASS);
    const volumes = (await list<Volume>("PersistentVolume")).filter(({ spec }) => spec.storageClassName === DISK_CLASS);
    const count = 2 * numbers.length;
    assert.deepEqual(
      claims.map(({ status }) => [status.phase, status.capacity?.storage]),
      Array.from({ length: count }, () => ["Bound", size]),
    );
    assert.deepEqual(
      volumes.map(({ spec, status }) => [status.phase, spec.capacity.storage]),
      Array.from({ length: count }, () => ["Bound", size]),
    );
    assert.deepEqual(claims.map(({ spec }) => spec.volumeName).sort(), volumes.map(({ metadata }) => metadata.name).sort());
    const pods = await sandbox.ask<readonly Pod[]>({ ask: "list", apiVersion: "v1", kind: "Pod", labels: "app.kubernetes.io/name=xcache" });
    assert.deepEqual(
      pods.map(({ spec, status }) => [spec.nodeName, status.phase]).sort(),
      numbers.map((number) => [hostOf(number), "Running"]),
    );
  }

  /** The pin with which an update is refused, because pods that go would count in a quota that is lowered before. */
  async function namedPin(file: string): Promise<unknown> {
    const { code, stdout, stderr } = await sandbox.command("up", name, "--config-file", file).finished;
    const [, role = "", pin = ""] = /af:tenancy\.pins\.(\w+): (\{.*?\}), and take/.exec(stdout + stderr) ?? assert.fail(stdout + stderr);
    assert.notEqual(code, 0);
    return { [role]: parse(pin) as unknown };
  }

  for (const { what, size, hosts, leaves } of [
    { what: "come up on two hosts", size: "4Ti", hosts: [1, 2], leaves: false },
    {
      what: "become smaller while a host leaves with the quota that the refusal names, and only its own go",
      size: "2Ti",
      hosts: [1],
      leaves: true,
    },
    { what: "become larger while that host comes back", size: "3Ti", hosts: [1, 2], leaves: false },
  ])
    it(`${what}: every claim is bound to a volume of ${size}, and every pod is placed`, async () => {
      const pins = leaves ? await namedPin(await written(size, hosts)) : {};
      await ran(sandbox, "up", name, "--config-file", await written(size, hosts, pins));
      await stands(size, hosts);
    });
});
