// A module whose factory forgets its job.
export default () => undefined;
