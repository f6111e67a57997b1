/**
 * A function that makes what belongs to an argument once, however many examples share it.
 *
 * @param make - Makes it; nobody may change it.
 * @returns What was made for the argument.
 */
export function onceForEach<Given, Made>(make: (given: Given) => Made): (given: Given) => Made {
  const made = new Map<Given, Made>();
  return (given) => {
    const own = made.get(given) ?? make(given);
    made.set(given, own);
    return own;
  };
}
