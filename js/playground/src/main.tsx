import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/layout.css';
import './styles/stage.css';
import './styles/filmstrip.css';
import './styles/panel.css';
import { App } from './components/app.js';
import { keepForOffline } from './offline.js';
import { addSamples } from './queue.js';
import { SAMPLES } from './samples.js';
import { forgetStaleResults } from './save.js';
import { followSelection } from './session.js';

const root = document.querySelector('#app');
if (root) render(<App />, root);
followSelection();
forgetStaleResults();
// So that there is something to see at once.
addSamples(SAMPLES);
// After the page itself, which needs the network more.
addEventListener('load', () => void keepForOffline());
