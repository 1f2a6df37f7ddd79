/**
 * One database an account and authority. Every row is sealed; in clear stand only refs (MACs from which nothing can be
 * read), sequence numbers, queue states and counts of writes. Migrations never touch `outbox` and `commands`.
 */
import { Dexie, type Table } from 'dexie';
import { databaseOptions } from './device-database.ts';
import type { DevicePorts } from './ports.ts';
import type { Sealed } from './vault.ts';

export const documentTables = [
  'documents',
  'sections',
  'fields',
  'items',
  'texts',
  'mine',
  'events',
  'attachments',
] as const;
export const queueTables = ['outbox', 'commands'] as const;
export type DocumentTable = (typeof documentTables)[number];
export type QueueTable = (typeof queueTables)[number];
export type RecordTable = DocumentTable | QueueTable | 'settings' | 'files' | 'kept';

export type QueueState = 'waiting' | 'sent' | 'answered';
export interface Row {
  readonly key: string;
  /** The scope that the row belongs to: a document's ref, `outbox`, `account`, `files`, or one of `kept.…`. */
  readonly scope: string;
  readonly docRef?: string;
  readonly rev: number;
  readonly s: Sealed;
  /** Queue rows only. */
  readonly seq?: number;
  readonly state?: QueueState;
}
export interface HeadsRow {
  readonly key: string;
  readonly rev: number;
  readonly s: Sealed;
}
export interface DamagedRow {
  readonly id?: number;
  readonly table: string;
  readonly row: Row | HeadsRow;
  readonly why: 'unreadable' | 'out-of-date';
  readonly at: number;
}

/** One sealed piece of a kept file; `file` is the ref of its record. */
export interface PieceRow {
  readonly key: string;
  readonly file: string;
  readonly bytes: Uint8Array;
}

export type AccountDatabase = Dexie &
  Record<RecordTable, Table<Row, string>> & {
    readonly heads: Table<HeadsRow, string>;
    readonly damaged: Table<DamagedRow, number>;
    readonly pieces: Table<PieceRow, string>;
  };

export function openAccountDatabase(name: string, ports: DevicePorts): AccountDatabase {
  const database = new Dexie(name, databaseOptions(ports)) as AccountDatabase;
  database.version(1).stores({
    ...Object.fromEntries(documentTables.map((table) => [table, 'key, scope'])),
    ...Object.fromEntries(queueTables.map((table) => [table, 'key, scope, docRef, seq, state'])),
    settings: 'key, scope',
    heads: 'key',
    damaged: '++id',
  });
  database.version(2).stores({ files: 'key, scope', pieces: 'key, file' });
  database.version(3).stores({ kept: 'key, scope' });
  return database;
}
