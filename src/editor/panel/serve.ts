import { AgentError, bugTrouble } from "../../core/errors";
import type { Trouble } from "../../core/events";
import { FromPanel, type ToPanel } from "../../protocol/panel";
import { asError, type Log } from "../log";
import type { PanelDesk } from "./desk";

type Request = Exclude<FromPanel, { type: "panel_opened" }>;

/** Undefined for anything that is not one of the page's messages. */
export function readMessage(raw: unknown, log: Log): FromPanel | undefined {
  const parsed = FromPanel.safeParse(raw);
  if (!parsed.success) {
    log.warn(`Ignored a message from the page: ${parsed.error.issues[0]?.message ?? "it has no known form"}`);
  }
  return parsed.data;
}

/** Has one request of the page done. It always ends: with its effect, with an answer, or with `request_failed`. */
export async function serve(request: Request, desk: PanelDesk, log: Log): Promise<ToPanel | undefined> {
  try {
    return await doRequest(request, desk);
  } catch (error) {
    if (!(error instanceof AgentError)) {
      log.error(asError(error), `the page's request ${request.type}`);
    }
    const unsent = request.type === "task_sent" ? { unsent: request.text } : {};
    return { type: "request_failed", trouble: troubleOf(error), ...unsent };
  }
}

async function doRequest(request: Request, desk: PanelDesk): Promise<ToPanel | undefined> {
  if (request.type === "history_opened") {
    return { type: "tasks_listed", tasks: await desk.listTasks() };
  }
  await pass(request, desk);
  return undefined;
}

function pass(request: Exclude<Request, { type: "history_opened" }>, desk: PanelDesk): Promise<void> {
  switch (request.type) {
    case "task_sent":
      return desk.sendTask(request.text);
    case "new_task_pressed":
      return desk.startNewTask();
    case "stop_pressed":
      return desk.stop();
    case "retry_pressed":
      return desk.retry();
    case "mode_set":
      return desk.setMode(request.mode);
    case "action_answered": {
      const { actionId, nonce, allow, remark, hunks } = request;
      return desk.answerAction(actionId, nonce, { allow, remark: remark?.trim() || undefined, hunks });
    }
    case "hunks_ticked":
      return desk.tickHunks(request.actionId, request.hunks, request.taken);
    case "undo_pressed":
      return desk.undoFrom(request.actionId);
    case "redo_pressed":
      return desk.redo(request.checkpointId);
    case "squash_pressed":
      return desk.squash();
    case "plan_edited":
      return desk.editPlan(request.plan);
    case "diff_opened":
      return desk.openDiff(request.actionId, request.path);
    case "file_opened":
      return desk.openFile(request.path, request.line);
    case "task_opened":
      return desk.openTask(request.taskId);
    case "task_deleted":
      return desk.deleteTask(request.taskId);
    case "model_picker_opened":
      return desk.pickModel();
    case "practice_chosen":
      return desk.choosePractice();
    case "servers_searched":
      return desk.searchServers();
    case "window_fix_pressed":
      return desk.fixWindow();
    case "advice_dismissed":
      return desk.dismissAdvice();
    case "settings_opened":
      return desk.openSettings();
    case "link_pressed":
      return desk.pressLink(request.url);
    case "draft_changed":
      return desk.changeDraft(request.text);
    case "attachment_removed":
      return desk.removeAttachment(request.index);
    case "escalate_pressed":
      return desk.escalate();
    case "grant_end_pressed":
      return desk.endGrant(request.grantId);
    case "ledger_pressed":
      return desk.showLedger();
    case "catalogue_pressed":
      return desk.showCatalogue();
  }
}

export function troubleOf(error: unknown): Trouble {
  return error instanceof AgentError ? error.trouble : bugTrouble();
}
