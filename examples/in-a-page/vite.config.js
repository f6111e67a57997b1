// What a page with @advml/wasm in a worker needs of Vite: workers as modules, since what they import has parts of its own.
export default {
  worker: { format: 'es' },
  build: { target: 'es2022' },
};
