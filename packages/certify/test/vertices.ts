// The least value of a piecewise-linear function of two numbers over ball and box, by looking at every vertex of its pieces.
import type { Region } from '../src/layered/region.ts';

/** The line `a x + b y = c`. */
type Line = readonly [a: number, b: number, c: number];
type Point = readonly [x: number, y: number];

/** A sum of piecewise-linear functions of linear ones. */
export interface Plane {
  /** Its value. */
  value(point: Point): number;
  /** Lines along which its slope changes. */
  readonly lines: readonly Line[];
}

/** How far beyond the region rounding may carry a vertex, as a share of the radius. */
const OUT = 1e-9;

function isIn({ norm, radius, below, above }: Region, [x, y]: Point): boolean {
  const slack = OUT * radius;
  if (x < -below[0] - slack || x > above[0] + slack || y < -below[1] - slack || y > above[1] + slack) return false;
  const size = { l1: Math.abs(x) + Math.abs(y), l2: Math.hypot(x, y), linf: Math.max(Math.abs(x), Math.abs(y)) };
  return size[norm] <= radius + slack;
}

/** Lines that the edge of a region is made of, but for a circle. */
function edgesOf({ norm, radius, below, above }: Region): readonly Line[] {
  const box: Line[] = [
    [1, 0, -below[0]],
    [1, 0, above[0]],
    [0, 1, -below[1]],
    [0, 1, above[1]],
  ];
  if (norm !== 'l1') return box;
  return [...box, ...[-1, 1].flatMap((b) => [-1, 1].map((side): Line => [1, b, side * radius]))];
}

function crossing([a, b, c]: Line, [d, e, f]: Line): Point {
  const determinant = a * e - b * d;
  return [(c * e - b * f) / determinant, (a * f - c * d) / determinant];
}

/** Where a line meets the circle. */
function onCircle([a, b, c]: Line, radius: number): readonly Point[] {
  const square = a * a + b * b;
  const root = Math.sqrt(radius * radius * square - c * c);
  return [-1, 1].map((side) => [(a * c - side * b * root) / square, (b * c + side * a * root) / square]);
}

/** On each arc of the circle between two vertices the function is linear: the point of the arc where it is least. */
function arcPoints({ value }: Plane, radius: number, corners: readonly Point[]): readonly Point[] {
  const angles = [...corners.map(([x, y]) => Math.atan2(y, x)), -Math.PI, Math.PI].sort((a, b) => a - b);
  return angles.slice(1).map((to, at) => {
    const middle = (angles[at] + to) / 2;
    const [x, y] = [radius * Math.cos(middle), radius * Math.sin(middle)];
    const step = 1e-7 * radius;
    const [gx, gy] = [
      (value([x + step, y]) - value([x - step, y])) / (2 * step),
      (value([x, y + step]) - value([x, y - step])) / (2 * step),
    ];
    const size = Math.hypot(gx, gy);
    return size > 0 ? [(-radius * gx) / size, (-radius * gy) / size] : [x, y];
  });
}

/** The least value over the region, and where it is. */
export function leastAtVertex(plane: Plane, region: Region): { readonly least: number; readonly at: Point } {
  const lines = [...plane.lines, ...edgesOf(region)];
  const points: Point[] = lines.flatMap((line, at) => lines.slice(at + 1).map((other) => crossing(line, other)));
  if (region.norm === 'l2') {
    const corners = lines
      .flatMap((line) => onCircle(line, region.radius))
      .filter((point) => point.every(Number.isFinite));
    points.push(...corners, ...arcPoints(plane, region.radius, corners));
  }
  points.push([0, 0]);
  return points
    .filter((point) => point.every(Number.isFinite) && isIn(region, point))
    .map((at) => ({ least: plane.value(at), at }))
    .reduce((best, own) => (own.least < best.least ? own : best));
}
