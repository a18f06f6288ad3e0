import { createEnhancer } from 'limpid';

const enhancer = await createEnhancer();
const { blob, recipe } = await enhancer.enhance('photo.jpg', { output: 'blob' });

// What the test asks for. Loaded later, as pages do with what they seldom need.
const { report } = await import('./report.js');
window.result = await report(enhancer, blob, recipe);
enhancer.dispose();
