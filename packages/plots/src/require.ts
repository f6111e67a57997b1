/** Refuses what is no list, or an empty one: a figure without data would look like a result. */
export function requireSome(name: string, values: ArrayLike<unknown>): void {
  if (typeof values !== 'object' || !Number.isInteger(values?.length))
    throw new RangeError(`${name} must be a list, got ${values}`);
  if (values.length === 0) throw new RangeError(`${name} must not be empty`);
}

/** Refuses any named value that is NaN or infinite; `where` says which record holds it. */
export function requireFinite(where: string, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isFinite(value)) throw new RangeError(`${where}: ${name} must be a finite number, got ${value}`);
  }
}

/** Refuses a list of numbers that is empty or holds NaN or an infinity. */
export function requireFiniteValues(name: string, values: ArrayLike<number>): void {
  requireSome(name, values);
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) throw new RangeError(`${name} must be finite, got ${values[i]} at entry ${i}`);
  }
}

/** Refuses an interval that does not hold its value: `low <= value <= high`. */
export function requireInterval(where: string, low: number, value: number, high: number): void {
  requireFinite(where, { low, value, high });
  if (!(low <= value && value <= high)) {
    throw new RangeError(`${where}: the interval must hold the value, got ${value} in [${low}, ${high}]`);
  }
}

/** Refuses a share outside [0, 1], such as an accuracy given in percent. */
export function requireShare(where: string, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!(value >= 0 && value <= 1)) throw new RangeError(`${where}: ${name} must be between 0 and 1, got ${value}`);
  }
}

/** Refuses two records with one label: a reader could not tell them apart. */
export function requireDistinct(name: string, records: readonly { readonly label: string }[]): void {
  const labels = new Set<string>();
  for (const { label } of records) {
    if (labels.has(label)) throw new RangeError(`${name} must have distinct labels, got "${label}" twice`);
    labels.add(label);
  }
}

/** Refuses a word that is none of those that an option may be. */
export function requireOneOf<Word extends string>(name: string, word: Word | undefined, words: readonly Word[]): void {
  if (word === undefined || words.includes(word)) return;
  throw new RangeError(`${name} must be ${words.map((each) => `'${each}'`).join(' or ')}, got '${word}'`);
}

/** Refuses the ends of an axis that are not finite or do not rise. */
export function requireDomain([low, high]: readonly [number, number]): void {
  requireFinite('domain', { low, high });
  if (low >= high) throw new RangeError(`domain must rise, got [${low}, ${high}]`);
}

/** Refuses values, or a bar that there may be, outside the ends of an axis, beyond rounding: they would be drawn outside the frame. */
export function requireInside(
  where: string,
  values: ArrayLike<number | undefined>,
  [low, high]: readonly [number, number],
): void {
  const rounding = 1e-6 * (high - low);
  for (const value of Array.from(values))
    if (value !== undefined && (value < low - rounding || value > high + rounding))
      throw new RangeError(`${where}: ${value} lies outside the domain [${low}, ${high}]; widen it`);
}
