import assert from "node:assert/strict";
import { credentialIn, credentialsIn } from "#af/policies/model/credentials";

const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.c2ln";
const HEX = "6f1ed002ab5595859014ebf0951522d9f1a2b3c4d5e6f708192a3b4c5d6e7f80";

describe("a credential", () => {
  const credentials: readonly (readonly [string, string])[] = [
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
    ["DEPLOY_KEY", "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MDEyMzQ1Njc4OTA="],
    ["DATABASE_URL", "postgresql://servicex:leftfoot1@db:5432/servicex"],
    ["BROKER", "amqp://user:leftfoot1@rabbitmq:5672/%2F?heartbeat=9000"],
    ["HTTP_PROXY", "http://me:hunter2@proxy.example.org:3128"],
    ["ANYTHING", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl"],
    ["ANYTHING", `Bearer ${JWT}`],
    ["ANYTHING", "AKIAABCDEFGHIJKLMNOP"],
    ["ANYTHING", `ghp_${"a1".repeat(18)}`],
    ["ANYTHING", `glpat-${"a1".repeat(10)}`],
    ["ANYTHING", "xoxb-1234567890-abcdef"],
    ["HTPASSWD", "$2y$10$abcdefghijklmnopqrstuv1234567890abcdefghijklmnopqrstu"],
  ];
  for (const [name, value] of credentials)
    it(`is ${name}=${value.slice(0, 24).replace(/\n.*/s, "")}`, () => {
      const found = credentialIn(name, value);
      assert.ok(found !== undefined);
      assert.ok(!found.includes(value));
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
    ["SSH_PORT", "22"],
    ["DATABASE_URL", "postgresql://db:5432/servicex"],
    ["DATABASE_URL", "postgresql://servicex:${PASSWORD}@db:5432/servicex"],
    ["DATABASE_URL", "postgresql://servicex:$(PASSWORD)@db:5432/servicex"],
    ["CHECKSUM", HEX],
    ["PWD", "/home/jovyan"],
    ["XRD_PLUGIN", "libXrdClXcachePlugin.so"],
    ["scope", "org.cilogon.userinfo"],
  ];
  for (const [name, value] of harmless) it(`is ${name}=${value.slice(0, 30)}`, () => assert.equal(credentialIn(name, value), undefined));
});

describe("a text of several words", () => {
  for (const text of [
    "psql --password hunter2 -h db",
    "server --auth-token=abc123 --port 8080",
    "export PGPASSWORD=hunter2 && psql",
    "PGPASSWORD=hunter2 psql -h db",
    "rabbitmq:\n  password: leftfoot1\n",
    "[database]\npassword = 'leftfoot1'\n",
    'c.JupyterHub.cookie_secret = "0123abcd"',
    "SECRET_KEY='0123abcd'",
    "curl -u x https://user:hunter2@example.org/",
  ])
    it(`has one: ${text.split("\n").join(" ")}`, () => assert.equal(credentialsIn(text).length, 1, credentialsIn(text).join()));

  for (const text of [
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
