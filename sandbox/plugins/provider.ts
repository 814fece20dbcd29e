import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import * as grpc from "@grpc/grpc-js";
import { PluginInfo, type PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import type { EngineLog } from "./engine";
import { PluginFailure } from "./failure";
import { fromStruct, toStruct, type PropertyMap } from "./properties";
import { unary, type Service } from "./serve";

/** Inputs that are to be checked and completed. */
export interface CheckRequest {
  readonly urn: string;
  readonly olds: PropertyMap;
  readonly news: PropertyMap;
  /** Makes generated names the same in preview and update; empty if the engine gives none. */
  readonly randomSeed: Uint8Array;
}

/** The inputs with what was filled in, or what is wrong with them. */
export interface CheckResult {
  readonly inputs: PropertyMap;
  readonly failures?: readonly { readonly property: string; readonly reason: string }[];
}

/** What happens to one property; `-replace` means that the resource is made anew for it. */
export type DiffKind = "add" | "add-replace" | "delete" | "delete-replace" | "update" | "update-replace";
/** What changes, by property path (`spec.ports[0].port`); empty if nothing does. */
export interface DiffResult {
  readonly changes: ReadonlyMap<string, DiffKind>;
  /** Further paths that force a replacement, besides those of the `-replace` kinds. */
  readonly replaces?: readonly string[];
  readonly deleteBeforeReplace?: boolean;
}

/** A resource as it is and as it is to be. */
export interface DiffRequest {
  readonly urn: string;
  readonly id: string;
  readonly oldInputs: PropertyMap;
  readonly oldState: PropertyMap;
  readonly news: PropertyMap;
  readonly ignoreChanges: readonly string[];
}

/** A resource to create; in a preview nothing is created. */
export interface CreateRequest {
  readonly urn: string;
  readonly inputs: PropertyMap;
  /** Seconds; 0 if the program gives none. */
  readonly timeout: number;
  readonly preview: boolean;
}

/** A resource as it is recorded. */
export interface ResourceState {
  readonly id: string;
  readonly outputs: PropertyMap;
}

/** A resource whose present state is asked for. */
export interface ReadRequest {
  readonly urn: string;
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly state: PropertyMap;
}
/** `undefined` where the resource no longer exists. */
export type ReadResult = (ResourceState & { readonly inputs: PropertyMap }) | undefined;
/** A resource to change in place. */
export interface UpdateRequest extends CreateRequest {
  readonly id: string;
  readonly oldState: PropertyMap;
  readonly ignoreChanges: readonly string[];
}

/** A resource to delete. */
export interface DeleteRequest {
  readonly urn: string;
  readonly id: string;
  readonly state: PropertyMap;
  readonly timeout: number;
}

/** A resource provider without the wire format. The user sees everything that a method throws, and for a PluginFailure only its message. */
export interface Provider {
  readonly name: string;
  readonly version: string;
  checkConfig?(request: CheckRequest): Promise<CheckResult> | CheckResult;
  diffConfig?(request: DiffRequest): Promise<DiffResult> | DiffResult;
  configure?(config: PropertyMap): Promise<void> | void;
  check(request: CheckRequest): Promise<CheckResult> | CheckResult;
  diff(request: DiffRequest): Promise<DiffResult> | DiffResult;
  create(request: CreateRequest): Promise<ResourceState> | ResourceState;
  read(request: ReadRequest): Promise<ReadResult> | ReadResult;
  update(request: UpdateRequest): Promise<PropertyMap> | PropertyMap;
  delete(request: DeleteRequest): Promise<void> | void;
  /** The engine wants running operations to end soon. */
  cancel?(): void;
}

const WIRE_KINDS: Readonly<Record<DiffKind, rpc.PropertyDiff.Kind>> = {
  add: rpc.PropertyDiff.Kind.ADD,
  "add-replace": rpc.PropertyDiff.Kind.ADD_REPLACE,
  delete: rpc.PropertyDiff.Kind.DELETE,
  "delete-replace": rpc.PropertyDiff.Kind.DELETE_REPLACE,
  update: rpc.PropertyDiff.Kind.UPDATE,
  "update-replace": rpc.PropertyDiff.Kind.UPDATE_REPLACE,
};

/** The gRPC service of a provider. */
export function providerService(provider: Provider, log?: EngineLog): Service {
  return {
    definition: ResourceProviderService,
    handlers: {
      handshake: unary((request: rpc.ProviderHandshakeRequest) => {
        log?.attach(request.getEngineAddress());
        const response = new rpc.ProviderHandshakeResponse();
        response.setAcceptSecrets(true);
        return response;
      }),
      attach: unary((request: PluginAttach) => {
        log?.attach(request.getAddress());
        return new Empty();
      }),
      getPluginInfo: unary(() => {
        const info = new PluginInfo();
        info.setVersion(provider.version);
        return info;
      }),
      getSchema: unary(() => {
        const response = new rpc.GetSchemaResponse();
        response.setSchema(JSON.stringify({ name: provider.name, version: provider.version, resources: {} }));
        return response;
      }),
      cancel: unary(() => {
        provider.cancel?.();
        return new Empty();
      }),
      configure: unary(async (request: rpc.ConfigureRequest) => {
        await provider.configure?.(configuration(request, provider.name));
        const response = new rpc.ConfigureResponse();
        response.setAcceptsecrets(true);
        response.setSupportspreview(true);
        return response;
      }),
      invoke: unary((request: rpc.InvokeRequest) => {
        throw new PluginFailure(
          `the ${provider.name} stand-in has no function ${request.getTok()}; install the official ${provider.name} plugin to use it`,
          grpc.status.UNIMPLEMENTED,
        );
      }),
      checkConfig: unary(async (request: rpc.CheckRequest) => {
        if (provider.checkConfig !== undefined) return checkResponse(await provider.checkConfig(checkRequest(request)));
        const response = new rpc.CheckResponse();
        response.setInputs(request.getNews());
        return response;
      }),
      diffConfig: unary(async (request: rpc.DiffRequest) =>
        diffResponse((await provider.diffConfig?.(diffRequest(request))) ?? { changes: new Map() }),
      ),
      check: unary(async (request: rpc.CheckRequest) => checkResponse(await provider.check(checkRequest(request)))),
      diff: unary(async (request: rpc.DiffRequest) => diffResponse(await provider.diff(diffRequest(request)))),
      ...operations(provider),
    },
  };
}

function operations(provider: Provider): grpc.UntypedServiceImplementation {
  return {
    create: unary(async (request: rpc.CreateRequest) => {
      const state = await provider.create({
        urn: request.getUrn(),
        inputs: fromStruct(request.getProperties()),
        timeout: request.getTimeout(),
        preview: request.getPreview(),
      });
      const response = new rpc.CreateResponse();
      response.setId(request.getPreview() ? "" : state.id);
      response.setProperties(toStruct(state.outputs));
      return response;
    }),
    read: unary(async (request: rpc.ReadRequest) => {
      const { urn, id } = { urn: request.getUrn(), id: request.getId() };
      const result = await provider.read({ urn, id, inputs: fromStruct(request.getInputs()), state: fromStruct(request.getProperties()) });
      const response = new rpc.ReadResponse();
      if (result === undefined) return response;
      response.setId(result.id);
      response.setProperties(toStruct(result.outputs));
      response.setInputs(toStruct(result.inputs));
      return response;
    }),
    update: unary(async (request: rpc.UpdateRequest) => {
      const outputs = await provider.update({
        urn: request.getUrn(),
        id: request.getId(),
        inputs: fromStruct(request.getNews()),
        oldState: fromStruct(request.getOlds()),
        ignoreChanges: request.getIgnorechangesList(),
        timeout: request.getTimeout(),
        preview: request.getPreview(),
      });
      const response = new rpc.UpdateResponse();
      response.setProperties(toStruct(outputs));
      return response;
    }),
    delete: unary(async (request: rpc.DeleteRequest) => {
      const state = fromStruct(request.getProperties());
      await provider.delete({ urn: request.getUrn(), id: request.getId(), state, timeout: request.getTimeout() });
      return new Empty();
    }),
  };
}

/** Arguments of the provider by name; if the engine sends none, the older variables such as `kubernetes:config:context` are read. */
function configuration(request: rpc.ConfigureRequest, name: string): PropertyMap {
  const args = request.getArgs();
  if (args !== undefined) return fromStruct(args);
  const prefix = `${name}:config:`;
  return Object.fromEntries(
    request
      .getVariablesMap()
      .toObject()
      .map(([key, value]) => [key.replace(prefix, ""), value]),
  );
}

function checkRequest(request: rpc.CheckRequest): CheckRequest {
  return {
    urn: request.getUrn(),
    olds: fromStruct(request.getOlds()),
    news: fromStruct(request.getNews()),
    randomSeed: request.getRandomseed_asU8(),
  };
}

function checkResponse(result: CheckResult): rpc.CheckResponse {
  const response = new rpc.CheckResponse();
  response.setInputs(toStruct(result.inputs));
  for (const { property, reason } of result.failures ?? []) {
    const failure = new rpc.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
}

function diffRequest(request: rpc.DiffRequest): DiffRequest {
  return {
    urn: request.getUrn(),
    id: request.getId(),
    oldInputs: fromStruct(request.getOldInputs()),
    oldState: fromStruct(request.getOlds()),
    news: fromStruct(request.getNews()),
    ignoreChanges: request.getIgnorechangesList(),
  };
}

function diffResponse(result: DiffResult): rpc.DiffResponse {
  const response = new rpc.DiffResponse();
  const replaces = new Set(result.replaces);
  const top = new Set<string>();
  for (const [path, kind] of result.changes) {
    const diff = new rpc.PropertyDiff();
    diff.setKind(WIRE_KINDS[kind]);
    // The paths are those of inputs, so the engine compares old inputs with new inputs.
    diff.setInputdiff(true);
    response.getDetaileddiffMap().set(path, diff);
    if (kind.endsWith("-replace")) replaces.add(path);
    top.add(/^[^.[]+/.exec(path)?.[0] ?? path);
  }
  response.setReplacesList([...replaces]);
  response.setDiffsList([...top]);
  response.setHasdetaileddiff(true);
  response.setDeletebeforereplace(result.deleteBeforeReplace === true);
  const some = result.changes.size > 0 || replaces.size > 0;
  response.setChanges(some ? rpc.DiffResponse.DiffChanges.DIFF_SOME : rpc.DiffResponse.DiffChanges.DIFF_NONE);
  return response;
}
