// Where a visitor draws a digit: with a mouse, a finger or a pen, or pixel by pixel with the keyboard.
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Bitmap, drawn, empty, FINE, pixelsOf, SIDE } from './drawing.ts';

interface PadProps {
  /** The digit as it is now. */
  readonly pixels: Float32Array;
  /** Told when a stroke has ended or a pixel has changed. */
  change(pixels: Float32Array): void;
}

/** How far each key moves, in rows and columns. */
const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

const clamp = (place: number) => Math.min(SIDE - 1, Math.max(0, place));

export function Pad({ pixels, change }: PadProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [bitmap, setBitmap] = useState<Bitmap>();
  const [cursor, setCursor] = useState<readonly [number, number]>();
  useEffect(() => paint(canvas.current!, pixels, bitmap, cursor), [pixels, bitmap, cursor]);

  const place = ({ offsetX, offsetY, currentTarget }: PointerEvent): [number, number] => {
    const { clientWidth, clientHeight } = currentTarget as HTMLElement;
    return [(offsetX * FINE) / clientWidth, (offsetY * FINE) / clientHeight];
  };
  const onPointerDown = (event: PointerEvent) => {
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    setCursor(undefined);
    setBitmap(drawn({ ...(bitmap ?? empty()), last: undefined }, place(event)));
  };
  const onPointerMove = (event: PointerEvent) => {
    if (bitmap?.last) setBitmap(drawn(bitmap, place(event)));
  };
  const onPointerUp = () => {
    if (!bitmap?.last) return;
    setBitmap({ black: bitmap.black });
    change(pixelsOf(bitmap));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const [row, column] = cursor ?? [0, 0];
    const move = MOVES[event.key];
    if (!move && event.key !== ' ') return;
    event.preventDefault();
    setBitmap(undefined);
    if (move) return setCursor(cursor ? [clamp(row + move[0]), clamp(column + move[1])] : [0, 0]);
    const at = row * SIDE + column;
    change(pixels.map((pixel, other) => (other === at ? (pixel > 0.5 ? 0 : 1) : pixel)));
    setCursor([row, column]);
  };
  return (
    <div class="pad">
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: keys draw on it, so screen readers hand them on */}
      <canvas
        ref={canvas}
        width={FINE * 8}
        height={FINE * 8}
        tabIndex={0}
        role="application"
        aria-label="Digit of 8 by 8 pixels: draw on it, or move with the arrow keys and change a pixel with the space bar"
        {...{ onPointerDown, onPointerMove, onPointerUp, onKeyDown }}
        onPointerCancel={onPointerUp}
        onBlur={() => setCursor(undefined)}
      />
      <p class="hidden" role="status">
        {cursor &&
          `row ${cursor[0] + 1}, column ${cursor[1] + 1}: ${pixels[cursor[0] * SIDE + cursor[1]] > 0.5 ? 'white' : 'black'}`}
      </p>
      <button
        type="button"
        onClick={() => {
          setBitmap(undefined);
          change(new Float32Array(SIDE * SIDE));
        }}
      >
        Clear
      </button>
    </div>
  );
}

/** The strokes as they are drawn, or the pixels that they came to. */
function paint(
  canvas: HTMLCanvasElement,
  pixels: Float32Array,
  bitmap: Bitmap | undefined,
  cursor: readonly [number, number] | undefined,
): void {
  const context = canvas.getContext('2d')!;
  const isStroke = bitmap?.last !== undefined;
  const side = isStroke ? FINE : SIDE;
  const size = canvas.width / side;
  for (let at = 0; at < side * side; at++) {
    const level = Math.round(255 * (isStroke ? bitmap.black[at] : pixels[at]));
    context.fillStyle = `rgb(${level} ${level} ${level})`;
    context.fillRect((at % side) * size, Math.floor(at / side) * size, size, size);
  }
  if (!cursor) return;
  context.strokeStyle = '#ff8a3d';
  context.lineWidth = 4;
  context.strokeRect(cursor[1] * size + 2, cursor[0] * size + 2, size - 4, size - 4);
}
