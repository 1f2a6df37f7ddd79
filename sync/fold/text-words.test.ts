import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { textFragment } from '../rules/text.ts';
import { wordsOfUpdates } from './text-words.ts';

/** What somebody does in an editor: `at` is taken from what stands there. */
type Act = { readonly does: 'write' | 'paragraph' | 'entry' | 'take'; readonly at: number; readonly words: string };
const act: fc.Arbitrary<Act> = fc.record({
  does: fc.constantFrom('write', 'write', 'write', 'paragraph', 'entry', 'take'),
  at: fc.nat(1000),
  words: fc.stringMatching(/^[a-y]{1,6}$/),
});

function paragraph(words: string): Y.XmlElement {
  const made = new Y.XmlElement('paragraph');
  made.insert(0, [new Y.XmlText(words)]);
  return made;
}
function entry(words: string): Y.XmlElement {
  const [list, item] = [new Y.XmlElement('bulletList'), new Y.XmlElement('listItem')];
  item.insert(0, [paragraph(words)]);
  list.insert(0, [item]);
  return list;
}
const textsIn = (parent: Y.XmlFragment): Y.XmlText[] =>
  parent
    .toArray()
    .flatMap((one) => (one instanceof Y.XmlText ? [one] : one instanceof Y.XmlElement ? textsIn(one) : []));

function perform(text: Y.Doc, { does, at, words }: Act): void {
  const fragment = text.getXmlFragment(textFragment);
  const texts = textsIn(fragment);
  const one = texts[at % Math.max(1, texts.length)];
  if (does === 'paragraph' || does === 'entry' || one === undefined)
    return fragment.insert(at % (fragment.length + 1), [does === 'entry' ? entry(words) : paragraph(words)]);
  const place = at % (one.length + 1);
  if (does === 'write') return one.insert(place, words);
  one.delete(place, Math.min(words.length, one.length - place));
}

/** One update an act, as an editor makes them. */
function written(client: number, acts: readonly Act[], before?: Uint8Array) {
  const text = new Y.Doc({ gc: true });
  text.clientID = client;
  if (before !== undefined) Y.applyUpdate(text, before);
  const updates: Uint8Array[] = [];
  text.on('update', (update: Uint8Array) => updates.push(update));
  for (const one of acts) text.transact(() => perform(text, one));
  return { text, updates, lines: textsIn(text.getXmlFragment(textFragment)).map((one) => one.toJSON()) };
}

test('words that one person wrote alone are read as they stand, in how many updates they may come', () => {
  let letters = 0;
  fc.assert(
    fc.property(fc.array(act, { minLength: 1, maxLength: 25 }), fc.nat(25), (acts, cut) => {
      const { updates, lines } = written(7, acts);
      const stands = lines.filter((line) => line !== '').join('\n');
      letters += stands.length;
      expect(wordsOfUpdates(updates)).toBe(stands);
      // As the outbox joins them.
      const [first, rest] = [updates.slice(0, cut), updates.slice(cut)];
      const joined = [first, rest].filter((some) => some.length > 0).map((some) => Y.mergeUpdates(some));
      expect(wordsOfUpdates(joined)).toBe(stands);
    }),
    { numRuns: 500 },
  );
  expect(letters).toBeGreaterThan(5_000);
});

test('of words written into another person’s text, all that stand are there, and no letter of the other', () => {
  let letters = 0;
  const theirs = act.map((one) => ({ ...one, words: one.words.toUpperCase() }));
  fc.assert(
    fc.property(
      fc.array(theirs, { minLength: 1, maxLength: 10 }),
      fc.array(act, { minLength: 1, maxLength: 15 }),
      (others, acts) => {
        const before = Y.encodeStateAsUpdate(written(3, others).text);
        const { updates, lines } = written(7, acts, before);
        const words = wordsOfUpdates(updates);
        const lettersOf = (some: string) => [...some.replace(/[^a-z]/g, '')].sort().join('');
        letters += words.length;
        expect(words).not.toMatch(/[A-Z]/);
        expect(lettersOf(words)).toBe(lettersOf(lines.join('')));
        // Where the other's letters between two places were taken away, the places still have lines of their own.
        if (acts.some(({ does }) => does === 'take')) return;
        for (const run of lines.flatMap((line) => line.match(/[a-z]+/g) ?? [])) expect(words).toContain(run);
      },
    ),
    { numRuns: 500 },
  );
  expect(letters).toBeGreaterThan(3_000);
});

test('words in two places of somebody else’s text stand on two lines', () => {
  const before = Y.encodeStateAsUpdate(written(3, [{ does: 'paragraph', at: 0, words: 'ABCDEF' }]).text);
  const acts: Act[] = [
    { does: 'write', at: 2, words: 'first' },
    { does: 'write', at: 9, words: 'second' },
  ];
  expect(wordsOfUpdates(written(7, acts, before).updates)).toBe('first\nsecond');
});

test('what only takes away adds no words, and bytes that are no update are refused', () => {
  const { text } = written(7, [{ does: 'paragraph', at: 0, words: 'abc' }]);
  const taken = written(8, [{ does: 'take', at: 0, words: 'abc' }], Y.encodeStateAsUpdate(text));
  expect(wordsOfUpdates(taken.updates)).toBe('');
  expect(() => wordsOfUpdates([Uint8Array.of(250, 250, 250)])).toThrow();
});
