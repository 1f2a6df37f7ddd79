/** The files of a document as its readers see them: what the Hub lists, and what this device still keeps for it. */
import type { QueuedCommand, Status } from '#lib/device/hub.ts';
import type { FileWait, KeptFileView } from '#lib/device/hub-files.ts';
import { bytesInWords } from '#lib/wording/sizes.ts';
import type { AttachmentId, SectionKey } from '#sync/model/ids.ts';
import type { AttachmentChange } from '#sync/protocol/changes.ts';
import { reasons } from '#sync/reasons.ts';

export interface FileRow {
  readonly id: AttachmentId;
  readonly section: SectionKey;
  readonly name: string;
  readonly sizeBytes: number;
  readonly category: string;
  readonly datedOn?: string;
  readonly at: number;
  readonly status: {
    readonly text: string;
    readonly colour: 'grey' | 'blue' | 'green' | 'red' | 'yellow';
    /** Set while its bytes are on their way: how far they are. */
    readonly doneBytes?: number;
  };
  /** Why it was not taken, and what to do. */
  readonly reason?: string;
  /** The file itself can be had: here, or from the Hub. */
  readonly mayOpen: boolean;
  /** It counts: it is there, or on its way and neither refused nor held. */
  readonly isGood: boolean;
}

export interface FilesKnown {
  readonly attachments: readonly AttachmentChange[];
  readonly kept: readonly KeptFileView[];
  readonly commands: readonly QueuedCommand[];
  /** What the announcements of files wait for, with everything else that is to be sent. */
  readonly waits: FileWait | undefined;
}

export const waitOf = (status: Status, isOnline: boolean): FileWait | undefined =>
  !isOnline
    ? 'offline'
    : status.kind === 'waiting'
      ? status.reason
      : status.kind === 'signed-out'
        ? 'signed-out'
        : undefined;

/** On its way into the document, and not in it: whoever chose it has not said what it is. */
export const isChosen = ({ stage, category }: Pick<KeptFileView, 'stage' | 'category'>): boolean =>
  stage === 'chosen' || (stage === 'keeping' && category === '');

/** Oldest first. What was only chosen is none of it. What is being removed is gone from the screen at once. */
export function fileRows({ attachments, kept, commands, waits }: FilesKnown): FileRow[] {
  const isRemoved = (id: string) =>
    commands.some(({ name, args, verdict }) => name === 'remove-file' && args.id === id && verdict?.is !== 'refused');
  const listed = attachments.filter((one) => !one.gone && !isRemoved(one.id));
  // Where both know a file, the Hub's word counts once it has made up its mind.
  const isSettled = (id: string) => listed.some((one) => one.id === id && one.state === 'ready');
  const here = kept.filter((one) => !isSettled(one.id) && !isChosen(one));
  const rows = [
    ...listed.filter((one) => !here.some(({ id }) => id === one.id)).map(rowOfListed),
    ...here.map((one) => rowOfKept(one, waits)),
  ];
  return rows.map((row) => withChange(row, commands)).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

/** What was put right here shows at once; the Hub's own line takes its place. */
function withChange(row: FileRow, commands: readonly QueuedCommand[]): FileRow {
  const change = commands.findLast(
    ({ name, args, verdict }) => name === 'change-file' && args.id === row.id && verdict?.is !== 'refused',
  );
  if (change === undefined) return row;
  const { datedOn: _, ...rest } = row;
  const { category, datedOn } = change.args;
  return { ...rest, category: String(category), ...(typeof datedOn === 'string' && { datedOn }) };
}

function rowOfListed({
  id,
  section,
  name,
  sizeBytes,
  category,
  datedOn,
  at,
  state,
  reason,
}: AttachmentChange): FileRow {
  return {
    ...{ id, section, name, sizeBytes, category, at },
    ...(datedOn !== undefined && { datedOn }),
    ...(reason !== undefined && { reason: reasons[reason] }),
    status: stateWords[state] ?? { text: 'On its way from another device', colour: 'grey' },
    mayOpen: state === 'ready',
    isGood: state !== 'refused' && state !== 'held',
  };
}
const held = { text: 'Kept, but not shown to others', colour: 'yellow' } as const;
const stateWords: Readonly<Record<string, FileRow['status'] | undefined>> = {
  received: { text: 'Being checked', colour: 'blue' },
  ready: { text: 'Saved to the Hub', colour: 'green' },
  held,
  refused: { text: 'Not taken', colour: 'red' },
};

function rowOfKept(file: KeptFileView, waits: FileWait | undefined): FileRow {
  const { id, section, name, sizeBytes, category, datedOn, made, reason, stage } = file;
  return {
    ...{ id, section, name, sizeBytes, category, at: made },
    ...(datedOn !== undefined && { datedOn }),
    ...(reason !== undefined && { reason: reasons[reason] }),
    status: statusOfKept(file, waits),
    mayOpen: stage !== 'keeping',
    isGood: stage !== 'refused' && stage !== 'held',
  };
}

function statusOfKept(file: KeptFileView, waits: FileWait | undefined): FileRow['status'] {
  const { stage, isSending, doneBytes, sizeBytes } = file;
  if (stage === 'refused') return { text: 'Not taken', colour: 'red' };
  if (stage === 'held') return held;
  if (stage === 'ready') return { text: 'Saved to the Hub', colour: 'green' };
  const percent = String(Math.floor((doneBytes / sizeBytes) * 100));
  const far = `${percent}% (${bytesInWords(doneBytes)} of ${bytesInWords(sizeBytes)})`;
  if (stage === 'keeping') return { text: `Saving on this device: ${far}`, colour: 'blue', doneBytes };
  if (doneBytes >= sizeBytes) return { text: 'Being checked', colour: 'blue' };
  if (isSending) return { text: `Sending: ${far}`, colour: 'blue', doneBytes };
  const why = waitsFor[file.waits ?? waits ?? 'nothing'];
  if (doneBytes === 0) return { text: why, colour: 'yellow' };
  return { text: `${why}: ${far}`, colour: 'yellow', doneBytes };
}
const waitsFor = {
  offline: 'Waiting for a connection',
  busy: 'Waiting for the Hub',
  'signed-out': 'Sign in again to send it',
  nothing: 'Waiting to be sent',
} as const;
