import {
  add,
  type CropAndResizeAttrs,
  cast,
  clipByValue,
  concat,
  div,
  floor,
  type GradConfig,
  gather,
  greaterEqual,
  image as images,
  less,
  logicalAnd,
  maximum,
  minimum,
  mul,
  range,
  reshape,
  scalar,
  slice,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  unsortedSegmentSum,
  where,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { gradient } from './gradient.ts';

/** Where the rows, or columns, of the crops lie in the images. */
interface Along {
  /** Whether each lies inside the image: [boxes, crop]. */
  readonly inside: Tensor;
  /** The rows that it is mixed from. */
  readonly low: Tensor;
  readonly high: Tensor;
  /** The share of the second of them. */
  readonly share: Tensor;
}

/** Boxes cut out of images and brought to one size, in the images and in the boxes. */
export const crops: readonly GradConfig[] = [
  gradient<CropAndResizeAttrs>(
    'CropAndResize',
    { inputs: ['image', 'boxes', 'boxInd'] },
    (dy, [image, boxes, boxInd], { cropSize, method }) => {
      const [, height, width] = image.shape;
      const rows = () => along(boxes, 0, height, cropSize[0], method);
      const columns = () => along(boxes, 1, width, cropSize[1], method);
      return {
        image: () => inImage(dy, image.shape, boxInd, rows(), columns()),
        boxes: () => (method === 'nearest' ? zeros(boxes.shape) : inBoxes(dy, image, boxInd, rows(), columns())),
        boxInd: () => zeros(boxInd.shape),
      };
    },
  ),
];

function along(boxes: Tensor, axis: 0 | 1, length: number, size: number, method: 'bilinear' | 'nearest'): Along {
  const side = (which: number) => slice(boxes, [0, which], [boxes.shape[0], 1]);
  const [first, last] = [side(axis), side(axis + 2)];
  const seen = cropOfNumbers(first, last, length, size, method);
  const inside = greaterEqual(seen, 0);
  if (method === 'nearest') return { inside, low: seen, high: seen, share: mul(seen, 0) };
  const at =
    size > 1
      ? add(first, mul(div(sub(last, first), size - 1), reshape(range(0, size), [1, size])))
      : mul(0.5, add(first, last));
  const place = mul(at, length - 1);
  const low = clipByValue(floor(place), 0, length - 1); // rounding may lead out of the image where the kernel stays inside
  return { inside, low, high: minimum(add(low, 1), length - 1), share: sub(place, low) };
}

/**
 * What the kernel makes of pixels that hold their own numbers, [boxes, size], and -1 outside: it alone knows how it rounds places.
 */
function cropOfNumbers(first: Tensor, last: Tensor, length: number, size: number, method: 'bilinear' | 'nearest') {
  const [count] = first.shape;
  const pixels = reshape(range(0, length), [1, length, 1, 1]) as Tensor4D;
  const boxes = concat([first, zerosLike(first), last, zerosLike(last)], 1) as Tensor2D;
  const crop = images.cropAndResize(pixels, boxes, zeros([count], 'int32') as Tensor1D, [size, 1], method, -1);
  return reshape(crop, [count, size]);
}

/** Which pixel of all images each pixel of the crops is, -1 outside: [boxes * rows * columns], whole numbers. */
function places(shape: number[], boxInd: Tensor, rows: Along, columns: Along, row: Tensor, column: Tensor): Tensor1D {
  const [batch, height, width] = shape;
  const [[boxes, tall], [, wide]] = [row.shape as number[], column.shape as number[]];
  const image = reshape(boxInd, [boxes, 1, 1]);
  const vertical = reshape(cast(row, 'int32'), [boxes, tall, 1]);
  const horizontal = reshape(cast(column, 'int32'), [boxes, 1, wide]);
  const whole = (value: number) => scalar(value, 'int32');
  const pixel = add(mul(add(mul(image, whole(height)), vertical), whole(width)), horizontal);
  const exists = logicalAnd(
    less(image, whole(batch)),
    logicalAnd(reshape(rows.inside, [boxes, tall, 1]), reshape(columns.inside, [boxes, 1, wide])),
  );
  return reshape(where(exists, pixel, whole(-1)), [boxes * tall * wide]) as Tensor1D;
}

interface Corner {
  readonly row: Tensor;
  readonly column: Tensor;
  readonly rowShare: Tensor;
  readonly columnShare: Tensor;
  /** How the shares grow with the place of the row and of the column. */
  readonly signs: readonly [row: number, column: number];
}

/** The four pixels that each pixel of a crop is mixed from. */
function corners(rows: Along, columns: Along): Corner[] {
  const ends = ({ low, high, share }: Along) => [
    { at: low, share: sub(1, share), sign: -1 },
    { at: high, share, sign: 1 },
  ];
  return ends(rows).flatMap((row) =>
    ends(columns).map((column) => ({
      row: row.at,
      column: column.at,
      rowShare: row.share,
      columnShare: column.share,
      signs: [row.sign, column.sign] as const,
    })),
  );
}

function inImage(dy: Tensor, shape: number[], boxInd: Tensor, rows: Along, columns: Along): Tensor {
  const [boxes, tall, wide, channels] = dy.shape;
  const parts = corners(rows, columns).map(({ row, column, rowShare, columnShare }) => {
    const shares = mul(reshape(rowShare, [boxes, tall, 1, 1]), reshape(columnShare, [boxes, 1, wide, 1]));
    const target = places(shape, boxInd, rows, columns, row, column);
    const pixels = shape[0] * shape[1] * shape[2];
    return unsortedSegmentSum(reshape(mul(dy, shares), [boxes * tall * wide, channels]), target, pixels);
  });
  return reshape(parts.reduce(add), shape);
}

function inBoxes(dy: Tensor, image: Tensor, boxInd: Tensor, rows: Along, columns: Along): Tensor {
  const [boxes, tall, wide, channels] = dy.shape;
  const [batch, height, width] = image.shape;
  const pixels = reshape(image, [batch * height * width, channels]);
  const changes = corners(rows, columns).map(({ row, column, rowShare, columnShare, signs }) => {
    const from = places(image.shape, boxInd, rows, columns, row, column);
    const picked = reshape(gather(pixels, maximum(from, scalar(0, 'int32')) as Tensor1D), dy.shape);
    const exists = cast(reshape(greaterEqual(from, scalar(0, 'int32')), [boxes, tall, wide]), 'float32');
    const each = mul(sum(mul(dy, picked), 3), exists); // [boxes, tall, wide]
    return {
      row: sum(mul(each, mul(signs[0], reshape(columnShare, [boxes, 1, wide]))), 2), // [boxes, tall]
      column: sum(mul(each, mul(signs[1], reshape(rowShare, [boxes, tall, 1]))), 1), // [boxes, wide]
    };
  });
  const [top, bottom] = ofSides(changes.map(({ row }) => row).reduce(add), height);
  const [left, right] = ofSides(changes.map(({ column }) => column).reduce(add), width);
  return concat([top, left, bottom, right], 1);
}

/** From places along an axis to the two sides of the boxes that place them. */
function ofSides(changes: Tensor, length: number): [first: Tensor, last: Tensor] {
  const [, size] = changes.shape as number[];
  const toLast = size > 1 ? div(reshape(range(0, size), [1, size]), size - 1) : scalar(0.5);
  const total = (shares: Tensor) => sum(mul(changes, mul(length - 1, shares)), 1, true);
  return [total(sub(1, toLast)), total(toLast)];
}
