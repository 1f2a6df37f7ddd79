/**
 * Cuts a font down to the glyphs that a document uses, by HarfBuzz's own subsetter. The `subset-font` package does the
 * same but reads its WebAssembly with Node's file functions and cannot run in a browser's worker; this can, in both.
 */
export type Cut = (font: Uint8Array, glyphs: Iterable<number>) => Uint8Array;

/** Glyphs keep their numbers, so that what was shaped with the whole font can be drawn with the cut one. */
export async function makeSubsetter(wasm: Uint8Array): Promise<Cut> {
  const { instance } = await WebAssembly.instantiate(new Uint8Array(wasm));
  const hb = instance.exports as unknown as HarfBuzzSubset;
  hb._initialize();
  return (font, glyphs) => {
    const address = hb.malloc(font.byteLength);
    if (!address) throw new Error('There is not enough memory to cut a font.');
    // The memory may grow and leave old views behind: a fresh one each time.
    new Uint8Array(hb.memory.buffer).set(font, address);
    const blob = hb.hb_blob_create(address, font.byteLength, memoryWritable, 0, 0);
    const face = hb.hb_face_create(blob, 0);
    const input = hb.hb_subset_input_create_or_fail();
    hb.hb_subset_input_set_flags(input, noHinting | retainGlyphIds | notdefOutline | noLayoutClosure);
    const wanted = hb.hb_subset_input_glyph_set(input);
    for (const glyph of glyphs) hb.hb_set_add(wanted, glyph);
    const dropped = hb.hb_subset_input_set(input, dropTables);
    for (const tag of unusedTables)
      hb.hb_set_add(
        dropped,
        [...tag].reduce((sum, c) => (sum << 8) + c.charCodeAt(0), 0),
      );
    const cut = hb.hb_subset_or_fail(face, input);
    if (!cut) throw new Error('A font could not be cut.');
    const result = hb.hb_face_reference_blob(cut);
    const from = hb.hb_blob_get_data(result, 0);
    const bytes = new Uint8Array(hb.memory.buffer).slice(from, from + hb.hb_blob_get_length(result));
    hb.hb_blob_destroy(result);
    hb.hb_face_destroy(cut);
    hb.hb_subset_input_destroy(input);
    hb.hb_face_destroy(face);
    hb.hb_blob_destroy(blob);
    hb.free(address);
    return bytes;
  };
}

interface HarfBuzzSubset {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  malloc(size: number): number;
  free(address: number): void;
  hb_blob_create(data: number, length: number, mode: number, userData: number, destroy: number): number;
  hb_blob_destroy(blob: number): void;
  hb_blob_get_data(blob: number, length: number): number;
  hb_blob_get_length(blob: number): number;
  hb_face_create(blob: number, index: number): number;
  hb_face_destroy(face: number): void;
  hb_face_reference_blob(face: number): number;
  hb_set_add(set: number, value: number): void;
  hb_subset_input_create_or_fail(): number;
  hb_subset_input_destroy(input: number): void;
  hb_subset_input_glyph_set(input: number): number;
  hb_subset_input_set(input: number, kind: number): number;
  hb_subset_input_set_flags(input: number, flags: number): void;
  hb_subset_or_fail(face: number, input: number): number;
}

// The numbers are those of hb.h and hb-subset.h.
const memoryWritable = 2;
const dropTables = 3;
const noHinting = 0x1;
const retainGlyphIds = 0x2;
const notdefOutline = 0x40;
const noLayoutClosure = 0x200;
/** A font inside a PDF is drawn by glyph number: shaping is done and nobody looks characters up. */
const unusedTables = [
  'GSUB',
  'GPOS',
  'GDEF',
  'BASE',
  'cmap',
  'name',
  'post',
  'OS/2',
  'vhea',
  'vmtx',
  'VORG',
  'kern',
  'STAT',
  'DSIG',
  'meta',
  'gasp',
];
