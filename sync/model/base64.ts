/** Bytes as base64 on the wire. ES2024 has no base64 of its own, and `btoa` belongs to the browser. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const values = new Map([...alphabet].map((letter, value) => [letter, value]));

export function base64OfBytes(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a, b, c] = [bytes[at] ?? 0, bytes[at + 1], bytes[at + 2]];
    const word = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    text += alphabet.charAt(word >> 18) + alphabet.charAt((word >> 12) & 63);
    text += b === undefined ? '=' : alphabet.charAt((word >> 6) & 63);
    text += c === undefined ? '=' : alphabet.charAt(word & 63);
  }
  return text;
}

/** Undefined for anything that is not canonical base64. */
export function bytesOfBase64(text: unknown): Uint8Array | undefined {
  if (typeof text !== 'string' || text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let at = 0;
  for (let from = 0; from < text.length; from += 4) {
    let word = 0;
    for (let letter = 0; letter < 4; letter += 1) {
      const isPadding = from + letter >= text.length - padding;
      const value = isPadding ? 0 : values.get(text.charAt(from + letter));
      if (value === undefined) return undefined;
      word = (word << 6) | value;
    }
    for (let shift = 16; shift >= 0 && at < bytes.length; shift -= 8) bytes[at++] = (word >> shift) & 255;
  }
  return bytes;
}
