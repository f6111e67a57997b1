import { InputError } from '@advml/core';
import { type Command, readArgs } from '../command.ts';
import { exportToMlflow } from '../export/mlflow.ts';
import { mlflowClient } from '../export/mlflow-client.ts';
import { exportToTensorboard } from '../export/tensorboard.ts';

const OPTIONS = { to: { type: 'string' }, experiment: { type: 'string' } } as const;

const HELP = `Gives the runs in a folder to other programs: numbers of training, claims, settings.

Usage: advml export DIR --to tensorboard OUT
       advml export DIR --to mlflow URL [--experiment NAME]

DIR is the folder of a run or of a sweep, or one with such folders in it. Each seed is a run of its own.

  tensorboard  writes event files to OUT: numbers of training by phase, such as clean/loss, of each claim its number and whether it
               holds. Also of runs at work; the same call writes them anew
  mlflow       tells the finished runs to the server at URL by MLflow's REST interface: the same numbers, every setting, versions and
               machine. Runs that are there already are left as they are

Options:
  --to WHAT          tensorboard or mlflow
  --experiment NAME  MLflow's experiment. Default: the name of the run's experiment

A token for MLflow is taken from MLFLOW_TRACKING_TOKEN in the environment, or user and password from MLFLOW_TRACKING_USERNAME and
MLFLOW_TRACKING_PASSWORD, and told to nobody else.

Examples:
  advml export runs/window --to tensorboard runs/events && tensorboard --logdir runs/events
  advml export runs --to mlflow http://localhost:5000 --experiment purification
`;

/** `advml export`: runs for TensorBoard and MLflow. */
export const exportRuns: Command = {
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, OPTIONS);
    const [folder, target, ...more] = positionals;
    const { to, experiment } = values;
    if (to !== 'tensorboard' && to !== 'mlflow')
      throw new InputError(`--to must be tensorboard or mlflow, got '${to ?? ''}'`);
    if (target === undefined || target.trim() === '' || more.length > 0)
      throw new InputError(
        `export takes a folder and ${to === 'mlflow' ? "an address, such as 'advml export runs --to mlflow http://localhost:5000'" : "a folder for event files, such as 'advml export runs --to tensorboard events'"}, got ${positionals.length} words`,
      );
    if (to === 'tensorboard') {
      if (experiment !== undefined) throw new InputError('--experiment is for --to mlflow');
      const count = await exportToTensorboard(folder, target);
      terminal.out(`${count} runs are in ${target}; see them by: tensorboard --logdir ${target}\n`);
      return 0;
    }
    const { told, there, unfinished } = await exportToMlflow(folder, mlflowClient(target, process.env), experiment);
    const others = [there > 0 && `${there} were there already`, unfinished > 0 && `${unfinished} are not finished`];
    terminal.out(`${[`${told} runs are told`, ...others.filter((words) => words !== false)].join(', ')}\n`);
    return 0;
  },
};
