import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { redactedInputs } from "../policies/redact";
import { recordProgram, type Recording } from "../stacks/record";
import { refusal } from "../stacks/refusal";
import type { Site } from "../stacks/site/schema";
import { reasonOf } from "../terminal/failure";
import { approvable, isUnwanted, withApprovals } from "./approvals";
import type { Change } from "./change";
import { changesBetween } from "./changes";
import { asProgrammed, deployedResources, isOfFacility, type StateResource } from "./state";

/**
 * Refuses an update with a change that cannot be made, or that puts data at risk, unless `af:approvals` names it. The program asks before it registers
 * anything, so that an update without its preview is refused too, and one that is limited to other resources. A preview tells the same as an error and
 * goes on, so that it shows everything that would change.
 * @param deployed gives what `pulumi stack export` writes of the stack.
 * @throws {pulumi.RunError} in an update, with every such change, or with the reason why it is not known what is deployed.
 */
export async function assertNothingUnwanted(
  site: Site,
  deployed: () => Promise<unknown> = exportedStack,
  today: Date = new Date(),
): Promise<void> {
  const stack = pulumi.getStack();
  let before: readonly StateResource[];
  try {
    before = deployedResources(await deployed(), "state.json", stack);
  } catch (error) {
    const unknown = `It is not known what is deployed, so not whether the change can be made: ${reasonOf(error)}.`;
    // A preview may have no backend, such as that of a pull request.
    if (pulumi.runtime.isDryRun()) return void pulumi.log.warn(unknown);
    throw refusal(`${unknown} Needed: pulumi on PATH, and a backend that gives the stack: pulumi stack export -s ${stack}`);
  }
  // Nothing can be lost of a stack that holds nothing, and the record of the program need not be made.
  if (before.length === 0) return;
  const unwanted = unwantedChanges(before, await recordProgram(site), today);
  if (unwanted.length === 0) return;
  const message = refusalText(stack, unwanted);
  if (!pulumi.runtime.isDryRun()) throw refusal(message);
  await pulumi.log.error(message);
  process.exitCode = FAILED_AFTER_MESSAGE;
}

/** Changes from what is deployed to what the program makes which nobody has approved, and that cannot be made or put data at risk. */
export function unwantedChanges(before: readonly StateResource[], { site, resources }: Recording, today: Date): readonly Change[] {
  const after = resources
    .filter(({ custom, type }) => custom && isOfFacility(type))
    .map(({ urn, type, name, inputs, options }) => ({ urn, type, name, inputs: redactedInputs(type, inputs), ...options }));
  const { changes } = withApprovals(changesBetween(asProgrammed(before, after), after), site.approvals, true, today);
  return changes.filter(isUnwanted);
}

function refusalText(stack: string, changes: readonly Change[]): string {
  return [
    `Pulumi.${stack}.yaml: what is deployed cannot be changed like this, or data would be at risk. Nothing of it is done.`,
    ...changes.flatMap((change) => [
      `  ${change.action} ${change.object}: ${[change.refused, change.because].filter((text) => text).join("; ")}`,
      `    if it is meant, name it in af:approvals: ${JSON.stringify(approvable(change))}`,
    ]),
    `All that changes: pulumi stack export -s ${stack} --file state.json && npm run -s plan -- ${stack} --deployed state.json`,
  ].join("\n");
}

/**
 * With this exit code a program has failed and has said why itself (nodeJSProcessExitedAfterLoggingUserActionableMessage in
 * https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/nodejs/cmd/run/index.ts). The SDK does not take a logged error for a failure.
 */
const FAILED_AFTER_MESSAGE = 32;

/** Bytes of a state. We chose 1 GiB: that of a facility takes some MiB, and Node's own bound is 1 MiB. */
const LARGEST_STATE = 1024 ** 3;

/** What the engine knows of the stack that runs, secrets encrypted. */
async function exportedStack(): Promise<unknown> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const { stdout } = await promisify(execFile)("pulumi", ["stack", "export", "--stack", name, "--non-interactive"], {
    maxBuffer: LARGEST_STATE,
  }).catch((error: unknown) => {
    const { code, stderr } = error as { readonly code?: unknown; readonly stderr?: string };
    throw new Error(code === "ENOENT" ? "pulumi is not on PATH" : stderr?.trim() || reasonOf(error));
  });
  return JSON.parse(stdout) as unknown;
}
