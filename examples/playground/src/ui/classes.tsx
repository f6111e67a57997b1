// Probabilities of classes as bars; the label's own stands out.

interface ClassesProps {
  /** The probability of each class. */
  readonly probabilities: ArrayLike<number>;
  /** What each class is called. */
  readonly names: readonly string[];
  /** The class that is right. */
  readonly label: number;
}

export function Classes({ probabilities, names, label }: ClassesProps) {
  return (
    <ol class="classes">
      {names.map((name, at) => (
        <li key={name} class={at === label ? 'certified' : 'attacked'}>
          <span>{name}</span>
          <span class="bar" aria-hidden="true">
            <i style={{ width: `${100 * probabilities[at]}%` }} />
          </span>
          <span>{Math.round(100 * probabilities[at])}%</span>
        </li>
      ))}
    </ol>
  );
}
