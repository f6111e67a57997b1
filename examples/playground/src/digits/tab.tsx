// A digit, chosen or drawn, attacked for a clean and for a robust network side by side.
import { useEffect, useState } from 'preact/hooks';
import { useAddress, write } from '../address.ts';
import { allowed } from '../train/setting.ts';
import { EpsSlider } from '../ui/eps-slider.tsx';
import { useWorker } from '../worker/use-worker.ts';
import { parsePixels, pixelText } from './drawing.ts';
import type { Digit, DigitsLab, Reading } from './lab.ts';
import { NetworkView, said } from './network-view.tsx';
import { Pad } from './pad.tsx';
import { changeField, digitField, type Way, ways } from './setting.ts';

const startWorker = () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });

/** The digit that the address names: one of the set, or a drawn one. */
function useDigit(lab: ReturnType<typeof useWorker<DigitsLab>>, fail: (error: Error) => void): Digit | undefined {
  const address = useAddress();
  const [drawn, is, index] = [
    address.get('drawn'),
    Number(address.get('is') ?? 0),
    allowed(digitField, address.get('digit')),
  ];
  const [digit, setDigit] = useState<Digit>();
  useEffect(() => {
    const pixels = parsePixels(drawn);
    if (pixels) return setDigit({ pixels, label: Number.isInteger(is) && is >= 0 && is <= 9 ? is : 0 });
    let isNewest = true;
    lab.digit(index).then((next) => isNewest && setDigit(next), fail);
    return () => {
      isNewest = false;
    };
  }, [lab, drawn, is, index, fail]);
  return digit;
}

export function DigitsTab() {
  const lab = useWorker<DigitsLab>(startWorker, ['digit', 'attack']);
  const address = useAddress();
  const index = allowed(digitField, address.get('digit'));
  const given = allowed(changeField, address.get('change'));
  const [eps, setEps] = useState(given);
  const [failure, setFailure] = useState<Error>();
  const [choices, setChoices] = useState(0); // a chosen digit begins a new drawing
  const digit = useDigit(lab, setFailure);
  const [readings, setReadings] = useState<{ readonly of: Digit; readonly by: Readonly<Record<Way, Reading>> }>();
  useEffect(() => setEps(given), [given]);
  useEffect(() => {
    if (!digit) return;
    let isNewest = true;
    lab.attack(digit).then((by) => isNewest && setReadings({ of: digit, by }), setFailure);
    return () => {
      isNewest = false;
    };
  }, [lab, digit]);

  const choose = (next: number) => {
    setChoices(choices + 1);
    write({ digit: next === 0 ? undefined : String(next), drawn: undefined, is: undefined }, 'push');
  };
  const draw = (pixels: Float32Array, label: number) =>
    write({ drawn: pixelText(pixels), is: String(label) }, 'replace');
  if (failure) return <p role="alert">The digits could not be attacked: {failure.message}</p>;
  return (
    <>
      <p class="lead">
        Both networks read handwritten digits of 8 × 8 pixels. One learned from digits as they are, the other from
        digits under attack. Choose one or draw your own, then let the attacker change it a little.
      </p>
      <div class="panel digits">
        {digit && (
          <>
            <Pad key={choices} pixels={digit.pixels} change={(pixels) => draw(pixels, digit.label)} />
            <div class="choose">
              <label>
                digit no.{' '}
                <input
                  type="number"
                  min={digitField.min}
                  max={digitField.max}
                  value={index}
                  onChange={({ currentTarget }) => choose(allowed(digitField, currentTarget.value))}
                />
              </label>
              <button type="button" onClick={() => choose((index + 1) % (digitField.max + 1))}>
                Next
              </button>
              <label>
                it is a{' '}
                <select
                  value={digit.label}
                  onChange={({ currentTarget }) => draw(digit.pixels, Number(currentTarget.value))}
                >
                  {Array.from({ length: 10 }, (_, label) => (
                    <option key={label} value={label}>
                      {label}
                    </option>
                  ))}
                </select>
              </label>
              <p class="facts">
                Draw on the black square with mouse, finger or pen; with the keyboard, by arrows and space bar.
              </p>
              <EpsSlider
                value={given}
                max={changeField.max}
                step={changeField.step}
                digits={2}
                describe={(value) =>
                  readings ? ways.map((way) => said(way, readings.by[way], readings.of, value)).join('; ') : ''
                }
                follow={setEps}
                settle={(value) => write({ change: value.toFixed(2) }, 'replace')}
              />
              <p class="facts">ε is the most that each pixel may change (linf), black being 0 and white 1.</p>
            </div>
          </>
        )}
      </div>
      <div class="figures">
        {readings &&
          ways.map((way) => (
            <NetworkView key={way} way={way} reading={readings.by[way]} digit={readings.of} eps={eps} />
          ))}
      </div>
      {!readings && <p role="status">Loading the networks …</p>}
    </>
  );
}
