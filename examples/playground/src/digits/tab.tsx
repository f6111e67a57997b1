// A digit, chosen or drawn, attacked for a clean and for a robust network side by side.
import { useEffect, useState } from 'preact/hooks';
import { useAddress, write } from '../address.ts';
import { allowed } from '../train/setting.ts';
import { EpsSlider } from '../ui/eps-slider.tsx';
import type { Remote } from '../worker/remote.ts';
import { useLater } from '../worker/use-later.ts';
import { useWorker } from '../worker/use-worker.ts';
import { DigitChoice } from './choice.tsx';
import { parsePixels, pixelText } from './drawing.ts';
import type { Digit, DigitsLab } from './lab.ts';
import { NetworkView, said } from './network-view.tsx';
import { Pad } from './pad.tsx';
import { changeField, digitField, labelField, ways } from './setting.ts';

const startWorker = () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });

/** The digit that the address names: a drawn one, or one of the set. */
async function digitOf(lab: Remote<DigitsLab>, drawn: string | null, is: string | null, index: number): Promise<Digit> {
  const pixels = parsePixels(drawn);
  return pixels ? { pixels, label: allowed(labelField, is) } : lab.digit(index);
}

export function DigitsTab() {
  const lab = useWorker<DigitsLab>(startWorker, ['digit', 'attack']);
  const address = useAddress();
  const [drawn, is, index] = [address.get('drawn'), address.get('is'), allowed(digitField, address.get('digit'))];
  const given = allowed(changeField, address.get('change'));
  const [eps, setEps] = useState(given);
  const [failure, fail] = useState<Error>();
  const [choices, setChoices] = useState(0); // a chosen digit begins a new drawing
  const digit = useLater(() => digitOf(lab, drawn, is, index), [lab, drawn, is, index], fail);
  const readings = useLater(() => digit && lab.attack(digit).then((by) => ({ of: digit, by })), [lab, digit], fail);
  useEffect(() => setEps(given), [given]);

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
              <DigitChoice index={index} digit={digit} choose={choose} name={(label) => draw(digit.pixels, label)} />
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
