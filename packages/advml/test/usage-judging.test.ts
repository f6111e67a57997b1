// What is wrong with a command line of attack or certify is said before anything is read.
import { describe, expect, it } from 'vitest';
import { here } from './here.ts';

describe('advml certify', () => {
  const files = ['--weights', 'w', '--data', 'd', '--norm', 'l2', '--eps', '1'];
  it.each([
    [[], 'certify needs --model, --data, --norm, --eps, or the folder of a run'],
    [[], "such as 'advml certify runs/mine'; see advml certify --help"],
    [
      [...files, '--certifier', 'ibp'],
      "--certifier must be one of joint, crown, interval, lipschitz, exact, smoothing, auto, got 'ibp'",
    ],
    [[...files, '--certifier', 'smoothing'], '--certifier smoothing needs --sigma'],
    [[...files, '--sigma', '0'], "--sigma must be a number > 0, got '0'"],
    [[...files, '--sigma', '1', '--alpha', '1'], "--alpha must be between 0 and 1, such as 0.001, got '1'"],
    [[...files, '--nodes', '0'], "--nodes must be an integer >= 1, got '0'"],
    [[...files, '--battery', 'best'], "--battery must be standard, quick or black-box, got 'best'"],
    [[...files, '--out', ''], "--out must be a path, such as certificates/mine, got ''"],
    [[...files, '--certifer', 'exact'], "Unknown option '--certifer'"],
    [[...files, '--certifier', 'crown', '--nodes', '9'], '--nodes belongs to --certifier exact, got --certifier crown'],
    [[...files, '--sigma', '1'], '--sigma belongs to --certifier smoothing, got --certifier auto'],
    [[...files, '--samples', '9'], '--samples belongs to --certifier smoothing, got --certifier auto'],
    [[...files, '--queries', '9'], '--queries belongs to --battery standard or black-box, got --battery quick'],
    [[...files, '--targets', '9'], '--targets belongs to --battery standard, got --battery quick'],
    [
      [...files, '--certifier', 'smoothing', '--sigma', '1', '--survivors'],
      '--survivors is for attacks, and --certifier smoothing makes none',
    ],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await here('certify', ...args);
    expect(stderr).toContain(message);
    expect([code, stdout]).toEqual([2, '']);
  });
});

describe('advml attack', () => {
  const files = ['--weights', 'w', '--network', 'mlp', '--data', 'd', '--norm', 'l2', '--eps', '1'];
  it.each([
    [[], 'attack needs --model, --data, --norm, --eps, or the folder of a run'],
    [files.slice(2), 'attack needs --model, or the folder of a run'],
    [[...files, 'runs/mine'], '--weights is for files, and the run in runs/mine knows its own'],
    [['a', 'b', 'c'], "attack takes the folder of one run and the module of its experiment, got also 'c'"],
    [[...files, '--of', 'clean'], '--of is about a run: give the folder of the run, too'],
    [[...files, '--trust'], '--trust is about a run'],
    [[...files, '--battery', 'black-box', '--steps', '9'], '--steps belongs to --battery standard or quick'],
    [[...files, '--norm', 'l3'], "--norm must be l0, l1, l2 or linf, got 'l3'"],
    [[...files, '--eps', '1,2'], '--eps takes one radius; further ones belong to --curve'],
    [[...files, '--box', '0'], "--box must be LOW,HIGH, such as 0,1, got '0'"],
    [[...files, '--targets', '0'], '--targets must be an integer >= 1'],
    [[...files, '--divide-by', '0'], "--divide-by must be a number > 0, got '0'"],
    [[...files, '--scale', '1/0'], "--scale must be numbers with commas between them, got '1/0'"],
    [[...files, '--scale', '1/255', '--divide-by', '255'], '--scale and --divide-by say the same'],
    [[...files, '--model', 'm.onnx'], '--model and --weights say the same'],
    [[...files, '--first', '3', '--indices', '1'], '--first and --indices both say which examples'],
    [[...files, '--layout', 'hwc'], "--layout must be nchw (channels first) or nhwc (channels last), got 'hwc'"],
    [[...files, '--size', '32'], "--size must be WIDTHxHEIGHT, such as 32x32, got '32'"],
    [['runs/mine', '--mean', '0.5'], '--mean is for files, and the run in runs/mine knows its own'],
    [[...files, '--survivor'], 'did you mean --survivors?'],
    [[...files, '--frist', '3'], 'did you mean --first?'], // --trust is as near
    [[...files, '--wieghts', 'x'], 'did you mean --weights?'],
    [[...files, '--battery', 'best'], "--battery must be standard, quick or black-box, got 'best'"],
    [[...files, '--out', ''], "--out must be a path, such as attacks/mine, got ''"],
  ])('%j is refused: %s', async (args, reason) => {
    const { code, stdout, stderr } = await here('attack', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(reason);
  });
});
