import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { nameScript } from "#af/components/data/redirector-config";
import { requirePrograms } from "../../support/programs";
import { skipped } from "../../support/skipped";

/** Seconds in which the script changes the file as often as it can. */
const SECONDS = 3;

describe("the names of caches in the redirector's file of hosts", function () {
  this.timeout(30_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-names-"));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  before(function () {
    if (process.getuid?.() !== 0) skipped(this, "only root may give a program a file of hosts of its own");
    requirePrograms(this, "unshare", "bash", "timeout", "truncate");
  });

  it("never take away the machine's own name, which the daemons ask for when they start", () => {
    const program = (name: string, text: string): void =>
      fs.writeFileSync(path.join(folder, name), `#!/bin/bash\n${text}\n`, { mode: 0o755 });
    // Addresses of different lengths, so that the file grows and shrinks.
    program("getent", "echo 10.0.0.$((RANDOM % 250)) STREAM $2");
    program("sleep", "exit 0");
    fs.writeFileSync(path.join(folder, "hosts"), "127.0.0.1 localhost\n10.0.0.251 redirector\n");
    fs.writeFileSync(path.join(folder, "names.sh"), nameScript([{ pod: "xcache-a-0", host: "cache1.example.edu" }]));
    const watched = `mount --bind ${folder}/hosts /etc/hosts
PATH=${folder}:$PATH timeout ${SECONDS} bash ${folder}/names.sh & script=$!
while kill -0 $script 2> /dev/null; do
  read -r -d "" text < /etc/hosts || true
  reads=$((reads + 1))
  [[ $text == *localhost* && $text == *redirector* ]] || echo "gone: $text"
done
echo "reads $((reads > 100))"; cat /etc/hosts`;
    const told = execFileSync("unshare", ["--mount", "--propagation", "private", "bash", "-c", watched], { encoding: "utf8" });
    assert.doesNotMatch(told, /gone/);
    assert.match(told, /^reads 1\n10\.0\.0\.\d+ cache1\.example\.edu # cache\n127\.0\.0\.1 localhost\n10\.0\.0\.251 redirector\n$/m);
  });
});
