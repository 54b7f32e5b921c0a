import { useMemo } from "preact/hooks";
import { AnsweredContext } from "./cards/use-answer";
import { ApprovalsChip } from "./composer/approvals-chip";
import { Composer } from "./composer/composer";
import { useSend } from "./host";
import { Icon } from "./icon";
import { RowBuilder } from "./list/rows";
import { Transcript } from "./list/transcript";
import { type Kept, KeptContext } from "./task/kept-state";
import { type PageState, withAnswered } from "./task/page-state";
import { SafeText } from "./text/safe-text";
import { Announcer } from "./views/announcer";
import { Empty } from "./views/empty";
import { Header } from "./views/header";
import { History } from "./views/history";
import { Failure, ModelTrouble, WindowNotice } from "./views/notices";
import { PinnedPlan } from "./views/pinned-plan";

export interface AppProps {
  state: PageState;
  change: (next: (state: PageState) => PageState) => void;
}

export function App({ state, change }: AppProps) {
  const send = useSend();
  const { task, surroundings, history } = state;
  const kept = useMemo<Kept>(() => new Map(), [task?.id]);
  const builder = useMemo(() => new RowBuilder(), [state.opened]);
  const rows = useMemo(() => (task ? builder.build(task) : []), [builder, task]);
  const actions = useMemo(() => makeActions(change, send), [change, send]);
  const isBusy = task !== undefined && task.status !== "idle" && task.status !== "paused";
  const endpoint = (isBusy ? task.endpoint : surroundings?.endpoint) ?? task?.endpoint;
  return (
    <KeptContext value={kept}>
      <AnsweredContext value={actions.markAnswered}>
        <div class="panel">
          <Header
            title={task?.title || "Hearth"}
            isHistory={history !== undefined}
            onCloseHistory={actions.closeHistory}
          />
          <WindowNotice surroundings={surroundings} />
          {task?.plan && task.planApproved && <PinnedPlan plan={task.plan} />}
          <main class="main">
            {history ? (
              <History tasks={history} current={task?.id} />
            ) : task ? (
              <Transcript key={state.opened} rows={rows} status={task.status} nonces={state.nonces} plan={task.plan} />
            ) : (
              <Empty surroundings={surroundings} />
            )}
          </main>
          {task && <ModelTrouble surroundings={surroundings} />}
          <Failure trouble={state.failure} onDismiss={actions.dismissFailure} />
          <Composer
            surroundings={surroundings}
            draft={state.draft}
            focusAsked={state.focusAsked}
            mode={state.mode}
            endpoint={endpoint}
            status={task?.status ?? "idle"}
            usage={task?.usage}
            tokensPerSecond={task?.tokensPerSecond}
            hasTask={task !== undefined}
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
  return (
    <p class="leaving">
      {text !== undefined && text !== "" && (
        <>
          <Icon name="shield" /> <SafeText text={text} />
        </>
      )}
    </p>
  );
}

function makeActions(change: AppProps["change"], send: ReturnType<typeof useSend>) {
  return {
    closeHistory: () => change((state) => ({ ...state, history: undefined })),
    dismissFailure: () => change((state) => ({ ...state, failure: undefined })),
    markAnswered: (actionId: string) => change((state) => withAnswered(state, actionId)),
    setMode: (mode: PageState["mode"]) => {
      change((state) => ({ ...state, mode }));
      send({ type: "mode_set", mode });
    },
  };
}
