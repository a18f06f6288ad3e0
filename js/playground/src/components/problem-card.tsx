// A failure, plainly: what is wrong, what was found, what to do.

import type { ComponentChildren } from 'preact';
import type { Problem } from '../problem.js';
import { WarnIcon } from './icons.js';

export function ProblemCard({ title, problem, children }: { title: string; problem: Problem; children?: ComponentChildren }) {
  return (
    <div class="problem" role="alert">
      <WarnIcon />
      <div>
        <p class="problem-title">{title}</p>
        <p>{problem.what}</p>
        {problem.found !== '' && <p class="found">Found: {problem.found}</p>}
        <p class="hint">{problem.hint}</p>
        <p>
          <code class="code">{problem.code}</code>
        </p>
        {children}
      </div>
    </div>
  );
}
