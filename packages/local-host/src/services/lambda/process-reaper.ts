import { type ChildProcess, spawn } from "node:child_process";

// Reads "+ pid" and "- pid"; at the end of its input, which comes with the host's end, it kills those still listed.
const script = `trap '' INT TERM HUP
alive=" "
while read -r sign pid; do
  case "$sign" in
    +) alive="$alive$pid " ;;
    -) case "$alive" in *" $pid "*) alive="\${alive%% $pid *} \${alive#* $pid }" ;; esac ;;
  esac
done
for pid in $alive; do kill -9 "-$pid" "$pid" 2>/dev/null; done`;

/**
 * Sees to it that no child process, each the leader of its own process group, outlives the host, even when the host is killed with SIGKILL and the child is too
 * busy to notice that its connection broke.
 */
export class ProcessReaper {
  private readonly shell: ChildProcess;

  constructor() {
    this.shell = spawn("/bin/sh", ["-c", script], { stdio: ["pipe", "ignore", "ignore"], detached: true });
    this.shell.stdin?.on("error", () => undefined);
    this.shell.unref();
  }

  watch(child: ChildProcess): void {
    if (child.pid === undefined) return;
    this.shell.stdin?.write(`+ ${child.pid}\n`);
    child.once("exit", () => this.shell.stdin?.write(`- ${child.pid}\n`));
  }

  close(): void {
    this.shell.stdin?.end();
  }
}
