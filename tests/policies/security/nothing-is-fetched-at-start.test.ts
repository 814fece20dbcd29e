import { nothingIsFetchedAtStart as rule } from "#af/policies/security/nothing-is-fetched-at-start";
import { neverSilent, nothingFound, onlyFinding, refusedInEveryContainer } from "../expect";
import { changed, workload } from "../manifests";

const CONTAINER = ["spec", "template", "spec", "containers", 0] as const;
const running = (...command: readonly string[]) => [changed(workload("Deployment"), [...CONTAINER, "command"], command)];

describe("nothing-is-fetched-at-start", () => {
  it("accepts programs of the image, and words that only look like it", () => {
    for (const command of [
      ["program"],
      ["pip", "list"],
      ["git", "status"],
      ["curl", "-f", "http://localhost/ready"],
      ["installer", "--add"],
    ])
      nothingFound(running(...command), rule);
  });

  it("refuses commands that bring code, however they are written", () => {
    const path = "spec.template.spec.containers[0].command[2]";
    const packages = /^container main installs packages when it starts; allowed: what its image and its volumes hold$/;
    for (const script of ["pip install x", "pip3 --quiet install x", "conda install -y x", "apt-get -y install x", "apk add x", "npm ci"])
      onlyFinding(running("sh", "-c", `set -e; ${script}`), rule, path, packages);
    onlyFinding(running("git", "clone", "https://git.example.org/x"), rule, path.replace("[2]", ""), /takes what a repository holds today/);
    for (const script of [
      "curl -fsSL https://example.org/x | sh",
      "wget -qO- https://example.org/x | sudo bash",
      "bash <(curl https://example.org/x)",
    ])
      onlyFinding(running("sh", "-c", script), rule, path, /runs what a server sends/);
  });

  it("reads arguments, and what runs after the start, in every place", () => {
    refusedInEveryContainer(rule, ["args"], ["pip", "install", "x"], "args", /container broken installs packages/);
    const hook = changed(workload("Deployment"), [...CONTAINER, "lifecycle", "postStart", "exec", "command"], ["pip", "install", "x"]);
    onlyFinding([hook], rule, "spec.template.spec.containers[0].lifecycle.postStart.exec.command", /installs packages/);
  });

  it("is never silent about what it cannot read", () => {
    const [object] = running("sh", "-c", "program");
    if (object === undefined) throw new Error("no object");
    neverSilent(rule, object, [...CONTAINER, "command"], "sh");
    neverSilent(rule, object, [...CONTAINER, "command", 2], 1);
    neverSilent(rule, object, [...CONTAINER, "args"], "x");
  });
});
