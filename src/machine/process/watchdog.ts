import { type ChildProcess, spawn } from "node:child_process";
import type { Environment } from "./environment";
import { runMark } from "./process-group";

/**
 * Reads `+mark` before a run starts, `=mark group` when it has started and `-mark` when it has ended. When its input ends
 * because the extension host is gone, what was not taken back is ended, on Linux also what left the group (found by the
 * mark in its environment). Then it ends itself.
 */
const script = `
declare -A open
while read -r line; do
  mark=\${line:1}
  case $line in
    +*) open[$mark]= ;;
    =*) open[\${mark% *}]=\${mark#* } ;;
    -*) unset "open[$mark]" ;;
  esac
done
end() {
  local mark file
  for mark in "\${!open[@]}"; do
    [ -n "\${open[$mark]}" ] && kill "-$1" -- "-\${open[$mark]}"
    for file in $(grep -lsaF "${runMark}=$mark" /proc/[0-9]*/environ); do
      file=\${file#/proc/}
      kill "-$1" "\${file%/environ}"
    done
  done
} 2>/dev/null
[ \${#open[@]} -eq 0 ] && exit
end TERM
sleep 1
end KILL
`;

/** Ends running groups when this process dies without being able to: R-9. Needs bash 4; without it nothing is watched. */
export class Watchdog {
  private child: ChildProcess | undefined;

  constructor(
    private readonly bash: string,
    private readonly environment: Environment,
  ) {}

  /** Said before the run starts, so that there is no moment in which it would be orphaned. */
  expect(mark: string): void {
    this.child ??= this.start();
    this.child.stdin?.write(`+${mark}\n`);
  }

  watch(mark: string, groupId: number): void {
    this.child?.stdin?.write(`=${mark} ${groupId}\n`);
  }

  release(mark: string): void {
    this.child?.stdin?.write(`-${mark}\n`);
  }

  dispose(): void {
    this.child?.stdin?.end();
    this.child = undefined;
  }

  private start(): ChildProcess {
    const child = spawn(this.bash, ["--noprofile", "--norc", "-c", script], {
      cwd: "/",
      env: this.environment,
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
    const forget = () => {
      this.child = this.child === child ? undefined : this.child;
    };
    child.on("error", forget);
    child.on("exit", forget);
    child.stdin.on("error", forget);
    child.unref();
    return child;
  }
}
