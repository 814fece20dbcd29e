import assert from "node:assert/strict";
import { imagesAreExact } from "#af/policies/security/images-are-exact";
import { noAddedCapabilities } from "#af/policies/security/no-added-capabilities";
import { noHostNamespaces } from "#af/policies/security/no-host-namespaces";
import { noHostPaths } from "#af/policies/security/no-host-paths";
import { noPrivilegedContainers } from "#af/policies/security/no-privileged-containers";
import { noSecretLiterals } from "#af/policies/security/no-secret-literals";
import {
  KINDS,
  neverSilent,
  nothingFound,
  onlyFinding,
  refusedInEveryContainer,
  refusedInEveryKind,
  verdictOn as verdict,
} from "../expect";
import { changed, CONTAINER, KEPT, POD_SPEC, workload } from "../manifests";

const deployment = workload("Deployment");
const container = (...steps: (string | number)[]) => ["spec", "template", "spec", "containers", 0, ...steps];
const withContainer = (...[steps, value]: [readonly (string | number)[], unknown]) => changed(deployment, container(...steps), value);

describe("no-privileged-containers", () => {
  const steps = ["securityContext", "privileged"];

  it("refuses a privileged container in every place", () => {
    refusedInEveryContainer(
      noPrivilegedContainers,
      steps,
      true,
      "securityContext.privileged",
      /container broken is privileged; allowed: false/,
    );
  });

  it("accepts false, nothing, and null", () => {
    for (const value of [false, undefined, null]) nothingFound([withContainer(steps, value)], noPrivilegedContainers);
  });

  it("refuses a process of a Windows host", () => {
    const path = "spec.template.spec.containers[0].securityContext.windowsOptions.hostProcess";
    onlyFinding(
      [withContainer(["securityContext", "windowsOptions", "hostProcess"], true)],
      noPrivilegedContainers,
      path,
      /runs as a process of its host/,
    );
  });

  it("refuses pods whose containers all are processes of a Windows host", () => {
    const windows = ["securityContext", "windowsOptions", "hostProcess"];
    refusedInEveryKind(noPrivilegedContainers, windows, true, windows.join("."), /run as processes of their host/);
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(noPrivilegedContainers, deployment, container(...steps), "true");
    neverSilent(noPrivilegedContainers, deployment, container("securityContext"), "privileged");
    neverSilent(noPrivilegedContainers, deployment, container(), "main");
    neverSilent(noPrivilegedContainers, deployment, ["spec", "template", "spec", "containers"], {});
    neverSilent(noPrivilegedContainers, deployment, ["spec", "template", "spec"], []);
  });

  it("judges the other containers when one is not known", () => {
    const spec = { ...POD_SPEC, initContainers: [changed(CONTAINER, steps, true)] };
    const object = changed(workload("Job", spec), ["spec", "template", "spec", "containers", 0, "securityContext"], "unread");
    const findings = verdict([object]).findings.filter(({ rule }) => rule === noPrivilegedContainers.name);
    assert.deepEqual(
      findings.map(({ message }) => message.split(";")[0]),
      ["container main is privileged", "found text"],
    );
  });
});

describe("no-host-namespaces", () => {
  for (const name of ["hostNetwork", "hostPID", "hostIPC"]) {
    it(`refuses ${name} in every kind`, () => {
      refusedInEveryKind(noHostNamespaces, [name], true, name, new RegExp(`^${name} is true; allowed: false`));
      nothingFound([workload("Pod", { ...POD_SPEC, [name]: false })], noHostNamespaces);
      neverSilent(noHostNamespaces, deployment, ["spec", "template", "spec", name], "yes");
    });
  }
});

describe("no-host-paths", () => {
  const volumes = [{ name: "data", hostPath: { path: "/etc" } }];

  it("refuses a host's folder in every kind", () => {
    refusedInEveryKind(noHostPaths, ["volumes"], volumes, "volumes[0].hostPath", /volume data is the host's folder \/etc; allowed/);
  });

  it("accepts other volumes", () => {
    nothingFound([workload("Pod", { ...POD_SPEC, volumes: [{ name: "data", emptyDir: {} }] })], noHostPaths);
  });

  it("refuses a volume that is declared apart, and accepts a local disk", () => {
    const volume = { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "disk" }, spec: { local: { path: "/mnt" } } };
    nothingFound([volume], noHostPaths);
    onlyFinding(
      [{ ...volume, spec: { hostPath: { path: "/mnt" } } }],
      noHostPaths,
      "spec.hostPath",
      /whatever host the pod is on; allowed: local/,
    );
  });

  it("is never silent about what it cannot read", () => {
    const object = workload("Deployment", { ...POD_SPEC, volumes });
    neverSilent(noHostPaths, object, ["spec", "template", "spec", "volumes"], "none");
    neverSilent(noHostPaths, object, ["spec", "template", "spec", "volumes", 0], "none");
    neverSilent(noHostPaths, object, ["spec", "template", "spec", "volumes", 0, "hostPath", "path"], 1);
  });
});

describe("no-added-capabilities", () => {
  const steps = ["securityContext", "capabilities", "add"];

  it("refuses a capability beyond the default set in every place, however it is spelt", () => {
    for (const capability of ["SYS_ADMIN", "NET_RAW", "ALL", "CAP_CHOWN", "chown"]) {
      const message = new RegExp(`adds ${capability}; allowed: AUDIT_WRITE, CHOWN`);
      refusedInEveryContainer(noAddedCapabilities, steps, [capability], "securityContext.capabilities.add[0]", message);
    }
  });

  it("accepts the default set", () => {
    nothingFound([withContainer(steps, ["CHOWN", "NET_BIND_SERVICE"])], noAddedCapabilities);
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(noAddedCapabilities, deployment, container(...steps), "SYS_ADMIN");
    neverSilent(noAddedCapabilities, deployment, container(...steps, 0), 1);
  });
});

describe("images-are-exact", function () {
  // Each name of an image stands in every kind and list, and all rules of both packs judge each.
  this.timeout(120_000);
  const DIGEST = `sha256:${"a".repeat(64)}`;

  it("refuses what may be another image tomorrow, in every place", () => {
    const cases = {
      program: /names|has no tag and means latest/,
      "registry.example.org/program": /has no tag and means latest/,
      "registry.example.org:5000/program": /has no tag and means latest/,
      "registry.example.org/program:latest": /which may be another image tomorrow/,
      ...Object.fromEntries(
        ["develop", "main", "master", "stable", "nightly", "edge", "Latest", "alpine", "3.12-dev", "2-latest"].map((tag) => [
          `registry.example.org/program:${tag}`,
          /which may be another image tomorrow/,
        ]),
      ),
      "registry.example.org/program@sha256:abc": /has a digest that is not sha256 and 64 hexadecimal digits/,
      "registry.example.org/program: 1.2": /has no tag/,
    };
    for (const [image, message] of Object.entries(cases)) refusedInEveryContainer(imagesAreExact, ["image"], image, "image", message);
  });

  it("refuses a volume whose image may be another one tomorrow, and one without an image", () => {
    const volume = (image: object) => [{ name: "files", image }];
    const path = "volumes[0].image.reference";
    refusedInEveryKind(
      imagesAreExact,
      ["volumes"],
      volume({ reference: "registry.example.org/files:latest" }),
      path,
      /volume files holds .*:latest, which may be/,
    );
    refusedInEveryKind(
      imagesAreExact,
      ["volumes"],
      volume({ pullPolicy: "Always" }),
      path,
      /volume files holds no image, which has no tag/,
    );
    nothingFound(
      [...KEPT, changed(deployment, ["spec", "template", "spec", "volumes"], volume({ reference: "registry.example.org/files:1.2" }))],
      imagesAreExact,
    );
  });

  it("refuses a container without an image", () => {
    refusedInEveryContainer(
      imagesAreExact,
      ["image"],
      undefined,
      "image",
      /names no image; allowed: registry\/repository with a tag or a digest/,
    );
  });

  it("accepts tags and digests", () => {
    const images = ["program:1", "registry.example.org:5000/group/program:v1.2-alpine", `program@${DIGEST}`, `program:latest@${DIGEST}`];
    for (const image of images) nothingFound([withContainer(["image"], image)], imagesAreExact);
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(imagesAreExact, deployment, container("image"), 12);
  });
});

describe("no-secret-literals", () => {
  const variable = (name: string, value: unknown) => [{ name, value }];

  it("refuses names and values that tell, in every place, and never repeats them", () => {
    const cases: readonly (readonly [string, string])[] = [
      ["DATABASE_PASSWORD", "s3cr3t-value"],
      ["TOKEN", "s3cr3t-value"],
      ["AWS_SECRET_ACCESS_KEY", "s3cr3t-value"],
      ["api_key", "s3cr3t-value"],
      ["ANYTHING", "-----BEGIN RSA PRIVATE KEY-----\nMII"],
      ["ANYTHING", "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.sig"],
      ["ANYTHING", "AKIAABCDEFGHIJKLMNOP"],
    ];
    for (const [name, value] of cases) {
      refusedInEveryContainer(noSecretLiterals, ["env"], variable(name, value), "env[0].value", /looks like a credential in/);
      const [finding] = verdict([withContainer(["env"], variable(name, value))]).findings;
      assert.ok(finding && !finding.message.includes(value));
    }
  });

  it("accepts switches, numbers, paths, references and Secrets", () => {
    const harmless = [
      { name: "BEARER_TOKEN_FILE", value: "/etc/token" },
      { name: "TOKEN", value: "$(OTHER)" },
      { name: "USE_TOKEN", value: "true" },
      { name: "PASSWORD", value: "" },
      { name: "TOKENS_EXPIRE", value: "never" },
      { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "login", key: "password" } } },
    ];
    nothingFound([withContainer(["env"], harmless)], noSecretLiterals);
  });

  it("is never silent about what it cannot read", () => {
    const object = withContainer(["env"], variable("PASSWORD", "none"));
    neverSilent(noSecretLiterals, object, container("env"), "none");
    neverSilent(noSecretLiterals, object, container("env", 0, "value"), 1);
    neverSilent(noSecretLiterals, object, container("env", 0, "name"), 1);
  });
});

describe("a compliant workload", () => {
  it("is found compliant by every rule in every kind", () => {
    for (const kind of KINDS.filter((each) => each !== "DaemonSet")) nothingFound([...KEPT, workload(kind)], noPrivilegedContainers);
  });
});
