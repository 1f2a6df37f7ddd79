/**
 * Several servers over one PostgreSQL take pushes at the same time while a device follows by its cursor. When all is quiet,
 * the device has every value that stands, or its cursor has passed over a commit that came late. Run as a program, it
 * prints what it found as one line of JSON; a PostgreSQL must have been started for it (`HUB_TEST_POSTGRES`).
 */
import type { CommandId, DocumentId } from '#sync/model/ids.ts';
import { newId, newPen, openTestHub, run, set, type TestDevice } from '#tests/hub/sync-hub.ts';

export interface Followed {
  readonly commits: number;
  /** Looks of the device that brought something. */
  readonly looks: number;
  /** Documents of which the device does not show what stands, although its cursor is at the end. */
  readonly skipped: number;
}

const servers = 3;
const writersEach = 2;

export async function followServers(rounds: number): Promise<Followed> {
  const hub = await openTestHub();
  const all = [hub, ...(await Promise.all(Array.from({ length: servers - 1 }, () => hub.beside())))];
  const person = await hub.person('senco');
  const reader = await person.device();
  // From here on its cursor is of this history, so everything comes by the feed and nothing by a manifest.
  await reader.start();
  await reader.pullAll();
  const seen = new Map<DocumentId, unknown>();
  const stands = new Map<DocumentId, unknown>();
  let commits = 0;
  let looks = 0;

  // One commit a document: a change that was passed over is not brought by a later one.
  const write = async (at: TestDevice) => {
    for (let n = 0; n < rounds; n += 1) {
      const doc = newId<DocumentId>();
      const start = {
        id: newId<CommandId>(),
        doc,
        name: 'start' as const,
        args: { kind: 'request', form: 1 },
        seen: {},
      };
      const edits = run(doc, newPen(), [set(1, 'preferred_name', doc)]);
      const { verdicts } = await at.push({ commands: [start], runs: [edits] });
      if (verdicts[0]?.[2] !== 'applied') throw new Error('an edit that nobody contradicted was not applied');
      stands.set(doc, doc);
      commits += 1;
    }
  };
  const look = async () => {
    const { changes, more, manifest } = await reader.pull();
    if (manifest !== undefined) throw new Error('the device was told to begin anew');
    for (const change of changes)
      if (change.t === 'field' && change.field === 'preferred_name') seen.set(change.doc, change.value);
    if (changes.length > 0) looks += 1;
    return more || changes.length > 0;
  };

  let isWriting = true;
  const writers = await Promise.all(
    all.flatMap((at) => Array.from({ length: writersEach }, async () => (await person.device()).at(at))),
  );
  const writing = Promise.all(writers.map(write)).finally(() => (isWriting = false));
  while (isWriting) await look();
  await writing;
  while (await look());

  const skipped = [...stands].filter(([doc, value]) => seen.get(doc) !== value).length;
  for (const one of all.reverse()) await one.close();
  return { commits, looks, skipped };
}

if (import.meta.main) console.log(JSON.stringify(await followServers(Number(process.argv[2] ?? 20))));
