// Lines over a common axis, as SVG in the page's own colours.
import { useRef } from 'preact/hooks';
import { linear, niceTicks } from './scale.ts';
import { useWidth } from './use-width.ts';

/** A line; its colour is that of its class in the style sheet. */
export interface Line {
  readonly className: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A place on the x axis. */
export interface Mark {
  readonly at: number;
  readonly label: string;
  readonly className?: string;
  /** Where the label stands. Default: at the bottom. */
  readonly isOnTop?: boolean;
}

interface LineChartProps {
  /** What the figure says, for people who cannot see it. */
  readonly description: string;
  readonly lines: readonly Line[];
  readonly x: { readonly label: string; readonly domain: readonly [number, number] };
  readonly y: { readonly label: string; readonly domain: readonly [number, number]; format?(value: number): string };
  /** Vertical rules. */
  readonly marks?: readonly Mark[];
  /** A part of the x axis that is shaded. */
  readonly band?: readonly [number, number];
  /** Whether the line y = 0 is drawn. */
  readonly zero?: boolean;
  readonly height?: number;
}

const MARGIN = { left: 46, right: 14, top: 18, bottom: 40 };

export function LineChart({ description, lines, x, y, marks = [], band, zero, height = 220 }: LineChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const [right, bottom] = [width - MARGIN.right, height - MARGIN.bottom];
  const toX = linear(x.domain, [MARGIN.left, right]);
  const toY = linear(y.domain, [bottom, MARGIN.top]);
  const format = y.format ?? String;
  const path = ({ points }: Line) => points.map(([a, b], at) => `${at ? 'L' : 'M'}${toX(a)} ${toY(b)}`).join('');
  return (
    <div class="chart" ref={frame} style={{ height: `${height}px` }}>
      {width > 0 && (
        <svg role="img" aria-label={description} width={width} height={height}>
          {band && (
            <rect
              class="band"
              x={toX(band[0])}
              width={toX(band[1]) - toX(band[0])}
              y={MARGIN.top}
              height={bottom - MARGIN.top}
            />
          )}
          {niceTicks(y.domain, 4).map((value) => (
            <g key={value} class="tick">
              <line x1={MARGIN.left} x2={right} y1={toY(value)} y2={toY(value)} />
              <text x={MARGIN.left - 7} y={toY(value)} dy="0.32em" text-anchor="end">
                {format(value)}
              </text>
            </g>
          ))}
          {niceTicks(x.domain, width / 90).map((value) => (
            <text key={value} class="tick" x={toX(value)} y={bottom + 16} text-anchor="middle">
              {value}
            </text>
          ))}
          <text class="axis" x={right} y={height - 6} text-anchor="end">
            {x.label}
          </text>
          <text class="axis" x={2} y={10}>
            {y.label}
          </text>
          {zero && <line class="zero" x1={MARGIN.left} x2={right} y1={toY(0)} y2={toY(0)} />}
          {marks.map((mark) => (
            <Rule
              key={mark.label}
              mark={mark}
              at={toX(mark.at)}
              isLeft={toX(mark.at) > width / 2}
              ends={[MARGIN.top, bottom]}
            />
          ))}
          {lines.map((line) => (
            <path key={line.className} class={`line ${line.className}`} d={path(line)} />
          ))}
        </svg>
      )}
    </div>
  );
}

interface RuleProps {
  readonly mark: Mark;
  /** In pixels, like the ends. */
  readonly at: number;
  /** Whether the label stands on the left. */
  readonly isLeft: boolean;
  readonly ends: readonly [number, number];
}

function Rule({ mark: { label, className = '', isOnTop }, at, isLeft, ends: [top, bottom] }: RuleProps) {
  return (
    <g class={`mark ${className}`}>
      <line x1={at} x2={at} y1={top} y2={bottom} />
      <text x={at + (isLeft ? -5 : 5)} y={isOnTop ? top + 11 : bottom - 6} text-anchor={isLeft ? 'end' : 'start'}>
        {label}
      </text>
    </g>
  );
}
