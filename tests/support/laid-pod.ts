import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** Lays files over the folders of the machine that they are in, in a place that ends with the command. */
const LAY = `
laid=$1; names=$2; shift 2
mount -t tmpfs tmpfs "$laid/over"
for folder in "$laid"/files/*; do
  top=/$(basename "$folder"); over="$laid/over/$(basename "$folder")"
  [ -d "$top" ] || continue
  mkdir "$over" "$over/upper" "$over/work"
  mount -t overlay overlay -o "lowerdir=$top,upperdir=$over/upper,workdir=$over/work" "$top"
  cp -a "$folder/." "$top/"
done
mkdir -p "$laid/over/etc/upper"
printf '127.0.0.1 localhost %s\\n' "$(uname -n) $names" > "$laid/over/hosts"
mount --bind "$laid/over/hosts" /etc/hosts
ip link set lo up
exec "$@"`;

/**
 * A place for a command like a pod's: files where an image or the kubelet lays them, host names that lead to loopback, and no other network.
 * The machine's own files stay as they are.
 */
export class LaidPod {
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-pod-"));

  constructor(
    private readonly mapped: boolean,
    private readonly names: readonly string[],
  ) {
    for (const name of ["files", "over"]) fs.mkdirSync(path.join(this.folder, name));
  }

  /** Lays a file at an absolute path. */
  lay(file: string, text: string, mode = 0o644): this {
    const place = path.join(this.folder, "files", file);
    fs.mkdirSync(path.dirname(place), { recursive: true });
    fs.writeFileSync(place, text, { mode });
    return this;
  }

  /** The command line that runs a command in the place. */
  inside(command: readonly string[]): readonly string[] {
    const user = this.mapped ? ["--user", "--map-root-user"] : [];
    const unshare = ["unshare", ...user, "--net", "--mount", "--propagation", "private", "sh", "-ec", LAY, "pod"];
    return [...unshare, this.folder, this.names.join(" "), ...command];
  }

  /** Takes away what was laid. */
  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
