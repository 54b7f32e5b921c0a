import { useEffect, useMemo } from "preact/hooks";
import { CanEscalateContext } from "./cards/escalate-button";
import { AnsweredContext } from "./cards/use-answer";
import { ApprovalsChip } from "./composer/approvals-chip";
import { Composer } from "./composer/composer";
import { useSend } from "./host";
import { Icon } from "./icon";
import { RowBuilder } from "./list/rows";
import { Transcript } from "./list/transcript";
import { Kept, KeptContext, type Store } from "./task/kept-state";
import { ModelStatusContext } from "./task/model-status";
import { isBusy, type PageState, withAnswered, withoutTask, withSent } from "./task/page-state";
import { SafeText } from "./text/safe-text";
import { Announcer } from "./views/announcer";
import { Empty } from "./views/empty";
import { GrantBanner } from "./views/grant-banner";
import { History } from "./views/history";
import { Failure, ModelTrouble, SettingProblems, WindowNotice } from "./views/notices";
import { PinnedPlan } from "./views/pinned-plan";
import { StatusLine } from "./views/status-line";
import { HistoryTitle, TaskTitle } from "./views/titles";
import { WindowAdvice } from "./views/window-advice";

export interface AppProps {
  state: PageState;
  change: (next: (state: PageState) => PageState) => void;
  store: Store;
}

export function App({ state, change, store }: AppProps) {
  const send = useSend();
  const { task, surroundings, history } = state;
  const kept = useMemo(() => new Kept(task?.id, store), [task?.id, store]);
  useEffect(() => kept.forgetAnswered(task?.items ?? []), [kept, task]);
  const builder = useMemo(() => new RowBuilder(), [state.opened]);
  const rows = useMemo(() => (task ? builder.build(task) : []), [builder, task]);
  const actions = useMemo(() => makeActions(change, send), [change, send]);
  const endpoint = (isBusy(task) ? task?.endpoint : surroundings?.endpoint) ?? task?.endpoint;
  return (
    <KeptContext value={kept}>
      <AnsweredContext value={actions.markAnswered}>
        <div class="panel">
          {history ? (
            <HistoryTitle onClose={actions.closeHistory} />
          ) : (
            task && <TaskTitle title={task.title || "Task"} />
          )}
          <WindowNotice surroundings={surroundings} />
          <GrantBanner granted={surroundings?.granted} taskId={task?.id} />
          {task?.plan && task.planApproved && <PinnedPlan plan={task.plan} />}
          <main class="main">
            {history ? (
              <History tasks={history} current={task?.id} onDelete={actions.deleteTask} />
            ) : task ? (
              <CanEscalateContext value={surroundings?.canEscalate === true}>
                <ModelStatusContext value={state.modelStatus}>
                  <Transcript
                    key={state.opened}
                    rows={rows}
                    status={task.status}
                    nonces={state.nonces}
                    plan={task.plan}
                  />
                  <StatusLine task={task} />
                </ModelStatusContext>
              </CanEscalateContext>
            ) : (
              <Empty surroundings={surroundings} isSending={state.pending.length > 0} onSend={actions.sendText} />
            )}
          </main>
          {task && <WindowAdvice advice={surroundings?.advice} isDocked />}
          {task && <ModelTrouble surroundings={surroundings} />}
          <SettingProblems problems={surroundings?.problems} />
          <Failure trouble={state.failure} onDismiss={actions.dismissFailure} />
          <Composer
            surroundings={surroundings}
            draft={state.draft}
            returned={state.returned}
            focusAsked={state.focusAsked}
            mode={state.mode}
            endpoint={endpoint}
            status={task?.status ?? "idle"}
            usage={task?.usage}
            tokensPerSecond={task?.tokensPerSecond}
            hasTask={task !== undefined}
            pending={state.pending}
            onSend={actions.sendText}
            onMode={actions.setMode}
          />
          <footer class="panel-foot">
            <Leaving text={surroundings?.leaving} />
            <ApprovalsChip approvals={surroundings?.approvals} />
          </footer>
          <Announcer task={task} />
        </div>
      </AnsweredContext>
    </KeptContext>
  );
}

function Leaving({ text }: { text: string | undefined }) {
  const send = useSend();
  return (
    <p class="leaving">
      {text !== undefined && text !== "" && (
        <button
          type="button"
          class="leaving-button"
          title="Show every request on record"
          onClick={() => send({ type: "ledger_pressed" })}
        >
          <Icon name="shield" /> <SafeText text={text} />
        </button>
      )}
    </p>
  );
}

function makeActions(change: AppProps["change"], send: ReturnType<typeof useSend>) {
  return {
    closeHistory: () => change((state) => ({ ...state, history: undefined })),
    dismissFailure: () => change((state) => ({ ...state, failure: undefined })),
    deleteTask: (taskId: string) => {
      change((state) => withoutTask(state, taskId));
      send({ type: "task_deleted", taskId });
    },
    sendText: (text: string) => {
      change((state) => withSent(state, text));
      send({ type: "task_sent", text });
    },
    markAnswered: (actionId: string) => change((state) => withAnswered(state, actionId)),
    setMode: (mode: PageState["mode"]) => {
      change((state) => ({ ...state, mode }));
      send({ type: "mode_set", mode });
    },
  };
}
