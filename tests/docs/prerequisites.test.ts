import assert from "node:assert/strict";
import { goLine } from "#af/sandbox/tools/build";
import { inWords, minutesToBuild } from "#af/sandbox/tools/estimate";
import { TOOLS } from "#af/sandbox/tools/tool";
import { documentTexts } from "./texts";

describe("what documents ask of a machine", () => {
  const textOf = (file: string): string => documentTexts().find((each) => each.file === file)?.text ?? "";

  it("names the Go that the modules of tools need, and no other", () => {
    const named = documentTexts().flatMap(({ file, text }) =>
      [...text.matchAll(/\bGo (\d+\.\d+(?:\.\d+)*)(?= or newer)/g)].map(([, version]) => `${file}: ${version}`),
    );
    assert.ok(named.includes(`README.md: ${goLine()}`), named.join(", "));
    assert.deepEqual([...new Set(named.map((each) => each.split(": ")[1]))], [goLine()]);
  });

  it("says how long the first build takes on two cores as the table of figures does", () => {
    for (const file of ["README.md", "docs/sandbox.md"])
      assert.match(
        textOf(file),
        new RegExp(`[Aa]bout ${inWords(minutesToBuild(TOOLS, 2)).replace(" min", " minutes")} on two cores`),
        file,
      );
  });
});
