import * as vscode from "vscode";
import type { AgentEvent } from "../../core/events";
import type { Files } from "../../core/ports";
import { type Disposable, DisposableStore } from "../disposables";
import type { Log } from "../log";
import type { Announcer } from "./announcer";
import { BaseDocuments } from "./base-documents";
import { PendingReviews } from "./pending";
import { PendingCommands } from "./pending-commands";
import { type KeepingPlace, PendingKeeper } from "./pending-keeper";
import { PendingLenses } from "./pending-lenses";
import { PendingPaint } from "./pending-paint";
import { PendingPlaces } from "./pending-places";
import { PendingScm } from "./pending-scm";
import { PendingSync } from "./pending-sync";
import { ReviewStatus } from "./review-status";
import { ReviewedFiles } from "./reviewed-files";

interface Room {
  files: Files;
  locate(path: string): Promise<vscode.Uri>;
  nameOf(path: string): Promise<string>;
  place: KeepingPlace;
  announcer: Announcer;
  log: Log;
}

/** Review after writing: what a rule let through is in the files, and here until the user kept or undid it. */
export class PendingReview implements Disposable {
  private readonly store = new DisposableStore();
  private readonly signal = new AbortController().signal;
  readonly pending = this.store.add(new PendingReviews());
  readonly sync: PendingSync;
  readonly commands: PendingCommands;
  private readonly keeper: PendingKeeper;
  /** There only while something is pending: nobody wants an empty second repository in Source Control. */
  private surfaces: DisposableStore | undefined;

  constructor(private readonly room: Room) {
    const { files, locate, place, announcer, log } = room;
    this.keeper = this.store.add(new PendingKeeper(this.pending, place, log));
    this.sync = this.store.add(new PendingSync(this.pending, { locate, read: (path) => this.textNow(path), log }));
    const pathOf = (uri: vscode.Uri) => this.sync.path(uri);
    const uri = (path: string) => this.sync.uri(path);
    const places = new PendingPlaces(this.pending, pathOf);
    this.commands = new PendingCommands(this.pending, places, { files, uri }, this.sync, announcer);
    this.store.add(this.pending.onDidChange(() => this.showOrHide()));
  }

  /** The files of a task: what it writes unasked is put up for review. */
  filesFor(events: () => readonly AgentEvent[]): Files {
    const nameOf = (path: string) => this.room.nameOf(path);
    return new ReviewedFiles(this.room.files, this.pending, this.sync, nameOf, events);
  }

  /** Brings back what was pending in windows that have closed, as the files are now. Returns whether others are still open. */
  async load(): Promise<boolean> {
    const { paths, othersOpen } = await this.keeper.load();
    for (const path of paths) {
      await this.sync.compareWithDisk(path);
    }
    return othersOpen;
  }

  /** Writes what is not written yet of what is pending. */
  close(): Promise<void> {
    return this.keeper.close();
  }

  dispose(): void {
    this.surfaces?.dispose();
    this.store.dispose();
  }

  private async textNow(path: string): Promise<string | undefined> {
    const { files } = this.room;
    const facts = await files.look(path, this.signal);
    return facts?.kind === "file" ? files.read(path, this.signal) : undefined;
  }

  private showOrHide(): void {
    if (this.pending.paths.length === 0) {
      this.surfaces?.dispose();
      this.surfaces = undefined;
    } else {
      this.surfaces ??= this.makeSurfaces();
    }
  }

  private makeSurfaces(): DisposableStore {
    const surfaces = new DisposableStore();
    const pathOf = (uri: vscode.Uri) => this.sync.path(uri);
    const room = { uri: (path: string) => this.sync.uri(path), path: pathOf };
    surfaces.add(new BaseDocuments(this.pending, room.uri));
    const lenses = surfaces.add(new PendingLenses(this.pending, pathOf));
    const paint = surfaces.add(new PendingPaint(this.pending, pathOf));
    const scm = surfaces.add(new PendingScm(this.pending, room));
    const status = surfaces.add(new ReviewStatus());
    const count = () => status.show(this.pending.paths.length, this.pending.hunkCount);
    surfaces.add(this.pending.onDidChange(count));
    surfaces.add(
      this.sync.onDidLocate(() => {
        lenses.refresh();
        paint.paintAll(vscode.window.visibleTextEditors);
        scm.show();
      }),
    );
    count();
    return surfaces;
  }
}
