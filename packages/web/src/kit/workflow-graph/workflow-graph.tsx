/** A run drawn as a graph, from left to right, where that has no room from top to bottom; a node that is chosen says more below. */
import '@xyflow/react/dist/style.css';
import { Graph, layout } from '@dagrejs/dagre';
import { Box, Text, useComputedColorScheme } from '@mantine/core';
import { useDebouncedValue, useElementSize } from '@mantine/hooks';
import { t } from 'i18next';
import { Controls, type Edge, Handle, type Node, type NodeProps, Position, ReactFlow } from '@xyflow/react';
import { type RefCallback, useMemo, useState } from 'react';
import { Mark, toneOf } from '../status';
import type { RunGraph, RunNode } from './graph';
import classes from './workflow-graph.module.css';

const WIDTH = 148;
const HEIGHT = 44;

type Direction = 'LR' | 'TB';

const SIDES = {
  LR: { target: Position.Left, source: Position.Right },
  TB: { target: Position.Top, source: Position.Bottom },
} as const;

/** Where edges end and begin; told, so that nothing is measured. */
const HANDLES = {
  LR: [
    { type: 'target' as const, position: Position.Left, x: 0, y: HEIGHT / 2, width: 1, height: 1 },
    { type: 'source' as const, position: Position.Right, x: WIDTH, y: HEIGHT / 2, width: 1, height: 1 },
  ],
  TB: [
    { type: 'target' as const, position: Position.Top, x: WIDTH / 2, y: 0, width: 1, height: 1 },
    { type: 'source' as const, position: Position.Bottom, x: WIDTH / 2, y: HEIGHT, width: 1, height: 1 },
  ],
};

/** A frame this wide is read from left to right, and scrolled if it must be. Pixels. */
const WIDE = 720;
/** A frame that grows or shrinks by so much has its picture fitted anew. Pixels. */
const STEP = 120;

type TaskNode = Node<{ node: RunNode; direction: Direction }, 'task'>;

export default function WorkflowGraph({
  graph,
  chosen,
  onChoose,
}: {
  graph: RunGraph;
  chosen: string | undefined;
  onChoose: (id: string) => void;
}) {
  const scheme = useComputedColorScheme('light');
  const { ref, width } = useSettledWidth();
  // Places depend on the shape alone, which seldom changes while phases do.
  const form = graph.nodes.map(({ id }) => id).join('\n') + graph.edges.map(({ from, to }) => `\n${from}>${to}`).join('');
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const beside = useMemo(() => placesOf(graph, 'LR'), [form]);
  const direction: Direction = width >= WIDE || widthOf(beside) <= width ? 'LR' : 'TB';
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const places = useMemo(() => (direction === 'LR' ? beside : placesOf(graph, direction)), [form, direction]);
  const nodes = graph.nodes.map(
    (node): TaskNode => ({
      id: node.id,
      type: 'task',
      position: places.get(node.id) ?? { x: 0, y: 0 },
      width: WIDTH,
      height: HEIGHT,
      // Told, so that edges need not wait until each new picture of the run has been measured.
      measured: { width: WIDTH, height: HEIGHT },
      handles: HANDLES[direction],
      selected: node.id === chosen,
      ariaLabel: `${node.label}: ${node.phase}`,
      data: { node, direction },
    }),
  );
  const edges = graph.edges.map(({ from, to }): Edge => ({ id: `${from}>${to}`, source: from, target: to }));
  return (
    <Box ref={ref} className={classes['frame']} role="group" aria-label={t('Workflow')} tabIndex={0}>
      {width > 0 && (
        <Box h={heightOf(places)} miw={direction === 'LR' ? leastWidthOf(places) : undefined}>
          <ReactFlow
            key={`${direction} ${Math.round(width / STEP)} ${form}`}
            nodes={nodes}
            edges={edges}
            nodeTypes={{ task: TaskBox }}
            colorMode={scheme}
            fitView
            fitViewOptions={{ maxZoom: 1, padding: PADDING }}
            minZoom={0.2}
            nodesDraggable={false}
            nodesConnectable={false}
            edgesFocusable={false}
            zoomOnScroll={false}
            preventScrolling={false}
            onNodeClick={(_, node) => onChoose(node.id)}
            onSelectionChange={({ nodes: [selected] }) => selected !== undefined && onChoose(selected.id)}
          >
            <Controls showInteractive={false} position="top-left" orientation="horizontal" />
          </ReactFlow>
        </Box>
      )}
    </Box>
  );
}

function TaskBox({ data: { node, direction }, selected }: NodeProps<TaskNode>) {
  const tone = toneOf(node.phase);
  return (
    <div className={classes['node']} data-tone={tone} data-kind={node.kind} data-selected={selected}>
      <Handle type="target" position={SIDES[direction].target} className={classes['port'] ?? ''} isConnectable={false} />
      <Mark tone={tone} />
      <Text size="xs" lh={1.25} lineClamp={2} title={node.label} style={{ overflowWrap: 'anywhere' }}>
        {node.label}
      </Text>
      {node.tasks.length > 1 && (
        <Text size="xs" c="dimmed">
          × {node.tasks.length}
        </Text>
      )}
      <Handle type="source" position={SIDES[direction].source} className={classes['port'] ?? ''} isConnectable={false} />
    </div>
  );
}

/** Beside the graph. Pixels. */
const MARGINS = 48;

/** While a page is printed, or its picture taken, it may be as narrow as this for a moment: that is no width to draw for. Pixels. */
const NO_WIDTH = 200;
/** A width counts when it has been the same for so long; the first one at once. Milliseconds. */
const SETTLE_MS = 150;

function useSettledWidth(): { ref: RefCallback<HTMLDivElement | null>; width: number } {
  const { ref, width: measured } = useElementSize<HTMLDivElement>();
  const [settled] = useDebouncedValue(measured, SETTLE_MS);
  const [width, setWidth] = useState(0);
  const next = width === 0 ? measured : settled;
  if (next >= NO_WIDTH && next !== width) setWidth(next);
  return { ref, width };
}

type Places = Map<string, { x: number; y: number }>;

/** How wide it is with its margins. Pixels. */
function widthOf(places: Places): number {
  return Math.max(0, ...[...places.values()].map(({ x }) => x)) + WIDTH + MARGINS;
}

/** Room for the rows that there are, within reason: a higher graph is moved and zoomed. Pixels. */
function heightOf(places: Places): number {
  const bottom = Math.max(0, ...[...places.values()].map(({ y }) => y)) + HEIGHT;
  return Math.min(480, Math.max(160, bottom + 96));
}

/** Smaller than this nobody reads what stands in it: a wider graph is scrolled. */
const LEAST_ZOOM = 0.78;
/** Room beside the graph, of its width: what the view is fitted with. */
const PADDING = 0.02;

/** So wide that the graph can be read. Pixels. */
function leastWidthOf(places: Places): number {
  return Math.ceil((widthOf(places) - MARGINS) * LEAST_ZOOM * (1 + 2 * PADDING));
}

function placesOf({ nodes, edges }: RunGraph, direction: Direction): Places {
  const graph = new Graph().setGraph({ rankdir: direction, nodesep: 16, ranksep: 20 }).setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) graph.setNode(id, { width: WIDTH, height: HEIGHT });
  for (const { from, to } of edges) graph.setEdge(from, to);
  layout(graph);
  return new Map(
    nodes.map(({ id }) => {
      const { x = 0, y = 0 } = graph.node(id) as { x?: number; y?: number };
      return [id, { x: x - WIDTH / 2, y: y - HEIGHT / 2 }];
    }),
  );
}
