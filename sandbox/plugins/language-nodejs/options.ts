import { createRequire } from "node:module";
import * as path from "node:path";
import type { ProgramInfo } from "@pulumi/pulumi/proto/language_pb";
import { PluginFailure } from "../failure";
import { fromStruct, plain } from "../properties";

/**
 * `runtime.options` of Pulumi.yaml or PulumiPolicy.yaml: https://www.pulumi.com/docs/iac/concepts/projects/project-file/#runtime-options.
 * Options that are not here do not matter when a program runs.
 */
export interface RuntimeOptions {
  /** Whether the SDK is to load ts-node. True unless the project says otherwise, as in the official host. */
  readonly typescript: boolean;
  readonly tsconfig: string | undefined;
  readonly nodeArguments: readonly string[];
}

/**
 * Reads the options of a project.
 * @throws {PluginFailure} if one has the wrong type.
 */
export function runtimeOptions(info: ProgramInfo | undefined): RuntimeOptions {
  const options = plain(fromStruct(info?.getOptions()));
  const { typescript = true, tsconfig, nodeargs = "" } = options;
  if (typeof typescript !== "boolean") throw wrongType("typescript", "true or false", typescript);
  if (tsconfig !== undefined && typeof tsconfig !== "string") throw wrongType("tsconfig", "a path", tsconfig);
  if (typeof nodeargs !== "string") throw wrongType("nodeargs", "a string", nodeargs);
  return { typescript, tsconfig, nodeArguments: splitWords(nodeargs) };
}

/** The environment variables by which the SDK gets the options. */
export function optionEnvironment(options: RuntimeOptions): NodeJS.ProcessEnv {
  return {
    ...(options.typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
    ...(options.tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig }),
  };
}

/**
 * Finds a module of the Pulumi SDK that the program uses.
 * @throws {PluginFailure} if the program has no SDK.
 */
export function locateModule(name: string, folder: string): string {
  try {
    return createRequire(path.join(folder, "noop.js")).resolve(name);
  } catch {
    throw new PluginFailure(`${name} was not found from ${folder}: the Pulumi SDK is not installed there; run npm install`);
  }
}

/** Splits a line into words as a shell does, with quotes and backslashes. */
export function splitWords(line: string): readonly string[] {
  const words = line.matchAll(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/g);
  return [...words].map(([word]) =>
    word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g, (_, double?: string, single?: string, escaped?: string) =>
      double !== undefined ? double.replace(/\\(["\\$`])/g, "$1") : (single ?? escaped ?? ""),
    ),
  );
}

function wrongType(key: string, allowed: string, found: unknown): PluginFailure {
  return new PluginFailure(`runtime.options.${key} is ${JSON.stringify(found)}; it must be ${allowed} (Pulumi.yaml)`);
}
