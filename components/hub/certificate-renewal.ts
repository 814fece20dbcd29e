/**
 * The module that configurable-http-proxy loads before itself. The proxy reads its key and certificate once, when it starts
 * (https://github.com/jupyterhub/configurable-http-proxy/blob/5.2.0/bin/configurable-http-proxy), so a certificate that cert-manager renews
 * would not be served before it has ended. The module reads both files every ten seconds and gives them to the server that listens with
 * them (https://nodejs.org/api/tls.html#serversetsecurecontextoptions): no connection breaks, and no route is lost. A key that does not fit
 * the certificate is said in the log, and the old pair stays.
 */
const MODULE = `
import { readFileSync } from "node:fs";
import net from "node:net";
import tls from "node:tls";

const fileOf = (option) => process.argv.find((word) => word.startsWith(option + "="))?.slice(option.length + 1);
const files = { key: fileOf("--ssl-key"), cert: fileOf("--ssl-cert") };
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...address) {
  if (this instanceof tls.Server && files.key && files.cert) {
    let served = "";
    setInterval(() => {
      try {
        const [key, cert] = [readFileSync(files.key, "utf8"), readFileSync(files.cert, "utf8")];
        if (key + cert === served) return;
        this.setSecureContext({ key, cert, ciphers: this.ciphers, honorCipherOrder: this.honorCipherOrder });
        served = key + cert;
      } catch (error) {
        console.error("the certificate in " + files.cert + " is not served: " + error.message);
      }
    }, 10_000).unref();
  }
  return listen.apply(this, address);
};
`;

/**
 * Environment of the hub's proxy where it ends TLS itself: Node loads {@link MODULE} from the variable, because the chart mounts no files of
 * ours into that pod (https://nodejs.org/api/cli.html#--importmodule).
 */
export function certificateRenewal(): Readonly<Record<"NODE_OPTIONS", string>> {
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(MODULE.trim())}` };
}
