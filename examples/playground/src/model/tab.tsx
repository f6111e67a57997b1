// A visitor's own model, attacked on this page.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useAddress, write } from '../address.ts';
import { allowed } from '../train/setting.ts';
import { EpsSlider } from '../ui/eps-slider.tsx';
import { FileDrop } from '../ui/file-drop.tsx';
import { remote } from '../worker/remote.ts';
import { AttackedView, said } from './attacked-view.tsx';
import { ImageChoice, ModelSettings } from './choices.tsx';
import type { AttackedImage, Facts, ModelLab } from './lab.ts';
import { readImage } from './read-image.ts';
import { builtInField, modelSettingOf, sizeField } from './setting.ts';

const startWorker = () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });

const bytesOf = async (file: File) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });

export function ModelTab() {
  const [worker, setWorker] = useState(startWorker);
  const [done, setDone] = useState(0);
  const lab = useMemo(() => remote<ModelLab>(worker, ['open', 'builtIn', 'attack'], setDone), [worker]);
  const address = useAddress();
  const setting = modelSettingOf(address);
  const slider = sizeField(setting);
  const given = allowed(slider, address.get('size'));
  const index = allowed(builtInField, address.get('image'));
  const [eps, setEps] = useState(given);
  const [message, setMessage] = useState('');
  const [pending, setPending] = useState(0);
  const [model, setModel] = useState<{ readonly name: string; readonly facts: Facts }>();
  const [own, setOwn] = useState<Float32Array>();
  const [attacked, setAttacked] = useState<AttackedImage>();
  useEffect(() => setEps(given), [given]);

  /** Does something and says what it is, or why it failed; what else went wrong meanwhile stays said. */
  const attempt = async (doing: string, work: () => Promise<void>) => {
    const busy = `${doing} …`;
    setMessage(busy);
    setDone(0);
    setPending((works) => works + 1);
    await work().then(
      () => setMessage((now) => (now === busy ? '' : now)),
      ({ message: reason }: Error) => setMessage(reason),
    );
    setPending((works) => Math.max(0, works - 1));
  };
  const picture = useRef<File | undefined>(undefined); // the last, unless an image or a model was chosen since
  const noPicture = () => {
    picture.current = undefined;
    setOwn(undefined);
  };
  const takePicture = async (file: File, shape: Facts['shape']) => {
    picture.current = file;
    const image = await readImage(file, shape);
    if (picture.current === file) setOwn(image);
  };
  /** Ends the worker at once, whatever it is at, and the model with it. */
  const stop = () => {
    worker.terminate();
    setWorker(startWorker);
    setModel(undefined);
    noPicture();
    setAttacked(undefined);
    setPending(0);
    setMessage('Stopped. Give a model to begin again.');
  };
  const open = (files: readonly File[]) =>
    attempt('Reading the model', async () => {
      const facts = await lab.open(await Promise.all(files.map(bytesOf)));
      noPicture();
      setAttacked(undefined);
      setModel({ name: files.map(({ name }) => name).join(', '), facts });
    });
  useEffect(() => {
    if (!model) return;
    let isNewest = true;
    attempt('Attacking', async () => {
      const image = own ?? (await lab.builtIn(index));
      const found = isNewest ? await lab.attack(image, setting) : undefined;
      if (isNewest) setAttacked(found);
    });
    return () => {
      isNewest = false;
    };
  }, [lab, model, own, index, setting.norm, setting.range]);

  return (
    <>
      <p class="lead">
        Give the page a network of yours that reads images: one <b>.onnx</b> file, or <b>model.json</b> of TensorFlow.js
        together with its weights. It stays here: nothing is sent, and nothing is kept when the page is closed.
      </p>
      <FileDrop label="Choose the files of a model" accept=".onnx,.json,.bin" give={open} />
      <div class="doing">
        <p class="status" role="status">
          {message}
        </p>
        {pending > 0 && (
          <div class="buttons late">
            <progress value={done} aria-label="share that is done" />
            <button type="button" onClick={stop}>
              Stop
            </button>
          </div>
        )}
      </div>
      {model && (
        <div class="panel">
          <p>
            <b data-figure="model">{model.name}</b>: images of {model.facts.shape.join(' × ')}, {model.facts.classes}{' '}
            classes
          </p>
          {model.facts.notes.length > 0 && (
            <ul class="facts">
              {model.facts.notes.map((note) => (
                <li key={note}>{note}</li>
              ))}
            </ul>
          )}
          <div class="controls">
            <ImageChoice
              index={index}
              choose={(next) => {
                noPicture();
                write({ image: next === 0 ? undefined : String(next) }, 'push');
              }}
              give={([file]) => attempt('Reading the picture', () => takePicture(file, model.facts.shape))}
            />
            <ModelSettings setting={setting} change={(changes) => write({ ...changes, size: undefined }, 'push')} />
            <EpsSlider
              value={given}
              max={slider.max}
              step={slider.step}
              digits={2}
              describe={(value) =>
                attacked && JSON.stringify(attacked.of) === JSON.stringify(setting) ? said(attacked, value) : ''
              }
              follow={setEps}
              settle={(value) => write({ size: value.toFixed(2) }, 'replace')}
            />
          </div>
        </div>
      )}
      {model && attacked && <AttackedView attacked={attacked} facts={model.facts} eps={eps} />}
    </>
  );
}
