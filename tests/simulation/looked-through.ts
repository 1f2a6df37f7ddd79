/** Words that travel or wait, made readable for who judges them. */

/** What was sealed is never changed afterwards: looked through once. */
const lookedThrough = new WeakMap<object, string>();

export function readable(value: unknown): string {
  const known = value instanceof Object ? lookedThrough.get(value) : undefined;
  if (known !== undefined) return known;
  const said = wordsOf(value);
  if (value instanceof Object) lookedThrough.set(value, said);
  return said;
}

/** A text waits as the bytes of its update, in which its words can be read. */
function wordsOf(value: unknown): string {
  const said = JSON.stringify(value);
  return (
    said +
    said.replace(/"value":"([A-Za-z0-9+/=]{20,})"/g, (_, bytes: string) =>
      Buffer.from(bytes, 'base64').toString('utf8'),
    )
  );
}

export function streamWatched(
  answer: Response,
  judge: (line: string) => void,
  trace: (line: string) => void,
): Response {
  if (answer.body === null || answer.status !== 200) return answer;
  let rest = '';
  const watched = answer.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>(
      {
        transform(piece, out) {
          const lines = (rest + Buffer.from(piece).toString('utf8')).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) {
            trace(line);
            judge(line);
          }
          out.enqueue(piece);
        },
      },
      undefined,
      // Judged when the server writes it, not when a slow line takes it.
      { highWaterMark: Infinity },
    ),
  );
  return new Response(watched, { status: 200, headers: answer.headers });
}
