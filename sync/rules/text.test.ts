import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { textFragment, textRule, textUpdateBytesMax } from './text.ts';

/** A writer with a client id of their own, over what they had folded in. */
function writer(clientId: number, state: Uint8Array) {
  const document = new Y.Doc();
  document.clientID = clientId;
  Y.applyUpdate(document, state);
  return {
    document,
    write(change: (fragment: Y.XmlFragment) => void): Uint8Array {
      const before = Y.encodeStateVector(document);
      document.transact(() => change(document.getXmlFragment(textFragment)));
      return Y.encodeStateAsUpdate(document, before);
    },
  };
}
const paragraph = (words: string) => {
  const element = new Y.XmlElement('paragraph');
  element.insert(0, [new Y.XmlText(words)]);
  return element;
};
const textOf = (state: Uint8Array) => JSON.stringify(textRule.treeOf(state));
const hello = () =>
  textRule.merge(
    textRule.empty(),
    writer(1, textRule.empty()).write((fragment) => fragment.insert(0, [paragraph('hello')])),
  ).state;

test('words that two people typed in one text are all there, whole, in any order of arrival', () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{3,12}$/), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(words, words, fc.nat(), (mine, theirs, seed) => {
      const start = hello();
      const updatesOf = (client: number, list: string[]) => {
        const person = writer(client, start);
        return list.map((word, at) =>
          person.write((fragment) =>
            ((fragment.get(0) as Y.XmlElement).get(0) as Y.XmlText).insert((seed + at) % 5, `<${word}>`),
          ),
        );
      };
      const [a, b] = [updatesOf(2, mine), updatesOf(3, theirs)];
      const fold = (updates: Uint8Array[]) =>
        updates.reduce((state, update) => textRule.merge(state, update).state, start);
      const one = textOf(fold([...a, ...b]));
      expect(textOf(fold([...b, ...a]))).toBe(one);
      expect(textOf(fold([...a, ...b, ...a]))).toBe(one);
      const lettersOf = (text: string) => [...text].sort().join('');
      const read = textRule
        .treeOf(fold([...b, ...a]))
        .map((block) => (block.type === 'paragraph' ? block.runs.map((run) => run.text).join('') : ''))
        .join('');
      expect(lettersOf(read)).toBe(lettersOf(`hello${[...mine, ...theirs].map((word) => `<${word}>`).join('')}`));
    }),
    { numRuns: 60 },
  );
});

test('bold, italic, underline, strike, sizes and lists survive a merge', () => {
  const person = writer(2, hello());
  const update = person.write((fragment) => {
    ((fragment.get(0) as Y.XmlElement).get(0) as Y.XmlText).format(0, 5, { bold: {}, textSize: { size: 19 } });
    const list = new Y.XmlElement('bulletList');
    const entry = new Y.XmlElement('listItem');
    entry.insert(0, [paragraph('one')]);
    list.insert(0, [entry]);
    fragment.insert(1, [list]);
  });
  expect(textRule.check(hello(), update, 2)).toBeUndefined();
  expect(textRule.merge(hello(), update).tree).toEqual([
    { type: 'paragraph', runs: [{ text: 'hello', marks: ['bold'], size: 19 }] },
    { type: 'bullets', items: [[{ type: 'paragraph', runs: [{ text: 'one' }] }]] },
  ]);
});

test('a deleted word is in the stored state no more', () => {
  const start = textRule.merge(
    textRule.empty(),
    writer(1, textRule.empty()).write((fragment) => fragment.insert(0, [paragraph('a secret word')])),
  ).state;
  expect(new TextDecoder().decode(start)).toContain('secret');
  const after = textRule.merge(
    start,
    writer(2, start).write((fragment) => ((fragment.get(0) as Y.XmlElement).get(0) as Y.XmlText).delete(2, 7)),
  );
  expect(textOf(after.state)).toContain('a word');
  expect(new TextDecoder().decode(after.state)).not.toContain('secret');
});

test('an update under another client id, with strange nodes, over-long or undecodable is not merged', () => {
  const good = writer(7, hello()).write((fragment) => fragment.insert(0, [paragraph('x')]));
  expect(textRule.check(hello(), good, 7)).toBeUndefined();
  expect(textRule.check(hello(), good, 8)).toBe('text-not-allowed');
  const script = writer(7, hello()).write((fragment) => fragment.insert(0, [new Y.XmlElement('script')]));
  expect(textRule.check(hello(), script, 7)).toBe('text-not-allowed');
  const elsewhere = writer(7, hello());
  const hidden = elsewhere.write(() => elsewhere.document.getMap('hidden').set('a', 1));
  expect(textRule.check(hello(), hidden, 7)).toBe('text-not-allowed');
  const long = writer(7, hello()).write((fragment) => fragment.insert(0, [paragraph('x'.repeat(textUpdateBytesMax))]));
  expect(textRule.check(hello(), long, 7)).toBe('too-large');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(['text-not-allowed', 'too-large', 'gap', undefined]).toContain(textRule.check(hello(), bytes, 7));
    }),
  );
});

test('an update that depends on something unknown is a gap, and nothing of it is merged', () => {
  const person = writer(7, hello());
  person.write((fragment) => fragment.insert(0, [paragraph('first')]));
  const second = person.write((fragment) =>
    ((fragment.get(0) as Y.XmlElement).get(0) as Y.XmlText).insert(5, ' second'),
  );
  expect(textRule.check(hello(), second, 7)).toBe('gap');
});

test('nothing travels unseen beside the words: no attribute, no unknown or stuffed format, no value among the letters', () => {
  const check = (change: (text: Y.XmlText, element: Y.XmlElement) => void) =>
    textRule.check(
      hello(),
      writer(7, hello()).write((fragment) => {
        const element = fragment.get(0) as Y.XmlElement;
        change(element.get(0) as Y.XmlText, element);
      }),
      7,
    );
  const hidden: Record<string, (text: Y.XmlText, element: Y.XmlElement) => void> = {
    'a name that every object has': (text) => text.format(0, 5, JSON.parse('{"constructor":true}') as object),
    'another one': (text) => text.format(0, 5, JSON.parse('{"toString":{}}') as object),
    'the name of the prototype': (text) => text.format(0, 5, JSON.parse('{"__proto__":true}') as object),
    'words in a format': (text) => text.format(0, 5, { bold: { words: 'unseen' } }),
    'words in a size': (text) => text.format(0, 5, { textSize: { size: 19, words: 'unseen' } }),
    'a size of its own': (text) => text.format(0, 5, { textSize: { size: 900 } }),
    'an attribute of a paragraph': (_text, element) => element.setAttribute('class', 'unseen'),
    'an attribute of a text': (text) => text.setAttribute('class', 'unseen'),
    'something embedded': (text) => text.insertEmbed(0, { words: 'unseen' }),
  };
  for (const [what, change] of Object.entries(hidden))
    expect([what, check(change)]).toEqual([what, 'text-not-allowed']);
  expect(check((text) => text.format(0, 5, { bold: {}, italic: true, textSize: { size: 24 } }))).toBeUndefined();
  const list = writer(7, hello()).write((fragment) => {
    const numbers = new Y.XmlElement('orderedList');
    (numbers as unknown as { setAttribute(name: string, value: number): void }).setAttribute('start', 3);
    const entry = new Y.XmlElement('listItem');
    entry.insert(0, [paragraph('three')]);
    numbers.insert(0, [entry]);
    fragment.insert(1, [numbers]);
  });
  expect(textRule.check(hello(), list, 7)).toBeUndefined();
});

test('a text that stays open takes and refuses what it would one update at a time, to the byte', () => {
  const strokes = fc.array(
    fc.tuple(fc.constantFrom('type', 'type', 'type', 'delete', 'delete', 'bold', 'bold', 'bad', 'foreign'), fc.nat(40)),
    {
      minLength: 1,
      maxLength: 12,
    },
  );
  let merged = 0;
  let refused = 0;
  fc.assert(
    fc.property(strokes, (list) => {
      const person = writer(7, hello());
      let alone = hello();
      const open = textRule.open(alone);
      for (const [what, at] of list) {
        const update = person.write((fragment) => {
          const text = (fragment.get(0) as Y.XmlElement).get(0) as Y.XmlText;
          const place = at % (text.length + 1);
          if (what === 'delete' && text.length > 2) text.delete(0, 1);
          else if (what === 'bold') text.format(0, 1 + (place % text.length), { bold: {} });
          else text.insert(place, 'z');
        });
        // What a device wrote while one of its updates was refused builds on something unknown: a gap, from then on.
        const bytes = what === 'bad' ? Uint8Array.of(1, 1, at) : update;
        const client = what === 'foreign' ? 8 : 7;
        const taken = open.take(bytes, client);
        const reason = textRule.check(alone, bytes, client);
        if (reason === undefined) {
          const after = textRule.merge(alone, bytes);
          expect(taken).toEqual(after);
          alone = after.state;
          merged += 1;
        } else {
          expect(taken).toEqual({ reason });
          refused += 1;
        }
      }
    }),
    { numRuns: 60 },
  );
  expect(merged).toBeGreaterThan(50);
  expect(refused).toBeGreaterThan(50);
});
