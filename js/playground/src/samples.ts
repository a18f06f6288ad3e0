/** In public/samples; CC0, as README.md there says. */
export const SAMPLES = ['canyon-wren.jpg', 'high-trestle-trail.jpg', 'oakland-zoo-otters.jpg', 'casa-mila.jpg'];
