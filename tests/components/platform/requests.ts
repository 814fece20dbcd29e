import * as http from "node:http";
import * as https from "node:https";
import type * as tls from "node:tls";

/** How a connection to the https entry point ends: the status and the text, with the names in the certificate; or the failure of TLS. */
export interface Answer {
  readonly said: string;
  readonly names?: string;
}

/** True if a Traefik answers the question whether it is there. */
export async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    http
      .get(`http://127.0.0.1:${port}/ping`, (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      })
      .on("error", () => resolve(false));
  });
}

/** The status of an answer in clear text, with its text or the place that it leads to. */
export async function askInClearText(port: number, host: string, place: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = http.get({ host: "127.0.0.1", port, path: place, headers: { host }, agent: false }, (response) => {
      let text = "";
      response.on("data", (data: Buffer) => (text += data.toString()));
      response.on("end", () => resolve(`${response.statusCode} ${response.headers.location ?? text}`));
    });
    request.on("error", reject);
  });
}

/** Asks an entry point with TLS for a name. */
export async function ask(port: number, host: string): Promise<Answer> {
  return new Promise((resolve) => {
    // The certificate is looked at below; nothing here trusts its authority.
    const options = { host: "127.0.0.1", port, servername: host, headers: { host }, rejectUnauthorized: false, agent: false };
    const request = https.get(options, (response) => {
      const names = (response.socket as tls.TLSSocket).getPeerCertificate().subjectaltname;
      let text = "";
      response.on("data", (data: Buffer) => (text += data.toString()));
      response.on("end", () => resolve({ said: `${response.statusCode} ${text}`, ...(names !== undefined && { names }) }));
    });
    request.on("error", (error) => resolve({ said: error.message }));
  });
}
