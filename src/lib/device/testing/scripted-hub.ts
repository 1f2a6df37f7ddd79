/**
 * A tiny Hub for tests of the device: it keeps the last value of each field, knows edits by their names, and does as the
 * test says with requests and replies. What the real one decides is tested with the real one, in the simulation.
 */
import { addressOf, type Address, type DocumentId, type SectionKey } from '#sync/model/ids.ts';
import type {
  Change,
  DocumentChange,
  EditVerdict,
  FieldChange,
  Frame,
  Manifest,
  PushReply,
  SectionChange,
} from '#sync/protocol/changes.ts';
import { push as pushSchema, type Cursor, type Push } from '#sync/protocol/push.ts';
import { sessionOf, testOwner } from './owner.ts';

type Refusal = 'applied' | readonly [is: 'parked' | 'refused', reason: string];
export interface ScriptedHub {
  readonly fetch: typeof globalThis.fetch;
  readonly pushes: Push[];
  /** How often each edit was applied, by its name. */
  readonly applied: Map<string, number>;
  readonly values: Map<Address, unknown>;
  /** The next answers to pushes, before any sense is made of them; then it behaves. */
  readonly next: ('no-line' | 'lost-reply' | number)[];
  readonly session: { isSignedIn: boolean; person: string };
  judge: (edit: Push['runs'][number]['edits'][number], run: Push['runs'][number]) => Refusal;
  /** Goes with the next frame. */
  manifest: Manifest | undefined;
  /** Something that others did. */
  tell(...changes: Change[]): void;
  cursor(): string;
  /** What the device was told, in lines of an event stream; undefined: there is no stream here. */
  stream: ((cursor: Cursor, signal: AbortSignal) => Response) | undefined;
}

export const section = 'child' as SectionKey;

export function scriptedHub(now: () => number = () => 1_800_000_000_000): ScriptedHub {
  const feed: Change[] = [];
  const verdicts = new Map<string, EditVerdict>();
  const vers = new Map<string, number>();
  const known = new Set<DocumentId>();
  const cursorAt = (at: number) => String(at).padStart(22, '0');

  const hub: ScriptedHub = {
    pushes: [],
    applied: new Map(),
    values: new Map(),
    next: [],
    session: { isSignedIn: true, person: testOwner.person },
    judge: () => 'applied',
    manifest: undefined,
    stream: undefined,
    tell: (...changes) => void feed.push(...changes),
    cursor: () => cursorAt(feed.length),
    async fetch(input, init) {
      const path = String(input);
      if (path === '/api/session') {
        const info = sessionOf(testOwner, now());
        return hub.session.isSignedIn
          ? json(200, { ...info, person: { ...info.person, id: hub.session.person } })
          : json(401, { error: 'signed-out' });
      }
      if (path === '/api/devices') return json(200, {});
      if (path === '/api/stream') {
        const headers = new Headers(init?.headers);
        return (
          hub.stream?.(headers.get('hub-cursor'), init?.signal as AbortSignal) ?? json(404, { error: 'not-found' })
        );
      }
      if (path !== '/api/sync') return json(404, { error: 'not-found' });
      const what = hub.next.shift();
      if (what === 'no-line') throw new TypeError('network');
      if (typeof what === 'number') return json(what, {});
      if (!hub.session.isSignedIn) return json(401, { error: 'signed-out' });
      const push = pushSchema.parse(JSON.parse(await gunzip(init?.body as Uint8Array<ArrayBuffer>)));
      hub.pushes.push(push);
      if (push.account !== hub.session.person) return json(409, { error: 'other-person' });
      const reply = take(push);
      if (what === 'lost-reply') throw new TypeError('network');
      return json(200, reply);
    },
  };

  const take = (push: Push): PushReply => {
    const commands = push.commands.map(({ id, doc, name, args }) => {
      if (name === 'start') {
        if (!known.has(doc)) feed.push(documentOf(doc, { kind: String(args.kind) }), sectionChange(doc, 0));
        known.add(doc);
      }
      return { id, verdict: { is: 'done' as const, result: {} } };
    });
    const said = push.runs.flatMap((run) => run.edits.map((edit) => judged(push, run, edit)));
    return { verdicts: said, commands, now: now(), ...(push.pull && { frame: frameSince(push.cursor, push.want) }) };
  };
  const judged = (push: Push, run: Push['runs'][number], edit: Push['runs'][number]['edits'][number]): EditVerdict => {
    const [n, kind, holder, field, value] = edit;
    const name = `${run.pen}.${n}`;
    const before = verdicts.get(name);
    if (before !== undefined) return before;
    const judgement = hub.judge(edit, run);
    const ver = vers.get(run.doc) ?? 0;
    if (judgement !== 'applied') {
      const verdict = [run.pen, n, judgement[0], ver, judgement[1]] as unknown as EditVerdict;
      if (judgement[1] !== 'gap' && judgement[1] !== 'id-taken') verdicts.set(name, verdict);
      return verdict;
    }
    vers.set(run.doc, ver + 1);
    hub.applied.set(name, (hub.applied.get(name) ?? 0) + 1);
    const by = { id: push.account, name: testOwner.name, role: 'senco' };
    feed.push(sectionChange(run.doc, ver + 1));
    if (kind === 'set') {
      hub.values.set(addressOf(holder, field), value);
      feed.push({
        t: 'field',
        doc: run.doc,
        section,
        holder,
        field,
        value,
        ver: ver + 1,
        by,
        at: now(),
        device: push.device,
      });
    }
    const verdict: EditVerdict = [run.pen, n, 'applied', ver + 1];
    verdicts.set(name, verdict);
    return verdict;
  };
  const frameSince = (cursor: Cursor, want: readonly DocumentId[]): Frame => {
    const since = cursor === null ? 0 : Number(cursor);
    const wanted = feed.filter((change) => want.includes(change.doc));
    const { manifest } = hub;
    hub.manifest = undefined;
    return {
      from: cursor,
      to: cursorAt(feed.length),
      changes: [...feed.slice(since), ...wanted],
      more: false,
      ...(manifest !== undefined && { manifest }),
    };
  };
  return hub;
}

export const documentOf = (doc: DocumentId, more: Partial<DocumentChange> = {}): DocumentChange => ({
  t: 'doc',
  doc,
  kind: 'request',
  form: 1,
  stage: 'draft',
  may: ['see', 'write', 'submit', 'share', 'delete'],
  starter: { id: testOwner.person, name: testOwner.name, role: 'senco' },
  createdAt: 1,
  updatedAt: 1,
  summary: { name: '' },
  full: true,
  ...more,
});
export const sectionChange = (doc: DocumentId, ver: number, more: Partial<SectionChange> = {}): SectionChange => ({
  t: 'section',
  doc,
  section,
  ver,
  may: ['see', 'write'],
  ...more,
});
export const fieldChange = (
  doc: DocumentId,
  field: string,
  value: FieldChange['value'],
  ver: number,
  more: Partial<FieldChange> = {},
): FieldChange => ({
  t: 'field',
  doc,
  section,
  holder: section,
  field,
  value,
  ver,
  at: 1,
  device: 'other-device-0000' as never,
  by: { id: 'person-other-0001' as never, name: 'Sam Example', role: 'parent' },
  ...more,
});

const json = (status: number, body: unknown): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });

async function gunzip(body: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Response(new Blob([body]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
}
