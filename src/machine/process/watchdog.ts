import { type ChildProcess, spawn } from "node:child_process";
import type { Environment } from "./environment";

/**
 * Reads `+group` and `-group` lines; when its input ends because the extension host is gone, whatever was not taken
 * back is ended. It holds no other resource, and it ends itself in that moment too.
 */
const script = `
declare -A open
while read -r line; do
  case $line in
    +*) open[\${line:1}]=1 ;;
    -*) unset "open[\${line:1}]" ;;
  esac
done
for group in "\${!open[@]}"; do kill -TERM -- "-$group" 2>/dev/null; done
[ \${#open[@]} -gt 0 ] && sleep 1
for group in "\${!open[@]}"; do kill -KILL -- "-$group" 2>/dev/null; done
`;

/** Ends running groups when this process dies without being able to: R-9. Needs bash 4; without it nothing is watched. */
export class Watchdog {
  private child: ChildProcess | undefined;

  constructor(
    private readonly bash: string,
    private readonly environment: Environment,
  ) {}

  watch(groupId: number): void {
    this.child ??= this.start();
    this.child.stdin?.write(`+${groupId}\n`);
  }

  release(groupId: number): void {
    this.child?.stdin?.write(`-${groupId}\n`);
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
