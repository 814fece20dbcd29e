import * as pulumi from "@pulumi/pulumi";
import {
  RegisterResourceResponse,
  type RegisterResourceOutputsRequest,
  type RegisterResourceRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import type { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { reasonOf } from "../terminal/failure";
import { inStoreOfItsOwn, leaks } from "./pulumi-internals";
import { program } from "./program";
import { declaredSecrets } from "./site/secrets";
import type { Site } from "./site/schema";

/** One resource as the program registers it with the engine. */
export interface RecordedResource {
  /** URN that the engine would give: it contains the types of all parents except the stack's. */
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** URN of the parent; undefined for a child of the stack itself. */
  readonly parent: string | undefined;
  /** False for a component. */
  readonly custom: boolean;
  /**
   * Inputs in the engine's wire format: a value that is unknown before the first `up` is the sentinel string, and a secret is an object
   * with the signature of secrets.
   */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly options: RecordedOptions;
}

/** Options that decide when the engine creates, updates and deletes the resource. */
export interface RecordedOptions {
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** URNs of the resources that the engine creates before this one. */
  readonly dependsOn: readonly string[];
  /** URN of the resource whose deletion deletes this one too. */
  readonly deletedWith: string | undefined;
  /** Durations such as `30m`; empty text means the provider's default. */
  readonly timeouts: Readonly<Record<"create" | "update" | "delete", string>>;
  readonly additionalSecretOutputs: readonly string[];
}

/** The result of running a site's program without an engine. */
export interface Recording {
  readonly site: Site;
  /** Resources in the order of their registration. */
  readonly resources: readonly RecordedResource[];
  /** Texts that replaced the operator's secrets, by the secret's name. A correct program uses each of them only inside a secret. */
  readonly placeholders: Readonly<Record<string, string>>;
}

/** Error of a program that does not run to its end. That is a defect of the program, not of a site file. */
export class RecordingError extends Error {
  constructor(
    site: string,
    readonly causes: readonly string[],
  ) {
    super([`the program of ${site} does not run through:`, ...causes.map((cause) => `  ${cause}`)].join("\n"));
    this.name = "RecordingError";
  }
}

/** Milliseconds after which a program that still waits counts as stuck. We chose 30 s; recording itself takes a fraction of a second. */
const PATIENCE = 30_000;

/**
 * Runs the whole program of a site in this process, as a preview of an empty stack. It needs no CLI, no cluster, no provider and no secret.
 * As in a preview, outputs that a provider would compute are unknown, and inputs that the program sets come back as outputs.
 * @throws {RecordingError} with everything that went wrong: exceptions, unhandled rejections, two resources of one URN, and promises that
 * never settle.
 */
export function recordProgram(site: Site): Promise<Recording> {
  return inStoreOfItsOwn(async () => {
    const name = site.site.name;
    await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) }, "af", name, true);
    const monitor = pulumi.runtime.getMonitor() as unknown as MockMonitor;
    const recorder = new Recorder(name);
    monitor.registerResource = recorder.register;
    monitor.registerResourceOutputs = (_request: RegisterResourceOutputsRequest, callback) => callback(null, {});
    const placeholders = Object.fromEntries(
      declaredSecrets(site).map(({ name: secret, encoding }) => {
        const text = `placeholder-for-${secret}`;
        return [secret, encoding === "base64" ? Buffer.from(text).toString("base64") : text];
      }),
    );
    const failures = await collectFailures(async () => {
      await pulumi.runtime.runInPulumiStack(() => {
        program(site, (secret) => pulumi.secret(placeholders[secret] ?? ""));
        return Promise.resolve({});
      });
    });
    const problems = [...failures, ...recorder.problems];
    if (problems.length > 0) throw new RecordingError(name, problems);
    return { site, resources: recorder.resources, placeholders };
  });
}

/** Answers registrations as the engine does in a preview, and records them. */
class Recorder {
  readonly resources: RecordedResource[] = [];
  readonly problems: string[] = [];
  private readonly urns = new Set<string>();

  constructor(private readonly stack: string) {}

  readonly register = (
    request: RegisterResourceRequest,
    callback: (error: Error | null, response: RegisterResourceResponse) => void,
  ): Promise<void> => {
    const parent = request.getParent();
    const urn = this.urnOf(request.getType(), request.getName(), parent);
    if (this.urns.has(urn)) this.problems.push(`two resources are called ${urn}; the engine would refuse the second`);
    this.urns.add(urn);
    const inputs = (request.getObject()?.toJavaScript() ?? {}) as Record<string, JavaScriptValue>;
    const timeouts = request.getCustomtimeouts();
    if (request.getType() !== STACK) {
      this.resources.push({
        urn,
        type: request.getType(),
        name: request.getName(),
        parent: parent === "" || typeOf(parent) === STACK ? undefined : parent,
        custom: request.getCustom(),
        inputs,
        options: {
          protect: request.getProtect() ?? false,
          retainOnDelete: request.getRetainondelete() ?? false,
          dependsOn: request.getDependenciesList(),
          deletedWith: request.getDeletedwith() || undefined,
          timeouts: { create: timeouts?.getCreate() ?? "", update: timeouts?.getUpdate() ?? "", delete: timeouts?.getDelete() ?? "" },
          additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
        },
      });
    }
    const response = new RegisterResourceResponse();
    response.setUrn(urn);
    response.setObject(request.getObject());
    callback(null, response);
    return Promise.resolve();
  };

  private urnOf(type: string, name: string, parent: string): string {
    const above = parent === "" ? "" : qualifiedTypeOf(parent);
    const qualified = above === "" || above === STACK ? type : `${above}$${type}`;
    return `urn:pulumi:${this.stack}::af::${qualified}::${name}`;
  }
}

const STACK = "pulumi:pulumi:Stack";

function qualifiedTypeOf(urn: string): string {
  return urn.split("::")[2] ?? "";
}

function typeOf(urn: string): string {
  return qualifiedTypeOf(urn).split("$").at(-1) ?? "";
}

/**
 * Runs a program, waits for everything that it started, and returns the messages of all failures, each once. An exception inside `apply`
 * shows only as an unhandled rejection.
 */
async function collectFailures(program: () => Promise<void>): Promise<readonly string[]> {
  const messages = new Set<string>();
  const remember = (reason: unknown): void => void messages.add(reasonOf(reason));
  // The SDK takes a stack trace of every promise for messages that nobody sees here. Without the traces a recording takes half the time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  process.on("unhandledRejection", remember);
  process.on("uncaughtException", remember);
  try {
    await program().catch(remember);
    await settled().catch((error: unknown) => {
      // A failed program leaves promises unsettled, so they say nothing new.
      if (messages.size === 0) remember(error);
    });
    // Node reports an unhandled rejection one turn of the event loop after it happens.
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off("unhandledRejection", remember);
    process.off("uncaughtException", remember);
    Error.stackTraceLimit = stackTraceLimit;
  }
  return [...messages];
}

/** Waits until every registration is answered, and throws if a promise never settles. */
async function settled(): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    const late = () => reject(new Error(`it still waits after ${PATIENCE / 1000} s: ${leaks() ?? "for no promise of its own"}`));
    timer = setTimeout(late, PATIENCE);
  });
  try {
    await Promise.race([pulumi.runtime.disconnect(), deadline]);
  } finally {
    clearTimeout(timer);
  }
  const left = leaks();
  if (left !== undefined) throw new Error(left);
}
