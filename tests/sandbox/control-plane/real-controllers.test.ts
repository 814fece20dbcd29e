import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import {
  checked,
  describeChoices,
  readRealControllers,
  realNames,
  REAL_CONTROLLERS,
  type RealName,
} from "#af/sandbox/control-plane/real-controllers";
import type { CommandFailure } from "#af/terminal/failure";

describe("controllers that are to be real", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-real-"));
  const program = path.join(folder, "controller");
  const text = path.join(folder, "text");
  before(() => {
    fs.writeFileSync(program, "#!/bin/sh\n", { mode: 0o755 });
    fs.writeFileSync(text, "", { mode: 0o644 });
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  it("are read from NAME=PATH, and none from none", () => {
    assert.deepEqual(readRealControllers([`cert-manager=${program}`, `metallb=${path.relative(process.cwd(), program)}`]), {
      "cert-manager": program,
      metallb: program,
    });
    assert.deepEqual(readRealControllers(["none"]), {});
    assert.equal(describeChoices({}), "played controllers only");
    assert.equal(describeChoices({ metallb: program, "cert-manager": program }), `cert-manager=${program} metallb=${program}`);
  });

  it("are refused with everything that is wrong, and with what is allowed", () => {
    const table: readonly [words: readonly string[], expected: RegExp][] = [
      [["cert-manager"], /--real cert-manager has no "="/],
      [["traefik=/x"], /knows no controller "traefik"/],
      [["=/x"], /knows no controller ""/],
      [[`rook=${program}`], /--real rook cannot be taken: Rook's operator reads/],
      [[`ceph-csi=${program}`], /--real ceph-csi cannot be taken/],
      [["metallb=/nowhere/controller"], /--real metallb: \/nowhere\/controller does not exist/],
      [[`metallb=${folder}`], /is no file/],
      [[`metallb=${text}`], /cannot be run \(chmod \+x\)/],
      [[`metallb=${program}`, `metallb=${program}`], /names metallb twice/],
      [[`helm-controller=${program}`], /helm-controller needs --real source-controller=PATH/],
      [["none", "metallb"], /--real none has no "="[^]*--real metallb has no "="/],
    ];
    for (const [words, expected] of table) {
      assert.throws(
        () => readRealControllers(words),
        (error: CommandFailure) => {
          assert.equal(error.exitCode, 2);
          assert.match(error.message, expected);
          assert.match(
            error.message,
            /Allowed: --real NAME=PATH .* for cert-manager, helm-controller, metallb, source-controller; or --real none\.$/,
          );
          return true;
        },
      );
    }
    assert.throws(() => checked({ metallb: "/gone" }), /\/gone does not exist/);
  });

  it("listen on this machine only where they can be told to, elect no leader, and know their namespace", () => {
    const place = {
      namespace: "its-namespace",
      pod: "its-pod",
      kubeconfig: "/k",
      listen: ["127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"],
      folder: "/f",
    };
    for (const name of Object.keys(REAL_CONTROLLERS) as RealName[]) {
      const controller = REAL_CONTROLLERS[name];
      const flags = controller.arguments(place);
      assert.ok(
        flags.every((flag) => flag.startsWith("--")),
        name,
      );
      assert.equal(new Set(flags.map((flag) => flag.split("=")[0])).size, flags.length, name);
      assert.match([...flags, ...Object.values(controller.environment?.(place) ?? {})].join(" "), /its-namespace/);
      const ports = flags.flatMap((flag) => /(?:127\.0\.0\.1:|port=)([123])$/.exec(flag)?.[1] ?? []);
      assert.equal(new Set(ports).size, controller.ports, name);
      // MetalLB's controller elects none: it always runs alone.
      assert.equal(
        flags.some((flag) => /leader-elect(ion)?=false$/.test(flag)),
        name !== "metallb",
        name,
      );
    }
  });

  it("are named to the process that plays the others", () => {
    assert.deepEqual(realNames({ SANDBOX_REAL: "metallb,cert-manager" }), ["metallb", "cert-manager"]);
    assert.deepEqual(realNames({}), []);
  });
});
