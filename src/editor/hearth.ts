import { randomBytes } from "node:crypto";
import * as nodePath from "node:path";
import * as vscode from "vscode";
import { AgentError } from "../core/errors";
import { decide } from "../core/gate/decide";
import type { Journal } from "../core/ports";
import { hasAcceptedEdit } from "../core/standing";
import type { TaskPorts } from "../core/task-ports";
import { toolsFor } from "../core/tools/index";
import { nothingFoundTrouble } from "../endpoint/find/nothing-found";
import { shellHere } from "../machine/process/process-runner";
import { ReportFiles } from "../machine/reports/report-files";
import { KeptTexts } from "../machine/reviews/kept-texts";
import { OpenWindows } from "../machine/windows/open-windows";
import { WindowApi } from "./api";
import { type Command, makeCommands } from "./commands";
import { Inputs } from "./desk/inputs";
import { takeUp } from "./desk/take-up";
import { TaskDesk } from "./desk/task-desk";
import { WindowDesk } from "./desk/window-desk";
import { DisposableStore } from "./disposables";
import { Away } from "./escalation/away";
import type { KnownSecret } from "./escalation/known-secrets";
import { FixTest } from "./fix-test";
import { asError } from "./log";
import { LazyJournals } from "./machine/journals";
import { Machine } from "./machine/machine";
import { sharedStorage } from "./machine/shared-storage";
import { CheckUps } from "./models/check-ups";
import { GuardNotice } from "./models/guard-notice";
import { KeptFacts } from "./models/kept-facts";
import { LocalModels } from "./models/local-models";
import { type Candidate, ModelChoice } from "./models/model-choice";
import { ModelPages } from "./models/model-pages";
import { pickModel } from "./models/pick-model";
import { unlockServer } from "./models/unlock-server";
import { WindowAdvisor } from "./models/window-advisor";
import { PageHost } from "./pages/page-host";
import { PanelHost } from "./panel/panel-host";
import { troubleOf } from "./panel/serve";
import { Announcer } from "./review/announcer";
import { Approvals } from "./review/approvals";
import { DraftReader } from "./review/draft-reader";
import { keepingPlace } from "./review/keeping-place";
import { PendingReview } from "./review/pending-review";
import { ProposalCommands } from "./review/proposal-commands";
import { ProposalDocuments } from "./review/proposal-documents";
import { ProposalKeeper } from "./review/proposal-keeper";
import { ProposalLenses } from "./review/proposal-lenses";
import { ProposalPaint } from "./review/proposal-paint";
import { recordProposals } from "./review/record-proposals";
import { ReviewCommands } from "./review/review-commands";
import { ReviewContext } from "./review/review-context";
import { EditorKeys } from "./settings/keys";
import { Settings } from "./settings/settings";
import { StatusBar } from "./status/status-bar";
import { newTaskId, pendingKey, shownTaskKey } from "./task-id";
import { ProjectTests } from "./tests/project-tests";
import { readIfThere } from "./tests/read-if-there";
import { TestLenses } from "./tests/test-lenses";
import { TaskPast } from "./undo/task-past";

const chosenKey = "chosenModel";
const maxSteps = 100;
const toolsHere = toolsFor(shellHere);

/** Everything, built once and connected. Who owns what can be read here and nowhere else. */
export class Hearth {
  private readonly store = new DisposableStore();
  private readonly closing = new AbortController();
  private readonly settings = this.store.add(new Settings());
  private readonly keys: EditorKeys;
  private readonly machine: Machine;
  private readonly windows: OpenWindows;
  private readonly journals: LazyJournals;
  private readonly checkUps: CheckUps;
  private readonly learned: KeptFacts;
  private readonly pages: PageHost;
  private readonly modelPages: ModelPages;
  private readonly localModels: LocalModels;
  private readonly models: ModelChoice;
  private readonly advisor: WindowAdvisor;
  private readonly past: TaskPast;
  private readonly proposals: ProposalDocuments;
  private readonly keeper: ProposalKeeper;
  private readonly written: PendingReview;
  private readonly approvals: Approvals;
  private readonly tasks: TaskDesk;
  private readonly away: Away;
  private readonly desk: WindowDesk;
  readonly panel: PanelHost;
  private readonly fixTest: FixTest;
  private readonly status = this.store.add(new StatusBar());
  private wasRunning: boolean | undefined;
  readonly api: WindowApi;
  readonly commands: ReadonlyMap<string, Command>;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.keys = this.store.add(new EditorKeys(context.secrets));
    this.machine = this.store.add(new Machine(this.storage("workspace")));
    this.windows = new OpenWindows(nodePath.join(this.storage("workspace"), "windows"));
    this.journals = new LazyJournals(
      nodePath.join(this.storage("workspace"), "tasks"),
      context.secrets,
      vscode.Uri.joinPath(context.globalStorageUri, "journal.key"),
    );
    this.checkUps = this.store.add(new CheckUps(context.globalState));
    this.learned = new KeptFacts(context.globalState, (error) => this.reportBug(error));
    this.pages = this.store.add(new PageHost(context.extensionUri, log));
    this.localModels = this.store.add(
      new LocalModels({
        ledgerFolder: nodePath.join(this.storage("global"), "ledger"),
        settings: this.settings,
        keys: this.keys,
        learned: this.learned,
        habits: (endpoint) => this.checkUps.habits(endpoint),
        knownSecrets: () => this.knownSecrets(),
        nothingFound: nothingFoundTrouble(vscode.env.remoteName),
        log,
      }),
    );
    this.models = this.store.add(
      new ModelChoice(
        this.localModels,
        this.chosenStore(),
        (mode) => this.settings.current.modelFor[mode],
        (error) => this.tell(error),
      ),
    );
    this.advisor = this.store.add(
      new WindowAdvisor({
        models: this.models,
        localModels: this.localModels,
        checkUps: this.checkUps,
        memory: context.globalState,
        isWorking: () => this.tasks.running.length > 0,
      }),
    );
    this.past = this.store.add(
      new TaskPast({
        machine: this.machine,
        settings: this.settings,
        memory: context.workspaceState,
        tasks: () => this.tasks,
        held: () => this.journals.held(),
        tell: (error) => this.tell(error),
        reportBug: (error) => this.reportBug(error),
      }),
    );
    this.proposals = this.store.add(
      new ProposalDocuments(
        (path) => this.machine.files.locate(path),
        log,
        (actionId) => this.keeper.load(actionId),
      ),
    );
    this.approvals = this.store.add(new Approvals(this.proposals, log));
    this.tasks = new TaskDesk({
      journals: this.journals,
      ports: (taskId, journal, endpoint) => this.portsFor(taskId, journal, endpoint),
      endpointFor: (mode, name) => this.models.endpointFor(mode, name),
      newTaskId,
    });
    const kept = new KeptTexts(nodePath.join(this.storage("workspace"), "reviews"));
    const announcer = this.store.add(new Announcer());
    this.written = this.store.add(
      new PendingReview({
        files: this.machine.files,
        locate: (path) => this.machine.files.locate(path),
        nameOf: (path) => this.machine.files.nameOf(path),
        place: keepingPlace(this.windows),
        announcer,
        log,
      }),
    );
    this.keeper = this.store.add(new ProposalKeeper(this.proposals.proposals, this.tasks, kept, log));
    this.away = this.store.add(
      new Away({
        pages: this.pages,
        tasks: this.tasks,
        models: this.models,
        localModels: this.localModels,
        keys: this.keys,
        knownSecrets: () => this.knownSecrets(),
        resumeFixTest: (task) => this.fixTest.resume(task),
        showPanel: () => this.panel.focus(),
        tell: (error) => this.tell(error),
      }),
    );
    this.modelPages = new ModelPages({
      pages: this.pages,
      models: this.models,
      localModels: this.localModels,
      checkUps: this.checkUps,
      learned: this.learned,
      machine: this.machine,
      tasks: this.tasks,
      tell: (error) => this.tell(error),
    });
    this.desk = new WindowDesk({
      tasks: this.tasks,
      models: this.models,
      approvals: this.approvals,
      proposals: this.proposals,
      inputs: new Inputs(context.workspaceState),
      preset: () => this.settings.current.approvals,
      problems: () => this.settings.problems,
      leaving: () => this.localModels.leaving,
      locate: (path) => this.machine.files.locate(path),
      pickModel: () =>
        pickModel({
          models: this.models,
          problems: () => this.settings.problems,
          checkUp: ({ view }) => this.checkUps.words(view),
          unlock: (one) => this.unlock(one),
          escalate: (one) => this.away.escalate(one),
        }),
      away: this.away,
      advisor: this.advisor,
      showCatalogue: () => this.modelPages.showCatalogue(),
      remember: async (taskId) => context.workspaceState.update(shownTaskKey, taskId),
      resumeFixTest: (task) => this.fixTest.resume(task),
      past: this.past,
      tell: (error) => this.tell(error),
    });
    this.panel = this.store.add(new PanelHost(context.extensionUri, this.desk, this.approvals, log));
    const tests = new ProjectTests({
      rootOf: (file) => this.machine.rootOf(file),
      read: readIfThere,
      programsIn: (root) => this.machine.programsIn(root),
      reports: new ReportFiles(nodePath.join(this.storage("workspace"), "reports")),
      newId: () => randomBytes(8).toString("hex"),
    });
    this.store.add(new TestLenses(tests));
    this.fixTest = new FixTest({
      tasks: this.tasks,
      models: this.models,
      machine: this.machine,
      tests,
      approver: this.approvals,
      panel: this.panel,
      limits: () => this.settings.current.verify,
      tell: (error) => this.tell(error),
    });
    this.api = new WindowApi(this.tasks, this.models, this.approvals);
    this.commands = makeCommands({
      desk: this.desk,
      panel: this.panel,
      tasks: this.tasks,
      models: this.models,
      review: new ReviewCommands(
        new ProposalCommands(this.proposals, this.approvals, announcer),
        this.written.commands,
      ),
      settings: this.settings,
      keys: this.keys,
      fixTest: this.fixTest,
      past: this.past,
      away: this.away,
      modelPages: this.modelPages,
      tell: (error) => this.tell(error),
    });
    this.connect();
  }

  async dispose(): Promise<void> {
    this.closing.abort();
    const closed = [this.tasks.dispose(), this.written.close().finally(() => this.windows.leave())];
    this.store.dispose();
    await Promise.all(closed);
  }

  private connect(): void {
    const { tasks, panel, desk } = this;
    tasks.onEvent((event) => {
      if (event.type === "finished") {
        this.models.release(event.taskId);
      }
      if (event.taskId === tasks.shown?.id) {
        panel.progress(event.taskId, event);
      }
      if (event.type !== "reply_delta" && event.type !== "action_output") {
        this.advisor.follow(event);
        this.showStatus();
      }
    });
    tasks.onShownChanged(() => panel.showTask());
    this.store.add(this.approvals.onDidOpen(() => this.showStatus()));
    this.store.add(this.approvals.onDidClose(() => this.showStatus()));
    desk.onSurroundingsChanged(() => {
      panel.showSurroundings();
      this.showStatus();
    });
    this.store.add(this.settings.onDidChange(() => this.models.readySoon({ anew: true })));
    this.store.add(
      this.localModels.onStatusChanged(({ taskId, text }) => {
        if (taskId === tasks.shown?.id) {
          panel.showModelStatus(taskId, text);
        }
      }),
    );
    const guard = new GuardNotice({
      memory: this.context.globalState,
      look: (candidate) => this.localModels.guardTrouble(candidate),
      show: (sentence) => void vscode.window.showInformationMessage(sentence),
    });
    this.store.add(
      this.localModels.onFirstUsed((candidate) => {
        guard.consider(candidate).catch((error) => this.reportBug(error));
      }),
    );
    this.store.add(
      this.localModels.onLeavingChanged(() => {
        panel.showSurroundings();
        this.showStatus();
      }),
    );
    this.store.add(panel.onDidOpen(() => this.models.readySoon({ anew: false })));
    const takenUp = this.takeUp();
    const once = panel.onDidOpen(() => {
      once.dispose();
      takenUp.then(() => this.past.settle()).catch((error) => this.tell(error));
    });
    const { proposals } = this.proposals;
    this.store.add(new ProposalLenses(proposals, this.proposals.drafts));
    this.store.add(new ProposalPaint(proposals));
    this.store.add(recordProposals(proposals, tasks));
    const drafts = this.store.add(
      new DraftReader(this.proposals.drafting, {
        files: this.machine.files,
        asks: (taskId) => this.asksBeforeEdits(taskId),
        log: this.log,
      }),
    );
    tasks.onEvent((event) => drafts.take(event));
    this.store.add(new ReviewContext(proposals, this.written));
    this.store.add(this.written.pending.onDidChange(() => this.rememberPending()));
    this.showStatus();
  }

  /** The next window looks for it only when there was something. */
  private rememberPending(): void {
    const has = this.written.pending.paths.length > 0 || undefined;
    if (this.context.workspaceState.get(pendingKey) !== has) {
      void this.context.workspaceState.update(pendingKey, has);
    }
  }

  /** After a reload the same task is there again, with the same approvals unanswered, and what was pending is still so. */
  private async takeUp(): Promise<void> {
    const taskId = this.context.workspaceState.get<string>(shownTaskKey);
    const inherit = async () => this.machine.hasWorkspace && (await this.written.load());
    const reopen = async () => {
      if (taskId !== undefined && this.tasks.shown === undefined) {
        await this.desk.reopen(taskId);
      }
    };
    await takeUp({ inherit, reopen, tell: (error) => this.tell(error) }, this.closing.signal);
    if (this.tasks.running.length === 0) {
      await this.proposals.closeOrphans().catch((error) => this.reportBug(error));
    }
  }

  private asksBeforeEdits(taskId: string): boolean {
    const task = this.tasks.task(taskId);
    if (task === undefined || !this.machine.hasWorkspace || !this.settings.trusted) {
      return false;
    }
    const policy = { approvals: this.approvalsFor(taskId), mode: task.mode, trusted: hasAcceptedEdit(task.events) };
    const nothingKnown = { outside: undefined, protectedPath: undefined, secret: undefined };
    return decide({ kind: "edit", paths: [] }, policy, nothingKnown).verdict === "ask";
  }

  private approvalsFor(taskId: string) {
    return this.away.approvalsFor(taskId, this.settings.current.approvals);
  }

  private portsFor(taskId: string, journal: Journal, endpoint: string | undefined): TaskPorts {
    return {
      model: () =>
        this.away.modelFor(taskId) ?? this.models.model(taskId, this.tasks.task(taskId)?.mode ?? "act", endpoint),
      files: this.written.filesFor(() => this.tasks.task(taskId)?.events ?? []),
      search: this.machine.search,
      shell: this.machine.shell,
      approver: this.approvals,
      ...this.past.portsOf(taskId),
      approvals: () => this.approvalsFor(taskId),
      tools: this.machine.hasWorkspace && this.settings.trusted ? toolsHere : [],
      maxSteps,
      newId: () => randomBytes(8).toString("hex"),
      journal,
      now: Date.now,
      reportBug: (error) => this.reportBug(error),
    };
  }

  private showStatus(): void {
    const running = this.tasks.running.length > 0;
    const waiting = this.approvals.open().length > 0;
    if (running !== this.wasRunning) {
      this.wasRunning = running;
      void vscode.commands.executeCommand("setContext", "hearth.busy", running);
    }
    this.status.show({
      endpoint: this.models.chosenFor(this.desk.currentMode)?.view,
      state: waiting ? "approval" : running ? "working" : "idle",
      leaving: this.localModels.leaving,
      away: this.away.granted[0]?.endpoint,
      searching: this.models.searching,
      trusted: this.settings.trusted,
    });
  }

  private unlock(candidate: Candidate): Promise<string | undefined> {
    return unlockServer(candidate, {
      keys: this.keys,
      taken: () => this.settings.current.endpoints.map(({ name }) => name),
      list: async (baseUrl, key) => {
        const connection = await this.localModels.connection();
        return connection.listModels(baseUrl, key, this.closing.signal);
      },
    });
  }

  private async knownSecrets(): Promise<KnownSecret[]> {
    const { knownSecrets } = await import("./escalation/known-secrets");
    const names = this.settings.current.endpoints.map(({ name }) => name);
    return knownSecrets(names, this.keys);
  }

  private chosenStore() {
    const { globalState } = this.context;
    return {
      get: () => globalState.get<string>(chosenKey),
      set: async (key: string) => globalState.update(chosenKey, key),
    };
  }

  private storage(kind: "workspace" | "global"): string {
    const { storageUri, globalStorageUri } = this.context;
    return kind === "workspace" && storageUri ? sharedStorage(storageUri.fsPath) : globalStorageUri.fsPath;
  }

  private tell(error: unknown): void {
    if (!(error instanceof AgentError)) {
      this.reportBug(error);
    }
    this.panel.showTrouble(troubleOf(error));
  }

  private reportBug(error: unknown): void {
    this.log.error(asError(error));
  }
}
