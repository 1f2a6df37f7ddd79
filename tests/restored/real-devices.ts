/** Devices with the real store, each before the real server in a process of its own: what a person has, without a screen. */
import { IDBFactory } from 'fake-indexeddb';
import type { Json } from '#sync/model/edit.ts';
import type { DocumentId, SectionKey } from '#sync/model/ids.ts';
import type { Account, Owner } from '#lib/device/account.ts';
import type { OpenDocument } from '#lib/device/hub.ts';
import { openWorkspace, type Workspace } from '#lib/device/workspace.ts';
import type { CommandName } from '#sync/model/command.ts';
import { countUnsent, readOutbox, readSettings } from '#lib/device/outbox.ts';
import { testAccount, testDevice, type TestDevice } from '#lib/device/testing/device.ts';
import type { RoleName } from '#sync/roles/index.ts';
import type { PersonKey } from '#tests/people/index.ts';
import { signInOnly, type RunningHub } from '#tests/people/running-hub.ts';

export interface RealDevice {
  readonly account: Account;
  readonly workspace: Workspace;
  readonly machine: TestDevice;
  /** Requests fail as long as this is so. */
  isOffline: boolean;
  start(): Promise<OpenDocument>;
  open(doc: DocumentId): Promise<OpenDocument>;
  set(document: OpenDocument, field: string, value: string, holder?: string): Promise<void>;
  command(document: OpenDocument, name: CommandName, args?: Record<string, Json>): Promise<void>;
  /** Until nothing waits here and the Hub has answered after that. */
  synced(): Promise<void>;
  /** Lets time pass until something is so. */
  until(holds: () => Promise<boolean>, what: string): Promise<void>;
  /** How much is kept here of what was accepted, and since when by the Hub's clock. */
  keptRows(): Promise<number>;
  oldestKept(): Promise<number>;
  stop(): Promise<void>;
}

let made = 0;

export async function realDevice(hub: RunningHub, person: PersonKey): Promise<RealDevice> {
  const { session, ask } = await signInOnly(hub, person);
  made += 1;
  const name = `real-${String(made)}-${person}`;
  let isOffline = false;
  const machine = testDevice(
    async (input, init) => {
      // Without a stream the device asks by its own clock, which the test lets run.
      if (input === '/api/stream') return new Response('{}', { status: 404 });
      if (isOffline) throw new TypeError('offline');
      const headers = init?.headers as Record<string, string>;
      return ask(input as string, { ...init, headers, credentials: 'omit' });
    },
    { seed: made, factory: new IDBFactory(), at: Date.now() },
  );
  const owner: Owner = {
    person: session.person.id,
    name: session.person.name,
    roles: session.person.roles as RoleName[],
    authority: session.authority,
  };
  const { account, line, database } = await testAccount(machine, { owner, name });
  const workspace = openWorkspace(account, line);
  const until = async (holds: () => Promise<boolean>, what: string) => {
    for (let tries = 0; tries < 400; tries += 1) {
      if (await holds()) return;
      await machine.clock.pass(500);
      // The server and the disk keep real time.
      await new Promise((next) => setTimeout(next, 5));
    }
    throw new Error(`it did not come about that ${what}`);
  };
  const device: RealDevice = {
    account,
    workspace,
    machine,
    get isOffline() {
      return isOffline;
    },
    set isOffline(value) {
      isOffline = value;
      if (!value) machine.wake();
    },
    async start() {
      const started = await workspace.start('request');
      if (!started.ok) throw new Error(started.reason);
      return started.value;
    },
    async open(doc) {
      await until(async () => (await workspace.open(doc)).ok, 'the document is here');
      const opened = await workspace.open(doc);
      if (!opened.ok) throw new Error(opened.reason);
      return opened.value;
    },
    async set(document, field, value, holder = 'child') {
      const saved = await document.write({ kind: 'set', holder: holder as SectionKey, field, value });
      if (!saved.ok) throw new Error(saved.reason);
    },
    async command(document, name, args = {}) {
      const queued = await workspace.command(document.id, name, args);
      if (!queued.ok) throw new Error(queued.reason);
    },
    until,
    async synced() {
      await until(async () => {
        machine.wake();
        await workspace.flush();
        const settings = await readSettings(account.store);
        const isLacking = (settings.want ?? []).length + (settings.stale ?? []).length > 0;
        return !isLacking && countUnsent(await readOutbox(account.store)) === 0;
      }, 'everything is sent and here');
    },
    keptRows: () => database.kept.count(),
    async oldestKept() {
      const instants: number[] = [];
      for (const scope of await account.store.scopes('kept'))
        for (const { value } of (await account.store.read(scope, { tables: ['kept'] })).rows)
          instants.push((value as { at: number }).at);
      return Math.min(...instants);
    },
    async stop() {
      await workspace.close();
    },
  };
  await until(async () => (await readSettings(account.store)).cursor !== undefined, 'the first answer comes');
  return device;
}
