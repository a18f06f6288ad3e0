// The levels before and after, on one scale; and the same in numbers.

import type { Histogram } from 'limpid';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { chartScale, summary } from '../histogram.js';
import { percent } from '../words.js';

const HEIGHT_PX = 84;
const LEVELS = Array.from({ length: 256 }, (_, level) => level);
const CHANNELS = ['red', 'green', 'blue', 'luma'] as const;

function colours(): Record<(typeof CHANNELS)[number], string> & { blend: GlobalCompositeOperation } {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(`--chart-${name}`).trim();
  return {
    red: value('red'),
    green: value('green'),
    blue: value('blue'),
    luma: value('luma'),
    blend: value('blend') as GlobalCompositeOperation,
  };
}

const dataOf = (histogram: Histogram): uPlot.AlignedData => [
  LEVELS,
  ...CHANNELS.map((channel) => Array.from(histogram[channel], Math.sqrt)),
];

function chart(parent: HTMLElement, histogram: Histogram): uPlot {
  const { blend, ...strokes } = colours();
  return new uPlot(
    {
      width: Math.max(1, parent.clientWidth),
      height: HEIGHT_PX,
      padding: [4, 0, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      axes: [{ show: false }, { show: false }],
      scales: { x: { time: false, range: [0, 255] }, y: { range: [0, 1] } },
      series: [
        {},
        ...CHANNELS.map((channel) => ({
          stroke: strokes[channel],
          ...(channel === 'luma' ? {} : { fill: strokes[channel] }),
          width: channel === 'luma' ? 1.25 : 0,
          points: { show: false },
        })),
      ],
      hooks: {
        drawClear: [
          ({ ctx }) => {
            ctx.globalCompositeOperation = blend;
          },
        ],
        draw: [
          ({ ctx }) => {
            ctx.globalCompositeOperation = 'source-over';
          },
        ],
      },
    },
    dataOf(histogram),
    parent,
  );
}

function Chart({ title, histogram, top }: { title: string; histogram: Histogram; top: number }) {
  const parent = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);

  useEffect(() => {
    const { current } = parent;
    if (!current) return undefined;
    const build = () => {
      plot.current?.destroy();
      plot.current = chart(current, histogram);
      plot.current.setScale('y', { min: 0, max: top });
    };
    build();
    const resize = new ResizeObserver(() =>
      plot.current?.setSize({ width: Math.max(1, current.clientWidth), height: HEIGHT_PX }),
    );
    resize.observe(current);
    const scheme = matchMedia('(prefers-color-scheme: light)');
    scheme.addEventListener('change', build);
    return () => {
      resize.disconnect();
      scheme.removeEventListener('change', build);
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, []);

  useEffect(() => {
    if (!plot.current) return;
    plot.current.setData(dataOf(histogram), false);
    plot.current.setScale('y', { min: 0, max: top });
  }, [histogram, top]);

  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <div ref={parent} class="plot" role="img" aria-label={`Histogram ${title.toLowerCase()}. ${sentence(histogram)}`} />
    </figure>
  );
}

function sentence(histogram: Histogram): string {
  const { low, median, high, black, white } = summary(histogram);
  return (
    `Brightness from ${percent(low)} to ${percent(high)}, median ${percent(median)}; ` +
    `${percent(black, 1)} black, ${percent(white, 1)} white.`
  );
}

const ROWS = [
  ['Darkest 1 % below', 'low', 0],
  ['Median', 'median', 0],
  ['Brightest 1 % above', 'high', 0],
  ['Black', 'black', 1],
  ['White', 'white', 1],
] as const;

export function Histograms({ before, after }: { before: Histogram; after: Histogram }) {
  const top = chartScale(before, after);
  const [was, is] = [summary(before), summary(after)];
  return (
    <section class="section histograms" aria-label="Histograms">
      <div class="charts">
        <Chart title="Before" histogram={before} top={top} />
        <Chart title="After" histogram={after} top={top} />
      </div>
      <details>
        <summary>In numbers</summary>
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col">Brightness</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {ROWS.map(([label, name, digits]) => (
              <tr key={name}>
                <th scope="row">{label}</th>
                <td>{percent(was[name], digits)}</td>
                <td>{percent(is[name], digits)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}
