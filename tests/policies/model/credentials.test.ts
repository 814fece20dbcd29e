import assert from "node:assert/strict";
import fc from "fast-check";
import { credentialByForm, credentialIn, credentialsIn } from "#af/policies/model/credentials";

const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.c2ln";
const HEX = "6f1ed002ab5595859014ebf0951522d9f1a2b3c4d5e6f708192a3b4c5d6e7f80";

const [BY_NAME, A_KEY, IN_URL] = ["a credential, by its name", "a key, by its name and its form", "a password in a URL"];
const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("a credential", () => {
  const credentials: readonly (readonly [name: string, value: string, what?: string])[] = [
    ["PASSWORD", "hunter2"],
    ["PGPASSWORD", "hunter2"],
    ["MYSQL_PWD", "hunter2"],
    ["MYSQL_ROOT_PASSWORD", "changeme"],
    ["dbPassword", "s3cret"],
    ["DBPASS", "s3cret"],
    ["rabbitmq-password", "leftfoot1"],
    ["REDIS_PASS", "leftfoot1"],
    ["keyPassphrase", "correct-horse"],
    ["JUPYTERHUB_CRYPT_KEY", HEX],
    ["SIGNING_KEY", HEX],
    ["SECRET_KEY", "abcdef"],
    ["SECRET_KEY_BASE", HEX],
    ["JWT_SECRET_KEY", "abcdef"],
    ["CONFIGPROXY_AUTH_TOKEN", HEX],
    ["API_TOKEN", "abc123"],
    ["apiKey", "abc123"],
    ["AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"],
    ["MINIO_ACCESS_KEY", "leftfoot1"],
    ["OAUTH_CLIENT_SECRET", "9f8e7d6c"],
    ["FERNET_KEY", "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MDEyMzQ1Njc4OTA="],
    ["CLICKHOUSE_PASSWORD", "hunter2"],
    ["DENO_AUTH_TOKEN", "hunter2"],
    ["PASSWORD", " hunter2\n"],
    ["PASSWORD", "$ecret1"],
    ["PASSWORD", "$3cret"],
    ["PASSWORD", "$ECRET1x"],
    ["PASSWORD", "$-cret"],
    ["PASSWORD", "$apr1$x$y"],
    ["api - key", "abc123"],
    // What is the name of an object is a credential all the same where the variable is not for one.
    ["SECRET_KEY", "hub-login"],
    ["DEPLOY_KEY", "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=", A_KEY],
    ["DEPLOY_KEY", "0123456789abcdef0123456789abcdef", A_KEY],
    ["DEPLOY_KEYS", "Abcdefghijklmnopqrs1", A_KEY],
    ["DATABASE_URL", "postgresql://servicex:leftfoot1@db:5432/servicex", IN_URL],
    ["BROKER", "amqp://user:leftfoot1@rabbitmq:5672/%2F?heartbeat=9000", IN_URL],
    ["HTTP_PROXY", "http://me:hunter2@proxy.example.org:3128", IN_URL],
    ["CACHE", "redis://:hunter2@cache", IN_URL],
    ["CACHE", "redis://:$ecret1@cache", IN_URL],
    ["CACHE", "redis://:hunt$r@cache", IN_URL],
  ];
  for (const [name, value, what = BY_NAME] of credentials)
    it(`is ${name}=${value.slice(0, 24).trim()}`, () => assert.equal(credentialIn(name, value), what));

  it("is told by its form alone, whatever its name and wherever it stands, and not where it is too short", () => {
    const [least, most] = [fc.string({ unit: fc.constantFrom("a", "B", "7", "_"), minLength: 1 }), 60];
    const forms: readonly (readonly [what: string, start: string, length: number, end?: string])[] = [
      ["a JSON web token", "eyJ0eXAiOiJKV1Qi.eyJ", 10, "."],
      ["a token of GitHub", "ghp_", 30],
      ["a token of GitHub", "gho_", 30],
      ["a token of GitHub", "ghs_", 30],
      ["a token of GitHub", "github_pat_", 30],
      ["a token of GitLab", "glpat-", 20],
      ["a token of Slack", "xoxb-", 10],
      ["a token of Slack", "xoxp-", 10],
      ["a key of Stripe", "sk_live_", 16],
      ["a key of Stripe", "rk_live_", 16],
      ["a bearer token", "Bearer ", 16],
      ...["2a", "2b", "2y", "5", "6", "y", "argon2i", "argon2id"].map((kind) => ["the hash of a password", `$${kind}$`, 20] as const),
    ];
    const body = (length: number) => least.map((some) => some.repeat(most).slice(0, length));
    for (const [what, start, length, end = ""] of forms)
      fc.assert(
        fc.property(body(length), fc.constantFrom("", "x: ", "a\n"), fc.constantFrom("", " b", "\n"), (text, before, after) => {
          assert.equal(credentialByForm(`${before}${start}${text}${end}${after}`), what);
          assert.equal(credentialIn("ANYTHING", `${before}${start}${text}${end}${after}`), what);
          assert.equal(credentialByForm(`${before}${start}${text.slice(1)}${end}${after}`), undefined);
        }),
        { numRuns: 20 },
      );
    for (const [what, text] of [
      ["a private key", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl"],
      ["a private key", "x\n-----BEGIN PRIVATE KEY-----"],
      ...["", "x", "xy"].map((shift) => ["a private key in base64", base64(`-----BEGIN ${shift} PRIVATE KEY-----\n`)]),
      ["a key of AWS", "AKIAABCDEFGHIJKLMNOP"],
      ["a key of AWS", "id=ASIAABCDEFGHIJKLMNOP;"],
      ["a key of Google", `AIza${"a-B_7".repeat(7)}`],
      ["a bearer token", `Bearer ${JWT.replaceAll("eyJ", "eya")}`],
      ["a JSON web token", `Bearer ${JWT}`],
    ])
      assert.equal(credentialByForm(text ?? ""), what);
    for (const text of [
      "AKIAABCDEFGHIJKLMNO",
      "AKIAABCDEFGHIJKLMNOPQ",
      `AIza${"a".repeat(34)}`,
      "a PRIVATE KEY",
      base64("-----BEGIN PUBLIC KEY-----"),
      "",
    ])
      assert.equal(credentialByForm(text), undefined);
  });
});

describe("no credential", () => {
  const harmless: readonly (readonly [string, string])[] = [
    ["TLS_SECRET", "hub-tls"],
    ["existingSecret", "servicex-secrets"],
    ["IMAGE_PULL_SECRET", "regcred"],
    ["CREDENTIALS", "hub-login"],
    ["ALLOW_EMPTY_PASSWORD", "yes"],
    ["REQUIRE_PASSWORD", "always"],
    ["USE_TOKEN", "true"],
    ["PASSWORD", ""],
    ["PASSWORD", "${DB_PASSWORD}"],
    ["PASSWORD", "$(DB_PASSWORD)"],
    ["PASSWORD", "$DB_PASSWORD"],
    // What is left of `${DB_PASSWORD}` where brackets end a value.
    ["PASSWORD", "$"],
    ["PASSWORD", "$DB2_PASSWORD"],
    ["PASSWORD", "$_PASSWORD"],
    ["PASSWORD", "$_password"],
    ["PASSWORD", "$dbPassword"],
    ["PASSWORD", "$1"],
    ["PASSWORD", "$${DB_PASSWORD}"],
    ["TOKEN", "$HOME/token"],
    ["PASSWORD", "{{ .Values.password }}"],
    ["PASSWORD", "<password>"],
    ["PASSWORD", "*****"],
    ["PASSWORD_FILE", "/run/secrets/password"],
    ["TOKEN", "/var/run/token"],
    ["TOKEN", "./token"],
    ["TOKEN_URL", "https://sso.example.org/token"],
    ["TOKEN", "https://sso.example.org/token"],
    ["SECRET_NAME", "hub-login"],
    ["passwordKey", "admin-password"],
    ["adminPasswordKey", "postgresql-password"],
    ["TOKENS_EXPIRE", "never"],
    ["TOKEN_TTL", "3600"],
    ["AUTH_TOKEN_LENGTH", "32"],
    ["AWS_ACCESS_KEY_ID", "example"],
    ["PUBLIC_KEY", "ssh-ed25519"],
    ["GPG_KEY", "E3FF2839C048B25C084DEBE9B26995E310250568"],
    ["CACHE_KEY", "user-sessions"],
    ["SORT_KEY", "name"],
    ["DEPLOY_KEY", "0123456789abcdef0123456789abcde"],
    ["DEPLOY_KEY", "abcdefabcdefabcdefabcdefabcdefabcdef"],
    ["DEPLOY_KEY", "Abcdefghijklmnopqr1"],
    ["DEPLOY_KEY", "Abcdefghijklmnopqrst"],
    ["DEPLOY_KEY", "abcdefghijklmnopqrs1"],
    ["DEPLOY_KEY", "ABCDEFGHIJKLMNOPQRS1"],
    ["DEPLOY_KEY", "(Abcdefghijklmnopqrs1"],
    ["DEPLOY_KEY", "Abcdefghijklmnopqrs1."],
    ["DEPLOY_KEY", "-0123456789abcdef0123456789abcdef"],
    ["DEPLOY_KEY", "0123456789abcdef0123456789abcdef."],
    ["CREDENTIAL", "hub-login"],
    ["LICENCE", "about the PRIVATE KEY of a host"],
    ["SSH_PORT", "22"],
    ["DATABASE_URL", "postgresql://db:5432/servicex"],
    ["DATABASE_URL", "postgresql://servicex:${PASSWORD}@db:5432/servicex"],
    ["DATABASE_URL", "postgresql://servicex:$(PASSWORD)@db:5432/servicex"],
    ["DATABASE_URL", "postgresql://servicex:$PASSWORD@db:5432/servicex"],
    ["DATABASE_URL", "postgresql://servicex:x-$(PASSWORD)@db:5432/servicex"],
    ["DATABASE_URL", "postgresql://servicex:<password>@db:5432/servicex"],
    ["DATABASE_URL", "postgresql://servicex:x-{{ .password }}@db:5432/servicex"],
    ["CHECKSUM", HEX],
    ["PWD", "/home/jovyan"],
    ["XRD_PLUGIN", "libXrdClXcachePlugin.so"],
    ["scope", "org.cilogon.userinfo"],
  ];
  for (const [name, value] of harmless) it(`is ${name}=${value.slice(0, 30)}`, () => assert.equal(credentialIn(name, value), undefined));
});

describe("a text of several words", () => {
  const SAID = (name: string) => [`${BY_NAME} (${name})`];
  const found: readonly (readonly [text: string, said: readonly string[]])[] = [
    ["psql --password hunter2 -h db", SAID("password")],
    ["server --auth-token=abc123 --port 8080", SAID("auth-token")],
    ["export PGPASSWORD=hunter2 && psql", SAID("PGPASSWORD")],
    ["PGPASSWORD=hunter2 psql -h db", SAID("PGPASSWORD")],
    ["rabbitmq:\n  password: leftfoot1\n", SAID("password")],
    ["users:\n- password: leftfoot1\n", SAID("password")],
    ["users:\n  - - password: leftfoot1\n", SAID("password")],
    ["password: leftfoot1 # of the broker\n", SAID("password")],
    ['"password": "leftfoot1",\t# of the broker', SAID("password")],
    ["[database]\npassword = 'leftfoot1'\n", SAID("password")],
    ['c.JupyterHub.cookie_secret = "0123abcd"', SAID("c.JupyterHub.cookie_secret")],
    ["SECRET_KEY='0123abcd'", SAID("SECRET_KEY")],
    ["curl -u x https://user:hunter2@example.org/", [IN_URL]],
    ["PASSWORD=hunter2 TOKEN=abc123 TOKEN=abc456", [...SAID("PASSWORD"), ...SAID("TOKEN")]],
    [`TOKEN=${JWT}`, ["a JSON web token", "a JSON web token (TOKEN)"]],
    ['{"db": {"user": "u", "password": "leftfoot1"}}', SAID("password")],
    ["db: { user: u, password: 'leftfoot1', apiKey: \"abc123\" }", [...SAID("password"), ...SAID("apiKey")]],
    // One word that no code would have as the name of a variable.
    ["password=hunter", SAID("password")],
    ["password=2db_password", SAID("password")],
    ["password=db_password2", SAID("password")],
    ["x='y' password=db_password", SAID("password")],
    ["token=ghp_abcdefghijklmnopqrstuvwxyzabcd", ["a token of GitHub", "a token of GitHub (token)"]],
  ];
  for (const [text, said] of found) it(`has some: ${text.split("\n").join(" ")}`, () => assert.deepEqual(credentialsIn(text), said));

  for (const text of [
    "",
    "password=db_password",
    "connect(password=settings.password)",
    "password: leftfoot1# of the broker",
    "x - password: leftfoot1",
    "-password: leftfoot1",
    '{"password": password, "token": "", "secret": None}',
    "f({'token': '$TOKEN'}, secret: \"{{ secret }}\")",
    'so the "password": "leftfoot1" is meant',
    "password='' token=\"\"",
    "psql -h db --password-file /run/secrets/x",
    'server --token "$(cat /run/token)"',
    "server --token $TOKEN --secret ${SECRET}",
    "export PGPASSWORD=$(cat /run/secrets/password)",
    "password = os.environ['PASSWORD']",
    "api_token=get_secret_value(x)",
    "TOKEN_URL=https://sso.example.org/token",
    "client_secret: {{ secret }}",
    "def install(c, given, token=None):\n    return token",
    "consumer_timeout = 3600000",
  ])
    it(`has none: ${text.split("\n").join(" ")}`, () => assert.deepEqual(credentialsIn(text), []));
});
