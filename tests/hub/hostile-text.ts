/** Bytes such as no editor makes: small, well-formed, and with a cost that grows with the square of their number. */
import * as Y from 'yjs';
import { textFragment } from '#sync/rules/text.ts';

/** A text of so many letters, written at once by this Yjs client. */
export function longText(clientId: number, letters: number): Uint8Array {
  const document = new Y.Doc();
  document.clientID = clientId;
  const paragraph = new Y.XmlElement('paragraph');
  paragraph.insert(0, [new Y.XmlText('a'.repeat(letters))]);
  document.getXmlFragment(textFragment).insert(0, [paragraph]);
  return Y.encodeStateAsUpdate(document);
}

/** The same text as many hands leave it: each letter put in at another place, so that each is a struct of its own. */
export function fragmentedText(clientId: number, letters: number): Uint8Array {
  const document = new Y.Doc();
  document.clientID = clientId;
  const paragraph = new Y.XmlElement('paragraph');
  const text = new Y.XmlText('a');
  paragraph.insert(0, [text]);
  document.getXmlFragment(textFragment).insert(0, [paragraph]);
  document.transact(() => {
    for (let at = 1; at < letters; at += 1) text.insert((at * 7919) % text.length, 'b');
  });
  return Y.encodeStateAsUpdate(document);
}

/** One small update a letter, typed at this place and that into what stands. */
export function typedInto(clientId: number, state: Uint8Array, count: number): Uint8Array[] {
  const document = new Y.Doc();
  document.clientID = clientId;
  Y.applyUpdate(document, state);
  const text = (document.getXmlFragment(textFragment).get(0) as Y.XmlElement).get(0) as Y.XmlText;
  return Array.from({ length: count }, (_, at) => {
    const before = Y.encodeStateVector(document);
    text.insert((at * 104_729) % text.length, 'z');
    return Y.encodeStateAsUpdate(document, before);
  });
}

/**
 * Letters that all claim to have been typed at the very start, each in front of another letter of `longText`: Yjs looks
 * through all those before it to place each. One update of 60 kilobytes costs some twenty million steps.
 */
export function quadraticUpdate(clientId: number, of: number, count: number): Uint8Array {
  const bytes: number[] = [];
  const number = (value: number) => {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push(128 + (rest % 128));
    bytes.push(rest);
  };
  const [string, hasRightOrigin] = [4, 64];
  const lettersFrom = 2;
  [1, count, clientId, 0].forEach(number);
  for (let at = 0; at < count; at += 1) {
    bytes.push(string + hasRightOrigin);
    [of, lettersFrom + at, 1].forEach(number);
    bytes.push('z'.charCodeAt(0));
  }
  number(0);
  return Uint8Array.from(bytes);
}
