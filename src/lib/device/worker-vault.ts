/**
 * The vault over a message port: what is asked for within one turn goes in one message, so a page of records costs one
 * round trip. Terminating the worker drops every key with it.
 */
import { refused } from './result.ts';
import type { Piece } from './file-vault.ts';
import type { PassSlot, SlotFacts } from './pass-slot.ts';
import type { SlotKeys, Unlocked, VaultKeeper } from './vault-keeper.ts';
import type { Opened, OpenTask, Sealed, SealTask, Vault } from './vault.ts';

export type VaultCall =
  | { readonly do: 'create'; readonly facts: SlotFacts }
  | { readonly do: 'unlock'; readonly keys: SlotKeys }
  | { readonly do: 'remake'; readonly keys: SlotKeys; readonly wanted: SlotFacts }
  | { readonly do: 'seal'; readonly vault: number; readonly tasks: readonly SealTask[] }
  | { readonly do: 'open'; readonly vault: number; readonly tasks: readonly OpenTask[] }
  | { readonly do: 'ref'; readonly vault: number; readonly named: readonly (readonly [string, string])[] }
  | { readonly do: 'file-key'; readonly vault: number; readonly file: string }
  | { readonly do: 'seal-piece' | 'open-piece'; readonly vault: number; readonly piece: Piece };
export type VaultAnswer = { readonly value: unknown } | { readonly failed: string };
export interface ToWorker {
  readonly calls: readonly { readonly id: number; readonly call: VaultCall }[];
}
export interface FromWorker {
  readonly answers: readonly { readonly id: number; readonly answer: VaultAnswer }[];
}

export interface VaultPort {
  post(message: ToWorker): void;
  onAnswer(listener: (message: FromWorker) => void): void;
  /** The worker could not start or died. */
  onFailure(listener: () => void): void;
  terminate(): void;
}

/** `start` is called again for the first unlock after a drop. */
export function workerKeeper(start: () => VaultPort): VaultKeeper {
  let line: Line | undefined;
  const ask = (call: VaultCall) => (line ??= openLine(start())).ask(call);
  return {
    async create(facts) {
      const made = (await ask({ do: 'create', facts })) as { slot: PassSlot; vault: number };
      return { slot: made.slot, vault: remoteVault(line as Line, made.vault) };
    },
    async unlock(keys) {
      const vault = (await ask({ do: 'unlock', keys })) as number | undefined;
      return vault === undefined
        ? (refused('wrong-passphrase') as Unlocked)
        : { ok: true, vault: remoteVault(line as Line, vault) };
    },
    remake: async (keys, wanted) => (await ask({ do: 'remake', keys, wanted })) as PassSlot | undefined,
    drop() {
      line?.close();
      line = undefined;
    },
  };
}

export class VaultDropped extends Error {
  constructor() {
    super('the vault was dropped');
  }
}

interface Line {
  ask(call: VaultCall): Promise<unknown>;
  close(): void;
}

function openLine(port: VaultPort): Line {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let next = 0;
  let batch: { id: number; call: VaultCall }[] = [];
  let isClosed = false;
  const close = () => {
    isClosed = true;
    port.terminate();
    for (const { reject } of waiting.values()) reject(new VaultDropped());
    waiting.clear();
  };
  port.onFailure(close);
  port.onAnswer(({ answers }) => {
    for (const { id, answer } of answers) {
      const asker = waiting.get(id);
      waiting.delete(id);
      if ('failed' in answer) asker?.reject(new Error(answer.failed));
      else asker?.resolve(answer.value);
    }
  });
  const send = () => {
    const calls = batch;
    batch = [];
    if (!isClosed) port.post({ calls });
  };
  return {
    ask: (call) =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(new VaultDropped());
        const id = (next += 1);
        waiting.set(id, { resolve, reject });
        if (batch.length === 0) queueMicrotask(send);
        batch.push({ id, call });
      }),
    close,
  };
}

function remoteVault(line: Line, vault: number): Vault {
  const self: Vault = {
    sealMany: (tasks) => line.ask({ do: 'seal', vault, tasks }) as Promise<Sealed[]>,
    openMany: (tasks) => line.ask({ do: 'open', vault, tasks }) as Promise<Opened[]>,
    refMany: (named) => line.ask({ do: 'ref', vault, named }) as Promise<string[]>,
    seal: async (table, key, rev, value) => first(await self.sealMany([{ table, key, rev, value }])),
    async open(table, key, rev, sealed) {
      const opened = first(await self.openMany([{ table, key, rev, sealed }]));
      if (!opened.ok) throw new Error('a record does not open');
      return opened.value;
    },
    ref: async (kind, value) => first(await self.refMany([[kind, value]])),
    newFileKey: (file) => line.ask({ do: 'file-key', vault, file }) as Promise<string>,
    sealPiece: (piece) => line.ask({ do: 'seal-piece', vault, piece }) as Promise<Uint8Array>,
    openPiece: (piece) => line.ask({ do: 'open-piece', vault, piece }) as Promise<Uint8Array | undefined>,
  };
  return self;
}

function first<T>(values: readonly T[]): T {
  const [value] = values;
  if (value === undefined) throw new Error('the vault gave no answer');
  return value;
}

/** The worker's side: answers calls by a keeper of its own. */
export function answerCalls(keeper: VaultKeeper): (message: ToWorker) => Promise<FromWorker> {
  const vaults: Vault[] = [];
  const vaultOf = (at: number): Vault => {
    const vault = vaults[at];
    if (vault === undefined) throw new Error('no such vault');
    return vault;
  };
  const keep = (vault: Vault) => vaults.push(vault) - 1;
  const answer = async (call: VaultCall): Promise<unknown> => {
    switch (call.do) {
      case 'create': {
        const { slot, vault } = await keeper.create(call.facts);
        return { slot, vault: keep(vault) };
      }
      case 'unlock': {
        const unlocked = await keeper.unlock(call.keys);
        return unlocked.ok ? keep(unlocked.vault) : undefined;
      }
      case 'remake':
        return keeper.remake(call.keys, call.wanted);
      case 'seal':
        return vaultOf(call.vault).sealMany(call.tasks);
      case 'open':
        return vaultOf(call.vault).openMany(call.tasks);
      case 'ref':
        return vaultOf(call.vault).refMany(call.named);
      case 'file-key':
        return vaultOf(call.vault).newFileKey(call.file);
      case 'seal-piece':
        return vaultOf(call.vault).sealPiece(call.piece);
      case 'open-piece':
        return vaultOf(call.vault).openPiece(call.piece);
    }
  };
  return async ({ calls }) => ({
    answers: await Promise.all(
      calls.map(({ id, call }) =>
        answer(call).then(
          (value) => ({ id, answer: { value } }),
          // The message of an error could hold words; what was asked for is enough to find the fault.
          () => ({ id, answer: { failed: `the vault could not ${call.do}` } }),
        ),
      ),
    ),
  });
}
