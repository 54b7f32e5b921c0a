import type { CommandResult, Shell } from "../../core/ports";
import type { Places } from "../files/places";

/** Runs commands in the open folders, each named as the agent names it. */
export class WorkspaceShell implements Shell {
  /** `shellIn` gives the shell of one folder, by its absolute path. */
  constructor(
    private readonly places: Places,
    private readonly shellIn: (root: string) => Shell,
  ) {}

  async run(
    command: { command: string; cwd: string; timeoutMs: number },
    onOutput: (text: string) => void,
    signal: AbortSignal,
  ): Promise<CommandResult> {
    const place = await this.places.find(command.cwd);
    return this.shellIn(place.folder.fsPath).run({ ...command, cwd: place.inner }, onOutput, signal);
  }

  async script(command: string, cwd: string): Promise<string | undefined> {
    const place = await this.places.find(cwd);
    return this.shellIn(place.folder.fsPath).script(command, place.inner);
  }
}
