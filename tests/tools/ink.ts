/** Compares two pictures of the same line of text, drawn by different programs, by where their ink lies. */

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** One byte a pixel: 1 where there is ink. */
  readonly ink: Uint8Array;
}

/** Reads the binary grey map that `pdftoppm -gray` writes. */
export function readGreyMap(bytes: Uint8Array): Picture {
  const header = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(new TextDecoder('latin1').decode(bytes.subarray(0, 64)));
  if (!header) throw new Error('This is not a binary grey map.');
  const [width, height] = [Number(header[1]), Number(header[2])];
  return pictureOf(bytes.subarray(header[0].length), width, height);
}

/** From grey values, 0 for black. */
export function pictureOf(grey: Uint8Array, width: number, height: number): Picture {
  return {
    width,
    height,
    ink: Uint8Array.from({ length: width * height }, (_, i) => ((grey[i] ?? 255) < 128 ? 1 : 0)),
  };
}

/** The part that holds ink, without what lies below `bottom` (in pixels). */
export function trim(picture: Picture, bottom = picture.height): Picture {
  let [left, right, top, end] = [picture.width, -1, bottom, -1];
  for (let y = 0; y < bottom; y++) {
    for (let x = 0; x < picture.width; x++) {
      if (!picture.ink[y * picture.width + x]) continue;
      [left, right, top, end] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(end, y)];
    }
  }
  if (right < 0) throw new Error('There is no ink in this picture.');
  const [width, height] = [right - left + 1, end - top + 1];
  const ink = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    ink.set(picture.ink.subarray((top + y) * picture.width + left, (top + y) * picture.width + right + 1), y * width);
  }
  return { width, height, ink };
}

/**
 * How much ink of the worst place has none beside it in the other picture, in parts of a square as wide and high as a
 * letter: 0 for the same drawing. A place is as wide as one letter, so that a single wrong letter counts in full however
 * long the line is. One pixel of difference is forgiven: programs smooth edges differently.
 */
export function worstMismatch(one: Picture, other: Picture, letter: number): number {
  const [wideOne, wideOther] = [widen(one), widen(other)];
  let best = Infinity;
  // The outermost row or column of a trimmed picture may be a shade too light in one of them.
  for (const dx of [0, -1, 1]) {
    for (const dy of [0, -1, 1]) {
      const width = Math.max(one.width, other.width + dx);
      const lone = columnsWithout(one, wideOther, dx, dy, width, 0);
      const loneOther = columnsWithout(other, wideOne, -dx, -dy, width, dx);
      best = Math.min(best, worstPlace(lone, loneOther, letter));
    }
  }
  return best;
}

const forgiven = 1;

function worstPlace(lone: Float64Array, loneOther: Float64Array, letter: number): number {
  let worst = 0;
  for (let from = 0; from < lone.length; from += Math.ceil(letter / 4)) {
    const sum = (columns: Float64Array) => columns.subarray(from, from + letter).reduce((total, n) => total + n, 0);
    worst = Math.max(worst, (sum(lone) + sum(loneOther)) / (letter * letter));
  }
  return worst;
}

/** How many inked pixels of each column find no ink in `cover`. */
function columnsWithout(
  picture: Picture,
  cover: Picture,
  dx: number,
  dy: number,
  width: number,
  shift: number,
): Float64Array {
  const columns = new Float64Array(width);
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++) {
      if (!picture.ink[y * picture.width + x]) continue;
      const [coverX, coverY] = [x - dx, y - dy];
      const isInside = coverX >= 0 && coverX < cover.width && coverY >= 0 && coverY < cover.height;
      if (!isInside || !cover.ink[coverY * cover.width + coverX]) columns[Math.max(0, x + shift)]! += 1;
    }
  }
  return columns;
}

/** Ink spread to its neighbours, sideways and then up and down. */
function widen(picture: Picture): Picture {
  const { width, height } = picture;
  const spread = (from: Uint8Array, step: number, isInRow: boolean) => {
    const to = new Uint8Array(from.length);
    for (let i = 0; i < from.length; i++) {
      if (!from[i]) continue;
      for (let n = -forgiven; n <= forgiven; n++) {
        const at = i + n * step;
        if (at >= 0 && at < to.length && (!isInRow || Math.floor(at / width) === Math.floor(i / width))) to[at] = 1;
      }
    }
    return to;
  };
  return { width, height, ink: spread(spread(picture.ink, 1, true), width, false) };
}
