'use client';

import { createEnhancer } from 'limpid';
import { useEffect } from 'react';

async function enhancePhoto() {
  const enhancer = await createEnhancer();
  const { blob, recipe } = await enhancer.enhance('photo.jpg', { output: 'blob' });
  const { report } = await import('../report.js');
  window.result = await report(enhancer, blob, recipe);
  enhancer.dispose();
}

export default function Page() {
  useEffect(() => void enhancePhoto(), []);
  return <p>A client component: only pages have workers.</p>;
}
