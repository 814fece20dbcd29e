import { RunResponse, type RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { locateModule, optionEnvironment, runtimeOptions } from "./options";
import type { Processes } from "./processes";

/**
 * Exit code by which the SDK says that it has told the user what went wrong: `nodeJSProcessExitedAfterLoggingUserActionableMessage` in
 * https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/cmd/run/index.ts
 */
const EXIT_AFTER_MESSAGE = 32;

/** Runs a Pulumi program: `@pulumi/pulumi/cmd/run` of the program's own SDK. */
export async function runProgram(request: RunRequest, engine: string | undefined, processes: Processes): Promise<RunResponse> {
  const response = new RunResponse();
  const info = request.getInfo();
  const folder = info?.getProgramDirectory() || request.getPwd();
  const options = runtimeOptions(info);
  const run = processes.start({
    arguments: [...options.nodeArguments, locateModule("@pulumi/pulumi/cmd/run", folder), ...runArguments(request, engine)],
    folder: request.getPwd() || folder,
    environment: {
      ...process.env,
      ...optionEnvironment(options),
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toObject())),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    },
    onStdout: (chunk) => process.stdout.write(chunk),
    onStderr: (chunk) => process.stderr.write(chunk),
  });
  const code = await run.ended;
  if (code === EXIT_AFTER_MESSAGE) response.setBail(true);
  else if (code !== 0) response.setError(`Program exited with non-zero exit code: ${code}`);
  return response;
}

/** The arguments of `cmd/run`; empty values are left out. */
export function runArguments(request: RunRequest, engine: string | undefined): readonly string[] {
  const info = request.getInfo();
  const valued: readonly (readonly [string, string | undefined])[] = [
    ["monitor", request.getMonitorAddress()],
    ["engine", engine],
    ["organization", request.getOrganization()],
    ["project", request.getProject()],
    ["root-directory", info?.getRootDirectory()],
    ["stack", request.getStack()],
    ["pwd", info?.getProgramDirectory() || request.getPwd()],
    ["parallel", String(request.getParallel())],
  ];
  return [
    ...valued.flatMap(([name, value]) => (value === undefined || value === "" ? [] : [`--${name}`, value])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info?.getEntryPoint() || request.getProgram() || ".",
    ...request.getArgsList(),
  ];
}
