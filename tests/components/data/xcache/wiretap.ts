import type { StartedProgram } from "../../../support/started-program";
import type { Machines } from "./machines";
import { rootFolder } from "./root-folder";

/** A machine that passes connections on to another one, at the same port, and keeps all that clients say. */
export class Wiretap {
  private constructor(private readonly program: StartedProgram) {}

  /** Starts it on a machine that has no other use. */
  static async on(machines: Machines, machine: string, to: string, port: number): Promise<Wiretap> {
    const root = await rootFolder(machines, machine, {});
    const program = machines.program(machine, root, ["python3", "-uc", RELAY, machines.addressOf(to), String(port)], {});
    await program.until("the relay listens", () => Promise.resolve(program.log.includes("listening")));
    return new Wiretap(program);
  }

  /** Everything that clients have said since a mark, as text of one byte a character, once at least one has come and all have gone. */
  async said(since: number): Promise<string> {
    const lines = (): readonly string[] => this.program.log.slice(since).split("\n");
    const count = (what: string): number => lines().filter((line) => line === what).length;
    await this.program.until("clients come and go", () => Promise.resolve(count("come") > 0 && count("come") === count("gone")));
    return Buffer.from(
      lines()
        .filter((line) => /^[0-9a-f]{2,}$/.test(line))
        .join(""),
      "hex",
    ).toString("latin1");
  }

  /** A mark for what clients say from now on. */
  get mark(): number {
    return this.program.log.length;
  }
}

const RELAY = `
import socket, sys, threading
to, port = sys.argv[1], int(sys.argv[2])
def tell(line):
    print(line + "\\n", end="", flush=True)
def pass_on(source, target, heard):
    try:
        while data := source.recv(65536):
            if heard:
                tell(data.hex())
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass
    if heard:
        tell("gone")
listener = socket.create_server(("", port))
tell("listening")
while True:
    client, _ = listener.accept()
    tell("come")
    server = socket.create_connection((to, port))
    for source, target, heard in ((client, server, True), (server, client, False)):
        threading.Thread(target=pass_on, args=(source, target, heard), daemon=True).start()
`;
