import assert from "node:assert/strict";
import { Field, UNKNOWN } from "#af/policies/model/field";
import { isOn, listed, traefikSettings, type TraefikSetting } from "#af/policies/model/traefik-settings";

const settingsOf = (container: object) => traefikSettings({ field: new Field(container, "c") });
/** The settings of each line of options, as `key=value|value at path`. */
const read = (container: object) =>
  settingsOf(container).map((settings) => [...settings].map(([key, { values, field }]) => `${key}=${values.join("|")} at ${field.path}`));
const args = (...words: readonly unknown[]) => read({ args: words });
const env = (variables: Readonly<Record<string, unknown>>) => ({
  env: Object.entries(variables).map(([name, value]) => ({ name, value })),
});
const setting = (...values: readonly string[]): TraefikSetting => ({ values, field: new Field("") });

describe("settings of Traefik", () => {
  it("are options with a dot, with one dash or two, in any case, and with their value behind `=`, in quotes or without", () => {
    for (const [word, read] of [
      ["--a.b=c", "a.b=c"],
      ["-a.b=c", "a.b=c"],
      ["--a.b", "a.b=true"],
      ["--A.bC=D", "a.bc=D"],
      ["--a.b.c_1=x=y", "a.b.c_1=x=y"],
      ["--a.b=", "a.b="],
      ['--a.b="c"', "a.b=c"],
      ["--a.b='c d'", "a.b=c d"],
      ["--a.b=c, d", "a.b=c, d"],
    ] as const)
      assert.deepEqual(args(word), [[`${read} at c.args[0]`]], word);
    for (const word of [
      "--a",
      "--a=b.c",
      "---a.b",
      "a.b=c",
      "--.a=b",
      "--a.=b",
      "--1.a=b",
      "x--a.b",
      "--a.b-c=d",
      "--a.b c",
      "",
      "-",
      "--",
    ])
      assert.deepEqual(args(word), [[]], word);
  });

  it("have their value in the next word, where that is no option and they are no switches", () => {
    assert.deepEqual(args("--log.level", "INFO", "--a.b=c"), [["log.level=INFO at c.args[0]", "a.b=c at c.args[2]"]]);
    assert.deepEqual(args("--log.level", "--a.b", "-x"), [["log.level=true at c.args[0]", "a.b=true at c.args[1]"]]);
    assert.deepEqual(args("--a.b=c", "--providers.knative.namespaces", "hub"), [
      ["a.b=c at c.args[0]", "providers.knative.namespaces=hub at c.args[1]"],
    ]);
    for (const key of ["knative", "x.allowAny", "x.disableAny", "x.experimentalAny", "x.nativeAny", "x.safeAny", "x.strictAny"])
      assert.deepEqual(args(`--providers.${key}`, "false"), [[`providers.${key.toLowerCase()}=true at c.args[0]`]], key);
    for (const key of [
      "providers.x.namespaces",
      "providers.x.not.allowAny",
      "providers.x.notAllowAny",
      "my.providers.x",
      "providers.x.allow",
    ])
      assert.deepEqual(args(`--${key}`, "false"), [[`${key.toLowerCase()}=false at c.args[0]`]], key);
  });

  it("have no word for a switch as their value outside of the providers", () => {
    const sections = ["accesslog", "api", "certificatesResolvers", "core", "entryPoints", "experimental", "global", "hostResolver", "log"];
    for (const section of [...sections, "metrics", "ocsp", "ping", "serversTransport", "spiffe", "tcpServersTransport", "tracing"]) {
      const key = `${section}.any`.toLowerCase();
      for (const word of ["true", "False"])
        assert.deepEqual(args(`--${section}.any`, word, "--a.b=c"), [[`${key}=true at c.args[0]`], ["a.b=c at c.args[2]"]], key);
      for (const word of ["untrue", "falsely", "1"])
        assert.deepEqual(args(`--${section}.any`, word), [[`${key}=${word} at c.args[0]`]], key);
      assert.deepEqual(args(`--my${section}.any`, "true"), [[`my${key}=true at c.args[0]`]], key);
    }
  });

  it("are another line's behind a word that is neither an option nor a value", () => {
    const [first, second] = ["a.b=1 at c.args[0]", "c.d=2 at c.args[2]"];
    for (const between of ["stray", "a-b", "&&", "--", "-", ""])
      assert.deepEqual(args("--a.b=1", between, "--c.d=2"), [[first], [second]], between);
    for (const between of ["--accesslog", "-x", "--a-b=c"])
      assert.deepEqual(args("--a.b=1", between, "--c.d=2"), [[first, second]], between);
    assert.deepEqual(args("--providers.x", "false", "--c.d=2"), [["providers.x=true at c.args[0]"], [second]]);
    assert.deepEqual(args("stray", "stray", "--c.d=2", "stray", "stray"), [[second]]);
  });

  it("are those of the command and of the arguments together, and of a script, word by word", () => {
    assert.deepEqual(read({ command: ["traefik", "--a.b=c"], args: ["--d.e=f"] }), [["a.b=c at c.command[1]", "d.e=f at c.args[0]"]]);
    assert.deepEqual(args("--a.b  --c.d=e  f"), [["a.b=true at c.args[0]", "c.d=e  f at c.args[0]"]]);
    assert.deepEqual(read({ command: ["sh", "-c"], args: ["\n exec traefik  --a.b=c\t --d.e f\n--g.h"] }), [
      ["a.b=c at c.args[0]", "d.e=f at c.args[0]", "g.h=true at c.args[0]"],
    ]);
  });

  it("keep all values of a key, whatever its case, and the place of the last", () => {
    assert.deepEqual(args("--a.b=1", "--c.d=2", "--A.B=3", "--a.b"), [["a.b=1|3|true at c.args[3]", "c.d=2 at c.args[1]"]]);
  });

  it("are those of providers in the environment, where no word is an option", () => {
    const variables = {
      TRAEFIK_PROVIDERS_KUBERNETESCRD: "true",
      traefik_providers_kubernetesCRD_allowCrossNamespace: "true",
      TRAEFIK_PROVIDERS_KNATIVE: undefined,
    };
    const others = { TRAEFIK_LOG_LEVEL: "INFO", XTRAEFIK_PROVIDERS_X: "a", TRAEFIK_PROVIDERS_: "a", "TRAEFIK_PROVIDERS_X-Y": "a" };
    const found = [
      "providers.kubernetescrd=true at c.env[0]",
      "providers.kubernetescrd.allowcrossnamespace=true at c.env[1]",
      "providers.knative= at c.env[2]",
    ];
    const container = env({ ...variables, ...others });
    assert.deepEqual(read(container), [found]);
    assert.deepEqual(read({ ...container, args: ["traefik", "--accesslog"] }), [found]);
    assert.deepEqual(read({ ...container, args: ["--a.b=c"] }), [["a.b=c at c.args[0]"]]);
    assert.deepEqual([read(env(others)), read({}), read({ env: [{}] })], [[[]], [[]], [[]]]);
  });

  it("are refused where they cannot be read", () => {
    for (const [container, message] of [
      [{ args: "--a.b" }, "c.args is text; allowed: a list"],
      [{ command: [1] }, "c.command[0] is a number; allowed: text"],
      [{ env: {} }, "c.env is an object; allowed: a list"],
      [env({ TRAEFIK_PROVIDERS_X: 1 }), "c.env[0].value is a number; allowed: text"],
      [{ args: [UNKNOWN] }, "c.args[0] is not known before up runs"],
    ] as const)
      assert.throws(() => settingsOf(container), { message });
    assert.deepEqual(args(null, "--a.b"), [["a.b=true at c.args[1]"]]);
  });
});

describe("a setting of Traefik", () => {
  it("is a switch that is on unless its last value says otherwise", () => {
    for (const off of ["false", "FALSE", "False", "f", "F", "0"])
      assert.deepEqual([isOn(setting(off)), isOn(setting("true", off))], [false, false], off);
    for (const on of ["true", "1", "t", "", "no", "off", "00", "falsey", "xf", "what"])
      assert.deepEqual([isOn(setting(on)), isOn(setting("false", on))], [true, true], on);
    assert.equal(isOn(setting()), true);
  });

  it("is a list of all parts of all its values, without empty ones", () => {
    assert.deepEqual(listed(setting("a,b", "c")), ["a", "b", "c"]);
    for (const empty of [undefined, setting(), setting(""), setting(","), setting(" , ", "")]) assert.deepEqual(listed(empty), []);
  });
});
