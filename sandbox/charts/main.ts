import * as fs from "node:fs";
import * as https from "node:https";
import { answerFrom } from "./serve";

/**
 * The process that serves the charts of a sandbox on loopback; the supervisor starts it.
 * Its arguments: the folder of charts, the port, the certificate and the key.
 */
const [folder = "", port = "", certificate = "", key = ""] = process.argv.slice(2);

fs.mkdirSync(folder, { recursive: true });
process.on("SIGTERM", () => process.exit(0));
https
  .createServer({ cert: fs.readFileSync(certificate), key: fs.readFileSync(key) }, answerFrom(folder))
  .once("error", (error) => {
    console.error(`Error: ${error.message}`);
    process.exit(1);
  })
  .listen(Number(port), "127.0.0.1", () => console.log(`serving ${folder}`));
