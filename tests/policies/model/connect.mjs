// Tries connections, each from an address of its own: reads `{patience, tries: [{from, to, port, protocol}]}` from standard input, and writes whether
// each came through. Nobody has to listen: a packet that comes through to a closed port is answered with a refusal, and a dropped one is not answered.
import * as dgram from "node:dgram";
import * as net from "node:net";
import { text } from "node:stream/consumers";

/** How many tries are under way at once: fewer than the kernel's queue of packets holds. */
const AT_ONCE = 400;

const { patience, tries } = JSON.parse(await text(process.stdin));
// What enforces policies lets root through, because the kubelet's probes are root's (https://github.com/kubernetes-sigs/kube-network-policies/issues/65).
process.setgroups([]);
process.setgid(65534);
process.setuid(65534);

const answers = new Array(tries.length);
let next = 0;
await Promise.all(Array.from({ length: AT_ONCE }, worker));
process.stdout.write(JSON.stringify(answers));

async function worker() {
  while (next < tries.length) {
    const index = next++;
    answers[index] = await (tries[index].protocol === "TCP" ? tcp : udp)(tries[index]);
  }
}

function tcp({ from, to, port }) {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: to, port, localAddress: from });
    const timer = setTimeout(() => end(false), patience);
    const end = (answer) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    socket.on("connect", () => end(true));
    socket.on("error", (error) => (error.code === "ECONNREFUSED" ? end(true) : reject(error)));
  });
}

function udp({ from, to, port }) {
  return new Promise((resolve, reject) => {
    const socket = dgram.createSocket("udp4");
    const timers = [];
    const end = (answer) => {
      timers.forEach(clearTimeout);
      socket.close();
      resolve(answer);
    };
    // The refusal of a datagram comes back with the one after it.
    const send = () => socket.send("?", () => undefined);
    socket.on("error", (error) => (error.code === "ECONNREFUSED" ? end(true) : reject(error)));
    socket.bind(0, from, () =>
      socket.connect(port, to, () => {
        timers.push(
          setInterval(send, patience / 5),
          setTimeout(() => end(false), patience),
        );
        send();
      }),
    );
  });
}
