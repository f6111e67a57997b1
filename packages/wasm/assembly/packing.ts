// Panels of the factors of a product, in the order in which the micro-kernel reads them. Packing absorbs transposes.
import { highHalves, interleaveHigh, interleaveLow, lowHalves } from './lanes';

/** Rows and columns of a tile of the result. */
export const TILE_ROWS: u32 = 6;
export const TILE_COLUMNS: u32 = 8;

/**
 * Packs [rows, depth] of the left factor into panels [depth][6]; rows that are not there become zeros.
 * Strides are in bytes; one of them is that of a single number.
 */
export function packLeft(rows: u32, depth: u32, from: usize, rowStride: u32, columnStride: u32, to: usize): void {
  for (let row: u32 = 0; row < rows; row += TILE_ROWS) {
    const start = from + row * rowStride;
    const present = min(TILE_ROWS, rows - row);
    if (present < TILE_ROWS) packRagged(TILE_ROWS, present, depth, start, rowStride, columnStride, to);
    else if (columnStride == 4) packSixRows(depth, start, rowStride, to);
    else packSixColumns(depth, start, columnStride, to);
    to += depth * TILE_ROWS * 4;
  }
}

/** Packs [depth, columns] of the right factor into panels [depth][8]; columns that are not there become zeros. */
export function packRight(depth: u32, columns: u32, from: usize, rowStride: u32, columnStride: u32, to: usize): void {
  for (let column: u32 = 0; column < columns; column += TILE_COLUMNS) {
    const start = from + column * columnStride;
    const present = min(TILE_COLUMNS, columns - column);
    if (present < TILE_COLUMNS) packRagged(TILE_COLUMNS, present, depth, start, columnStride, rowStride, to);
    else if (columnStride == 4) packEightColumns(depth, start, rowStride, to);
    else packEightRows(depth, start, columnStride, to);
    to += depth * TILE_COLUMNS * 4;
  }
}

/** The last panel: `present` of `width` lines, `lineStride` apart, the rest zeros. */
function packRagged(width: u32, present: u32, depth: u32, from: usize, lineStride: u32, stride: u32, to: usize): void {
  for (let k: u32 = 0; k < depth; k++) {
    for (let line: u32 = 0; line < width; line++) {
      store<f32>(to, line < present ? load<f32>(from + line * lineStride) : 0);
      to += 4;
    }
    from += stride;
  }
}

/** Six rows of contiguous numbers: a transposition, four numbers of each at a time. */
function packSixRows(depth: u32, r0: usize, stride: u32, to: usize): void {
  const r1 = r0 + stride, r2 = r1 + stride, r3 = r2 + stride, r4 = r3 + stride, r5 = r4 + stride;
  let k: u32 = 0, at: usize = 0;
  for (; k + 4 <= depth; k += 4) {
    const v0 = v128.load(r0 + at), v1 = v128.load(r1 + at), v2 = v128.load(r2 + at), v3 = v128.load(r3 + at);
    const v4 = v128.load(r4 + at), v5 = v128.load(r5 + at);
    const low01 = interleaveLow(v0, v1), high01 = interleaveHigh(v0, v1);
    const low23 = interleaveLow(v2, v3), high23 = interleaveHigh(v2, v3);
    const low45 = interleaveLow(v4, v5), high45 = interleaveHigh(v4, v5);
    v128.store(to, lowHalves(low01, low23));
    v128.store64_lane(to, low45, 0, 16);
    v128.store(to, highHalves(low01, low23), 24);
    v128.store64_lane(to, low45, 1, 40);
    v128.store(to, lowHalves(high01, high23), 48);
    v128.store64_lane(to, high45, 0, 64);
    v128.store(to, highHalves(high01, high23), 72);
    v128.store64_lane(to, high45, 1, 88);
    to += 96;
    at += 16;
  }
  for (; k < depth; k++) {
    store<f32>(to, load<f32>(r0 + at));
    store<f32>(to, load<f32>(r1 + at), 4);
    store<f32>(to, load<f32>(r2 + at), 8);
    store<f32>(to, load<f32>(r3 + at), 12);
    store<f32>(to, load<f32>(r4 + at), 16);
    store<f32>(to, load<f32>(r5 + at), 20);
    to += 24;
    at += 4;
  }
}

/** Six neighbouring numbers of each step: a copy. */
function packSixColumns(depth: u32, from: usize, stride: u32, to: usize): void {
  for (let k: u32 = 0; k < depth; k++) {
    v128.store(to, v128.load(from));
    store<u64>(to, load<u64>(from, 16), 16);
    to += 24;
    from += stride;
  }
}

/** Eight neighbouring numbers of each step: a copy. */
function packEightColumns(depth: u32, from: usize, stride: u32, to: usize): void {
  for (let k: u32 = 0; k < depth; k++) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    to += 32;
    from += stride;
  }
}

/** Eight rows of contiguous numbers: a transposition in blocks of four by four. */
function packEightRows(depth: u32, from: usize, stride: u32, to: usize): void {
  let k: u32 = 0;
  for (; k + 4 <= depth; k += 4) {
    transposeFour(from, stride, to);
    transposeFour(from + 4 * stride, stride, to + 16);
    to += 128;
    from += 16;
  }
  for (; k < depth; k++) {
    for (let line: u32 = 0; line < 8; line++) store<f32>(to + (line << 2), load<f32>(from + line * stride));
    to += 32;
    from += 4;
  }
}

// @ts-ignore: decorator
@inline
function transposeFour(from: usize, stride: u32, to: usize): void {
  const v0 = v128.load(from), v1 = v128.load(from + stride);
  const v2 = v128.load(from + 2 * stride), v3 = v128.load(from + 3 * stride);
  const low01 = interleaveLow(v0, v1), high01 = interleaveHigh(v0, v1);
  const low23 = interleaveLow(v2, v3), high23 = interleaveHigh(v2, v3);
  v128.store(to, lowHalves(low01, low23));
  v128.store(to, highHalves(low01, low23), 32);
  v128.store(to, lowHalves(high01, high23), 64);
  v128.store(to, highHalves(high01, high23), 96);
}
