import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import type * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { unary, type Service } from "../serve";
import { runProgram } from "./program";
import type { Processes } from "./processes";
import { runPlugin } from "./run-plugin";

/** The language host for `runtime: nodejs`: runs programs and policy packs with this Node. Code generation is not part of it. */
export function languageHost(engine: string | undefined, processes: Processes): Service {
  let engineAddress = engine;
  return {
    definition: LanguageRuntimeService,
    handlers: {
      handshake: unary((request: rpc.LanguageHandshakeRequest) => {
        engineAddress = request.getEngineAddress() || engineAddress;
        return new rpc.LanguageHandshakeResponse();
      }),
      getPluginInfo: unary(() => {
        const info = new PluginInfo();
        info.setVersion("3.259.0");
        return info;
      }),
      // If plugins were named here, the engine would download them before it looks at PATH. It asks for each one when a resource needs it.
      getRequiredPackages: unary(() => new rpc.GetRequiredPackagesResponse()),
      getRequiredPlugins: unary(() => new rpc.GetRequiredPluginsResponse()),
      about: unary(() => {
        const response = new rpc.AboutResponse();
        response.setExecutable(process.execPath);
        response.setVersion(process.version);
        response.getMetadataMap().set("packagemanager", "npm");
        return response;
      }),
      getProgramDependencies: unary((request: rpc.GetProgramDependenciesRequest) => {
        const response = new rpc.GetProgramDependenciesResponse();
        response.setDependenciesList([...dependencies(request.getInfo()?.getProgramDirectory() || request.getPwd())]);
        return response;
      }),
      // Dependencies are installed together with the project; the sandbox never runs npm.
      installDependencies: (call: grpc.ServerWritableStream<rpc.InstallDependenciesRequest, rpc.InstallDependenciesResponse>) => call.end(),
      runtimeOptionsPrompts: unary(() => new rpc.RuntimeOptionsResponse()),
      template: unary(() => new rpc.TemplateResponse()),
      run: unary((request: rpc.RunRequest) => runProgram(request, engineAddress, processes)),
      runPlugin: (call: grpc.ServerWritableStream<rpc.RunPluginRequest, rpc.RunPluginResponse>) => void runPlugin(call, processes),
      cancel: unary(() => {
        processes.stopAll();
        return new Empty();
      }),
    },
  };
}

/** The direct dependencies of the nearest package.json, with the versions that are installed. */
function dependencies(folder: string): readonly rpc.DependencyInfo[] {
  const file = nearestPackage(folder);
  if (file === undefined) return [];
  const manifest = JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, Record<string, string> | undefined>;
  const resolve = createRequire(file);
  return Object.entries({ ...manifest["dependencies"], ...manifest["devDependencies"] }).map(([name, range]) => {
    const info = new rpc.DependencyInfo();
    info.setName(name);
    info.setVersion(installedVersion(resolve, name) ?? range);
    return info;
  });
}

function nearestPackage(folder: string): string | undefined {
  const file = path.join(folder, "package.json");
  if (fs.existsSync(file)) return file;
  const parent = path.dirname(folder);
  return parent === folder ? undefined : nearestPackage(parent);
}

function installedVersion(resolve: NodeJS.Require, name: string): string | undefined {
  const manifest = (resolve.resolve.paths(name) ?? [])
    .map((folder) => path.join(folder, name, "package.json"))
    .find((file) => fs.existsSync(file));
  return manifest === undefined ? undefined : (JSON.parse(fs.readFileSync(manifest, "utf8")) as { version?: string }).version;
}
