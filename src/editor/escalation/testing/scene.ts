import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Fakes, fakes, portsOf } from "../../../../test/fakes/ports";
import type { AgentEvent } from "../../../core/events";
import { Task } from "../../../core/task";
import { MemoryLearned } from "../../../endpoint/learned";
import type { ProxyWishes } from "../../../net/proxies";
import { Connection } from "../../models/connection";
import type { Candidate } from "../../models/model-choice";
import type { ReachPolicy } from "../../models/reach";
import { Draft } from "../draft";
import { Escalations } from "../escalations";

export const key = `stored-${"k3y".repeat(6)}`;

export interface Scene {
  connection: Connection;
  local: Candidate;
  remote: Candidate;
  escalations: Escalations;
  task: Task;
  fakes: Fakes;
  told: unknown[];
  fixed: Task[];
  draft(task?: Task): Promise<Draft>;
  /** Builds the draft and says yes to it; resolves when the task's stretch of work is over. */
  approve(draft: Draft, task?: Task): Promise<void>;
  /** Another task of the same window, with this history. */
  another(id: string, history?: readonly AgentEvent[]): Task;
  close(): Promise<void>;
}

/** A window with a model here and one elsewhere, over real connections. */
export async function openScene(
  localUrl: string,
  remote: { baseUrl: string; model: string },
  given: Partial<Fakes> = {},
  proxies: ProxyWishes = { allowed: false, env: {} },
): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), "hearth-escalation-"));
  const endpoints = [
    { name: "Here", baseUrl: localUrl, model: "test-model" },
    { name: "Cloud", baseUrl: remote.baseUrl, model: remote.model },
  ];
  const policy: ReachPolicy = { localOnly: true, networkServers: [], endpoints };
  const connection = new Connection({
    ledgerFolder: join(folder, "ledger"),
    keys: { get: async (name) => (name === "Cloud" ? key : undefined) },
    learned: new MemoryLearned(),
    habits: () => undefined,
    policy: () => policy,
    proxies: () => proxies,
  });
  const found = await connection.find(endpoints, AbortSignal.timeout(20_000));
  const [local, away] = endpoints.map(({ name }) => found.find(({ view }) => view.name === name));
  if (!local || !away) {
    throw new Error("a configured endpoint is always listed");
  }
  const used = fakes(given);
  const [told, fixed]: [unknown[], Task[]] = [[], []];
  const listeners = new Set<(event: AgentEvent) => void>();
  const escalations = new Escalations({
    onEvent: (listener) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    resumeFixTest: async (task) => void fixed.push(task),
    tell: (error) => told.push(error),
  });
  const another = (id: string, history: readonly AgentEvent[] = []) => {
    const model = connection.model(local, { taskId: id });
    const ports = {
      ...portsOf(used),
      model: () => escalations.modelFor(id) ?? model,
      approvals: () => escalations.approvalsFor(id, used.approvals),
    };
    const task = new Task(id, ports, history);
    task.onEvent((event) => {
      for (const listener of listeners) {
        listener(event);
      }
    });
    return task;
  };
  const task = another("t1");
  await task.begin({ mode: "act", title: "A hard task", endpoint: local.view });
  const known = [{ name: "key of Cloud", value: key }];
  const draft = async (of = task) => {
    const made = new Draft({ task: of, title: "A hard task", candidate: away, connection, known });
    await made.rebuild(AbortSignal.timeout(20_000));
    return made;
  };
  const approve = async (made: Draft, of = task) => {
    const over = new Promise<void>((done) => {
      const stop = of.onEvent((event) => {
        if (event.type === "finished") {
          stop();
          done();
        }
      });
    });
    await escalations.approve(made, made.view().nonce);
    await over;
    await new Promise((done) => setImmediate(done)); // what follows the end is recorded too
  };
  const close = async () => {
    escalations.dispose();
    await rm(folder, { recursive: true, force: true });
  };
  return {
    connection,
    local,
    remote: away,
    escalations,
    task,
    fakes: used,
    told,
    fixed,
    draft,
    approve,
    another,
    close,
  };
}
