/**
 * How many times longer this machine takes at the moment than it would if nobody else used it: the time that a short computation takes
 * over the processor time of it. Bounds on times are multiplied by it.
 *
 * @returns {number} At least 1.
 */
export function slowdown() {
  const [start, used] = [performance.now(), process.cpuUsage()];
  const spent = () => {
    const { user, system } = process.cpuUsage(used);
    return (user + system) / 1000;
  };
  while (spent() < 100) Math.sqrt(2);
  return Math.max(1, (performance.now() - start) / spent());
}
