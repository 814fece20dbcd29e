import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { AnalyzerStackConfigureRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import { LanguageRuntimeClient } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/language_pb";
import fc from "fast-check";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { languageHost } from "#af/sandbox/plugins/language-nodejs/host";
import { runtimeOptions, splitWords } from "#af/sandbox/plugins/language-nodejs/options";
import { packEnvironment, PolicyPackProxy } from "#af/sandbox/plugins/language-nodejs/policy-pack";
import { Processes } from "#af/sandbox/plugins/language-nodejs/processes";
import { runArguments } from "#af/sandbox/plugins/language-nodejs/program";
import { toStruct, type PropertyMap } from "#af/sandbox/plugins/properties";
import { engineAddress, serve, type Served } from "#af/sandbox/plugins/serve";
import { call } from "../plugin-client";

function info(folder: string, options: PropertyMap = {}, entryPoint = "."): rpc.ProgramInfo {
  const program = new rpc.ProgramInfo();
  program.setRootDirectory(folder);
  program.setProgramDirectory(folder);
  program.setEntryPoint(entryPoint);
  program.setOptions(toStruct(options));
  return program;
}

describe("nodejs language host", function () {
  this.timeout(30_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "program "));
  const processes = new Processes();
  let served: Served;
  let client: LanguageRuntimeClient;

  /** A program folder whose SDK is one script, in the place of the real runner. */
  const program = (name: string, runner: string, script: string): string => {
    const home = path.join(folder, name);
    const sdk = path.join(home, "node_modules/@pulumi/pulumi/cmd", runner);
    fs.mkdirSync(sdk, { recursive: true });
    fs.writeFileSync(path.join(sdk, "index.js"), script);
    return home;
  };
  const run = (home: string, options: PropertyMap = {}, change: (request: rpc.RunRequest) => void = () => {}): Promise<rpc.RunResponse> => {
    const request = new rpc.RunRequest();
    request.setPwd(home);
    request.setInfo(info(home, { typescript: false, ...options }));
    request.setProject("af");
    request.setStack("unl");
    request.setMonitorAddress("127.0.0.1:2");
    change(request);
    return call<rpc.RunRequest, rpc.RunResponse>(client.run.bind(client), request);
  };

  before(async () => {
    served = await serve(languageHost("127.0.0.1:1", processes));
    client = new LanguageRuntimeClient(`127.0.0.1:${served.port}`, grpc.credentials.createInsecure());
  });
  after(() => {
    client.close();
    served.stop();
    processes.stopAll();
    fs.rmSync(folder, { recursive: true });
  });

  it("starts the program's own SDK with what the engine says", async () => {
    const seen = path.join(folder, "seen.json");
    const home = program(
      "ok",
      "run",
      `require("fs").writeFileSync(${JSON.stringify(seen)}, JSON.stringify({ argv: process.argv.slice(2), exec: process.execArgv, env: process.env }))`,
    );
    const response = await run(home, { nodeargs: "--max-old-space-size=300 --title 'a b'" }, (request) => {
      request.setDryrun(true);
      request.setOrganization("organization");
      request.setParallel(8);
      request.getConfigMap().set("af:site", "{}").set("af:token", "t");
      request.setConfigsecretkeysList(["af:token"]);
      request.setArgsList(["one"]);
    });
    assert.deepEqual([response.getError(), response.getBail()], ["", false]);
    const { argv, exec, env } = JSON.parse(fs.readFileSync(seen, "utf8")) as {
      argv: string[];
      exec: string[];
      env: Record<string, string>;
    };
    assert.deepEqual(argv, [
      ...[
        "--monitor",
        "127.0.0.1:2",
        "--engine",
        "127.0.0.1:1",
        "--organization",
        "organization",
        "--project",
        "af",
        "--root-directory",
        home,
      ],
      ...["--stack", "unl", "--pwd", home, "--parallel", "8", "--dry-run", ".", "one"],
    ]);
    assert.deepEqual(exec, ["--max-old-space-size=300", "--title", "a b"]);
    assert.deepEqual(JSON.parse(env["PULUMI_CONFIG"] ?? ""), { "af:site": "{}", "af:token": "t" });
    assert.deepEqual(JSON.parse(env["PULUMI_CONFIG_SECRET_KEYS"] ?? ""), ["af:token"]);
    assert.equal(env["PULUMI_NODEJS_TYPESCRIPT"], undefined);
  });

  it("says nothing more about a program that has told its mistake, and the exit code of any other", async () => {
    const bail = await run(program("bail", "run", "process.exit(32)"));
    assert.deepEqual([bail.getBail(), bail.getError()], [true, ""]);
    const crash = await run(program("crash", "run", "process.exit(7)"));
    assert.deepEqual([crash.getBail(), crash.getError()], [false, "Program exited with non-zero exit code: 7"]);
  });

  it("says what is missing or wrong in a project", async () => {
    const bare = path.join(folder, "bare");
    fs.mkdirSync(bare);
    await assert.rejects(
      run(bare),
      /@pulumi\/pulumi\/cmd\/run was not found from .*bare: the Pulumi SDK is not installed there; run npm install/,
    );
    await assert.rejects(
      run(folder, { typescript: "no" }),
      /runtime\.options\.typescript is "no"; it must be true or false \(Pulumi\.yaml\)/,
    );
    await assert.rejects(run(folder, { nodeargs: 3 }), /runtime\.options\.nodeargs is 3; it must be a string/);
    await assert.rejects(run(folder, { tsconfig: true }), /runtime\.options\.tsconfig is true; it must be a path/);
  });

  it("runs TypeScript through the SDK unless the project says otherwise", () => {
    assert.equal(runtimeOptions(info(folder)).typescript, true);
    assert.equal(runtimeOptions(info(folder, { typescript: false })).typescript, false);
  });

  it("runs the program that main of Pulumi.yaml names", () => {
    const request = new rpc.RunRequest();
    request.setInfo(info("/p", {}, "bin/index.js"));
    assert.ok(runArguments(request, undefined).includes("bin/index.js"));
  });

  it("asks the engine for no plugins and installs nothing", async () => {
    const required = await call<rpc.GetRequiredPackagesRequest, rpc.GetRequiredPackagesResponse>(
      client.getRequiredPackages.bind(client),
      new rpc.GetRequiredPackagesRequest(),
    );
    assert.deepEqual(required.getPackagesList(), []);
    const output: unknown[] = [];
    const stream = client.installDependencies(new rpc.InstallDependenciesRequest());
    await new Promise((resolve) => stream.on("data", (chunk) => output.push(chunk)).on("end", resolve));
    assert.deepEqual(output, []);
  });

  it("tells about itself and the program's dependencies", async () => {
    const about = await call<rpc.AboutRequest, rpc.AboutResponse>(client.about.bind(client), new rpc.AboutRequest());
    assert.deepEqual([about.getExecutable(), about.getVersion()], [process.execPath, process.version]);
    const request = new rpc.GetProgramDependenciesRequest();
    request.setInfo(info(__dirname));
    const response = await call<rpc.GetProgramDependenciesRequest, rpc.GetProgramDependenciesResponse>(
      client.getProgramDependencies.bind(client),
      request,
    );
    const sdk = response.getDependenciesList().find((dependency) => dependency.getName() === "@pulumi/pulumi");
    assert.match(sdk?.getVersion() ?? "", /^3\.\d+\.\d+$/);
  });

  it("streams what another plugin says, and its failure", async () => {
    const home = program("plugin", "run-plugin", 'console.log("4711"); console.error(process.argv[3], process.env.WHAT); process.exit(3)');
    const request = new rpc.RunPluginRequest();
    request.setInfo(info(home, { typescript: false }));
    request.setPwd(home);
    request.setKind("resource");
    request.setArgsList(["engine"]);
    request.setEnvList(["WHAT=a=b"]);
    const [out, err, failure] = await new Promise<[string, string, Error]>((resolve) => {
      const said = ["", ""];
      const stream = client.runPlugin(request);
      stream.on("data", (chunk: rpc.RunPluginResponse) => {
        said[0] += Buffer.from(chunk.getStdout_asU8()).toString();
        said[1] += Buffer.from(chunk.getStderr_asU8()).toString();
      });
      stream.on("error", (error) => resolve([said[0] ?? "", said[1] ?? "", error]));
    });
    assert.deepEqual([out, err], ["4711\n", "engine a=b\n"]);
    assert.match(failure.message, /Program exited with non-zero exit code: 3/);
  });
});

describe("policy pack proxy", () => {
  const stack = (): AnalyzerStackConfigureRequest => {
    const request = new AnalyzerStackConfigureRequest();
    request.setOrganization("organization");
    request.setProject("af");
    request.setStack("unl");
    request.setDryRun(true);
    request.getConfigMap().set("af:site", "{}").set("af:token", "in clear");
    request.setConfigSecretKeysList(["af:token"]);
    return request;
  };

  it("gives a pack its stack and configuration, secrets hidden", () => {
    assert.deepEqual(packEnvironment(stack()), {
      PULUMI_NODEJS_ORGANIZATION: "organization",
      PULUMI_NODEJS_PROJECT: "af",
      PULUMI_NODEJS_STACK: "unl",
      PULUMI_NODEJS_DRY_RUN: "true",
      PULUMI_CONFIG: '{"af:site":"{}","af:token":"[secret]"}',
    });
    assert.deepEqual(packEnvironment(undefined), {});
  });

  it("answers handshake and configuration itself, and reports a pack that has gone", async () => {
    const proxy = new PolicyPackProxy();
    const served = await proxy.serve();
    const client = new AnalyzerClient(`127.0.0.1:${served.port}`, grpc.credentials.createInsecure());
    try {
      await call(client.configureStack.bind(client), stack());
      assert.equal((await proxy.configured)?.getStack(), "unl");
      const information = call(client.getAnalyzerInfo.bind(client), new Empty());
      proxy.failed("policy pack p has ended (exit code 1)");
      await assert.rejects(information, /policy pack p has ended \(exit code 1\)/);
    } finally {
      client.close();
      served.stop();
    }
  });

  it("starts a pack without configuration when the engine asks for something else first", async () => {
    const proxy = new PolicyPackProxy();
    const served = await proxy.serve();
    const client = new AnalyzerClient(`127.0.0.1:${served.port}`, grpc.credentials.createInsecure());
    const asked = call(client.getPluginInfo.bind(client), new Empty());
    assert.equal(await proxy.configured, undefined);
    proxy.failed("done");
    await assert.rejects(asked, /done/);
    client.close();
    served.stop();
  });
});

describe("command lines", () => {
  it("are split like a shell does", () => {
    assert.deepEqual(splitWords(`--import tsx --title 'a b' "c \\"d\\"" e\\ f ''`), [
      "--import",
      "tsx",
      "--title",
      "a b",
      'c "d"',
      "e f",
      "",
    ]);
    const word = fc.stringMatching(/^[\w=/.-]{1,10}$/);
    fc.assert(fc.property(fc.array(word, { maxLength: 6 }), (words) => assert.deepEqual(splitWords(words.join("  ")), words)));
  });

  it("of plugins end with the engine's address", () => {
    assert.equal(engineAddress(["--logtostderr", "-v=9", "--tracing", "http://t", "127.0.0.1:9"]), "127.0.0.1:9");
    assert.equal(engineAddress(["--tracing", "http://t"]), undefined);
  });
});
