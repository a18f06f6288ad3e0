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
import { addSamples, atRest } from './queue.js';
import { SAMPLES } from './samples.js';
import { forgetStaleResults } from './save.js';
import { followSelection } from './session.js';

// So that there is something to see at once; before the page is drawn, so that nothing moves when they come.
addSamples(SAMPLES);
followSelection();
forgetStaleResults();
const root = document.querySelector('#app');
if (root) render(<App />, root);
// After the first photographs, which need the network and the processor more.
addEventListener('load', () => void atRest().then(keepForOffline));
