/** Puts the parts together behind the one door that the screens know. What can be watched stays the same through lock and unlock. */
import type { DocumentId } from '#sync/model/ids.ts';
import type { AreaSetting } from '#sync/model/area-setting.ts';
import type { ListStage } from './document-list.ts';
import { openDeviceDatabase } from './device-database.ts';
import type { Hub, ListedDocument, MineView, QueuedCommand, Status } from './hub.ts';
import type { KeptFileView } from './hub-files.ts';
import { measureRounds } from './pass-slot.ts';
import type { DevicePorts } from './ports.ts';
import { done, refused } from './result.ts';
import { openSession } from './session.ts';
import type { VaultKeeper } from './vault-keeper.ts';
import { watched, type Settable, type Watched } from './watched.ts';
import type { Workspace } from './workspace.ts';

export interface HubParts {
  readonly ports: DevicePorts;
  readonly keeper: VaultKeeper;
  /** The authority is known by the host name. */
  readonly host: string;
  /** How hard a password is stretched here; left out, it is measured. */
  readonly rounds?: number;
}

const nothingSaved: Status = { kind: 'saving', unsent: 0 };

export async function makeHub({ ports, keeper, host, rounds }: HubParts): Promise<Hub> {
  const status = watched<Status>(nothingSaved);
  const documents = watched<readonly ListedDocument[]>([]);
  const listing = watched<ListStage>('reading');
  const mine = watched<readonly MineView[]>([]);
  const orders = watched<readonly QueuedCommand[]>([]);
  const damaged = watched(0);
  const kept = watched<readonly KeptFileView[]>([]);
  const area = watched<readonly AreaSetting[] | undefined>(undefined);
  let stops: (() => void)[] = [];

  const follow = (workspace: Workspace | undefined) => {
    for (const stop of stops) stop();
    stops = [];
    if (workspace === undefined) {
      status.set(nothingSaved);
      documents.set([]);
      listing.set('reading');
      mine.set([]);
      orders.set([]);
      damaged.set(0);
      kept.set([]);
      area.set(undefined);
      return;
    }
    const pass = <T>(from: Watched<T>, to: Settable<T>) => stops.push(from.subscribe((value) => to.set(value)));
    pass(workspace.status, status);
    pass(workspace.list.documents, documents);
    pass(workspace.list.stage, listing);
    pass(workspace.list.mine, mine);
    pass(workspace.orders, orders);
    pass(workspace.damaged, damaged);
    pass(workspace.files.kept, kept);
    // Wanted by forms, not by the first list: fetched apart. Without a line, and never fetched before, the next start tries again.
    let isOver = false;
    stops.push(() => (isOver = true));
    const parts = import('./area-settings.ts').catch(() => undefined);
    void parts.then((module) => {
      if (isOver || module === undefined) return;
      const kept = module.keepAreaSettings(workspace.account, workspace.line);
      stops.push(kept.stop);
      pass(kept.settings, area);
    });
  };
  const session = openSession({
    ports,
    keeper,
    host,
    devices: openDeviceDatabase(ports),
    onWorkspace: follow,
    measureRounds: () => (rounds === undefined ? measureRounds(ports.monotonic) : Promise.resolve(rounds)),
  });
  const locked = refused('locked');
  await session.start();
  return {
    session,
    status,
    damaged,
    list: () => documents,
    listing: () => listing,
    mine: () => mine,
    open: async (doc) => session.workspace()?.open(doc) ?? locked,
    start: async (kind) => session.workspace()?.start(kind) ?? locked,
    command: async (doc, name, args) => session.workspace()?.command(doc, name, args) ?? locked,
    commands: (doc) => commandsOf(orders, doc),
    forget: async (id) => session.workspace()?.forget(id) ?? false,
    dropMine: async (doc, id) => session.workspace()?.dropMine(doc, id) ?? locked,
    noteOpening: (doc) => session.workspace()?.noteOpening(doc),
    openings: async (doc) => session.workspace()?.openings(doc) ?? locked,
    history: async (doc, holder, field) => session.workspace()?.history(doc, holder, field) ?? locked,
    settings: () => area,
    files: {
      kept: () => kept,
      add: async (doc, file) => session.workspace()?.files.add(doc, file) ?? locked,
      describe: async (doc, id, facts) => session.workspace()?.files.describe(doc, id, facts) ?? locked,
      announce: async (doc, id) => session.workspace()?.files.announce(doc, id) ?? locked,
      change: async (doc, id, facts) => session.workspace()?.files.change(doc, id, facts) ?? locked,
      remove: async (doc, id) => session.workspace()?.files.remove(doc, id) ?? locked,
      open: async (doc, id) => session.workspace()?.files.open(doc, id) ?? locked,
    },
    flush: async () => session.workspace()?.flush() ?? done(undefined),
    async keep() {
      if (session.keepsWords()) return refused('storage-full');
      return session.workspace()?.keep() ?? done(undefined);
    },
    lock: () => session.lock('hand'),
    hasLooseWords: () => session.keepsWords() || (session.workspace()?.hasLooseWords() ?? false),
    unsaved: async () => session.workspace()?.unsaved() ?? [],
  };
}

/** The part of all commands that concerns one document. */
function commandsOf(all: Watched<readonly QueuedCommand[]>, doc: DocumentId): Watched<readonly QueuedCommand[]> {
  const of = (orders: readonly QueuedCommand[]) => orders.filter((order) => order.doc === doc);
  return {
    get current() {
      return of(all.current);
    },
    subscribe: (listener) => all.subscribe((orders) => listener(of(orders))),
  };
}
