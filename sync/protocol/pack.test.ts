import fc from 'fast-check';
import { expect, test } from 'vitest';
import { base64OfBytes } from '../model/base64.ts';
import type { Change, Frame } from './changes.ts';
import { packFrame, unpackFrame } from './pack.ts';

const id = fc.stringMatching(/^[A-Za-z0-9_-]{16}$/);
const by = fc.record({ id, name: fc.string(), role: fc.constantFrom('parent', 'senco') });
const instant = fc.integer({ min: -1e12, max: 2e12 });
const json = fc.jsonValue({ maxDepth: 2 });
const field = fc.record(
  {
    t: fc.constant('field'),
    doc: id,
    section: id,
    holder: id,
    field: id,
    value: json,
    ver: fc.nat(),
    by,
    at: instant,
    device: id,
    conflict: json,
  },
  { requiredKeys: ['t', 'doc', 'section', 'holder', 'field', 'value', 'ver', 'by', 'at', 'device'] },
);
const text = fc.record(
  {
    t: fc.constant('text'),
    doc: id,
    holder: id,
    field: id,
    tree: json,
    state: fc.uint8Array().map(base64OfBytes),
    ver: fc.nat(),
    by,
    at: instant,
  },
  { requiredKeys: ['t', 'doc', 'holder', 'field', 'tree', 'ver', 'at'] },
);
const gone = fc.record({ t: fc.constant('gone'), doc: id });
const attachment = fc.record({
  t: fc.constant('attachment'),
  id,
  state: fc.constantFrom('ready', 'held'),
  by,
  at: instant,
});

test('a frame that was packed and came over the wire holds every change as it was, in its order within its kind', () => {
  let rows = 0;
  fc.assert(
    fc.property(fc.array(fc.oneof(field, text, gone, attachment), { maxLength: 30 }), fc.boolean(), (changes, more) => {
      const frame = { from: null, to: 'aaaaaaaaaaaaaaaaaaaaaa', changes, more } as unknown as Frame;
      const back = unpackFrame(JSON.parse(JSON.stringify(packFrame(frame))) as ReturnType<typeof packFrame>);
      const sent = JSON.parse(JSON.stringify(frame)) as Frame;
      const byKind = ['field', 'text', 'gone', 'attachment'].flatMap((t) => sent.changes.filter((one) => one.t === t));
      const sorted = (all: readonly Change[]) =>
        ['field', 'text', 'gone', 'attachment'].flatMap((t) => all.filter((one) => one.t === t));
      expect(sorted(back.changes)).toEqual(byKind);
      expect({ ...back, changes: [] }).toEqual({ ...sent, changes: [] });
      rows += changes.length;
    }),
    { numRuns: 300 },
  );
  expect(rows).toBeGreaterThan(500);
});
