// Numbers as bars above and below a line, on a canvas.
import { useEffect, useRef } from 'preact/hooks';
import { useDark } from './colours.ts';
import { useWidth } from './use-width.ts';

interface BarsProps {
  readonly values: ArrayLike<number>;
  /** The largest size that is drawn whole. */
  readonly limit: number;
  /** In pixels. */
  readonly height: number;
  /** The picture in words. */
  readonly description: string;
  /** Whether the bars are those of an attack. */
  readonly isAttack?: boolean;
}

export function Bars({ values, limit, height, description, isAttack = false }: BarsProps) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(frame);
  const isDark = useDark();
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || width === 0) return;
    const [wide, high] = [width * devicePixelRatio, height * devicePixelRatio];
    Object.assign(context.canvas, { width: wide, height: high });
    const style = getComputedStyle(context.canvas);
    const [step, middle] = [wide / values.length, high / 2];
    context.fillStyle = style.getPropertyValue(isAttack ? '--attacked' : '--quiet');
    for (let at = 0; at < values.length; at++) {
      const size = Math.min(1, Math.abs(values[at]) / limit) * middle;
      context.fillRect(at * step, values[at] > 0 ? middle - size : middle, Math.max(1, 0.8 * step), size);
    }
    context.fillStyle = style.getPropertyValue('--line');
    context.fillRect(0, middle, wide, devicePixelRatio);
  }, [values, limit, width, height, isDark, isAttack]);
  return (
    <div ref={frame} style={{ height: `${height}px` }}>
      <canvas ref={canvas} role="img" aria-label={description} />
    </div>
  );
}
