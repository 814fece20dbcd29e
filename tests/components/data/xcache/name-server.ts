import type { StartedProgram } from "../../../support/started-program";
import type { Machines } from "./machines";
import { rootFolder, type RootFiles } from "./root-folder";

/** Starts a DNS server on a machine of its own, which knows the IPv4 address of each given name, and says of any other that there is no such name. */
export async function startNameServer(
  machines: Machines,
  machine: string,
  addresses: Readonly<Record<string, string>>,
): Promise<StartedProgram> {
  const root = await rootFolder(machines, machine, {});
  const program = machines.program(machine, root, ["python3", "-uc", SERVER, JSON.stringify(addresses)], {});
  await program.until("the DNS server listens", () => Promise.resolve(program.log.includes("listening")));
  return program;
}

/** Files of a host that asks a DNS server after its file of names, with a domain of its own for names without dots. */
export function asksNameServer(address: string, domain: string): RootFiles {
  return {
    "etc/resolv.conf": `nameserver ${address}\nsearch ${domain}\n`,
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
  };
}

// https://www.rfc-editor.org/rfc/rfc1035#section-4: an answer repeats the question, and its record points to the name in that.
const SERVER = `
import json, socket, struct, sys
addresses = json.loads(sys.argv[1])
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("", 53))
print("listening")
while True:
    query, client = server.recvfrom(512)
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode("latin1"))
        at += 1 + query[at]
    name, kind = ".".join(labels), struct.unpack(">H", query[at + 1 : at + 3])[0]
    print(kind, name)
    found = addresses.get(name.lower())
    record = b"\\xc0\\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + socket.inet_aton(found) if found and kind == 1 else b""
    header = query[:2] + struct.pack(">HHHHH", 0x8580 if found else 0x8583, 1, 1 if record else 0, 0, 0)
    server.sendto(header + query[12 : at + 5] + record, client)
`;
