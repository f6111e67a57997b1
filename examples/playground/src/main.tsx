import { render } from 'preact';
import { App } from './app.tsx';
import './style/page.css';
import './style/controls.css';
import './style/figures.css';

render(<App />, document.body);
