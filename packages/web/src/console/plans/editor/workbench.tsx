/** The editor with what is known of its text beside it. The draft is kept as it is typed. */
import { Button, FileButton, Group, Menu, Skeleton, Stack, Tabs, Text } from '@mantine/core';
import type { Problem } from '@cellplane/plan';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { t } from 'i18next';
import { lazy, startTransition, Suspense, useCallback, useMemo, useRef, useState } from 'react';
import type { Finding } from '../../../kit/editor/diagnostics';
import type { Fix } from '../../../kit/editor/language/fix';
import type { Spot } from '../../../kit/editor/language/place';
import type { EditorHandle } from '../../../kit/editor/plan-editor';
import { Failure } from '../../../kit/failure';
import { GuardedButton } from '../../../kit/access/guarded';
import { PageHead } from '../../../kit/page/page-head';
import { useMay } from '../../../kit/access/use-may';
import { BuildDialog } from './build-dialog';
import type { Draft } from './draft';
import { useKeptDraft } from './use-kept-draft';
import { ManifestTab } from './manifest-tab';
import { Problems } from './problems';
import { SimulateTab } from './simulate-tab';
import { useChecked } from './use-checked';
import { useVerbAt } from './use-verb';
import { WorkflowTab } from './workflow-tab';
import classes from './workbench.module.css';

const clock = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'short' });

const NONE: readonly Problem[] = [];

const PlanEditor = lazy(() => import('../../../kit/editor/plan-editor'));

interface Props {
  draftAt: string;
  draft: Draft | undefined;
  /** What the editor begins with. */
  text: string;
  /** The spec of the version that is edited, if there is one. */
  base: { text: string; version: string } | undefined;
  product: string;
  /** Throws the draft away; told what it was, so that it can be brought back. */
  onDiscard: (draft: Draft) => void;
}

export function Workbench({ draftAt, draft, text: first, base, product, onDiscard }: Props) {
  const { tab = 'problems' } = useSearch({ from: '/shell/console/plan-editor' });
  const navigate = useNavigate({ from: '/console/plan-editor' });
  const forbidden = useMay('buildServicePlanSpec').why;
  const editor = useRef<EditorHandle>(null);
  const [text, setText] = useState(first);
  const [spot, setSpot] = useState<Spot>({ line: 0, column: 0 });
  // The page follows what is typed; it never keeps the next key waiting.
  const onText = useCallback((next: string) => startTransition(() => setText(next)), []);
  const onSpot = useCallback((next: Spot) => startTransition(() => setSpot(next)), []);
  const [serverProblems, setServerProblems] = useState<{ text: string; problems: Problem[] }>({ text: '', problems: [] });
  const [isBuilding, setBuilding] = useState(false);
  const { checked, plan, failure } = useChecked(text);
  const [values, setValues] = useState<Record<string, string>>({});
  const about = { plan, isOld: checked !== undefined && checked.plan === undefined, at: useVerbAt(text, spot) };
  const { keptAt, hasNoRoom, drop } = useKeptDraft(draftAt, draft, text, base);
  const fromServer = serverProblems.text === text ? serverProblems.problems : NONE;
  const findings = useMemo(
    () => [
      ...(checked?.problems ?? []).map((problem, at): Finding => ({ problem, fix: checked?.fixes[at] })),
      ...fromServer.map((problem): Finding => ({ problem, fix: undefined })),
    ],
    [checked, fromServer],
  );
  // What only the server has found may hang on where it was built: it is no reason not to try again.
  const errors = (checked?.problems ?? []).filter(({ severity }) => severity === 'error').length;
  const show = useCallback(
    (position: Problem['position']) => editor.current?.show({ line: position.line - 1, column: position.column - 1 }),
    [],
  );
  const apply = useCallback((fix: Fix) => editor.current?.apply(fix), []);
  const whyNot =
    forbidden ?? (errors > 0 ? t('There are errors: see Problems.') : checked === undefined ? t('The text is being checked.') : undefined);
  // The text itself is kept while one types: what is left to do is to build it, or to cure what is in the way.
  const save = () => {
    if (whyNot === undefined) setBuilding(true);
    else if (errors > 0) void navigate({ search: (before) => ({ ...before, tab: 'problems' }), replace: true });
  };
  const load = async (file: File | null) => {
    if (file !== null) editor.current?.replace(await file.text());
  };
  return (
    <Stack gap="sm" className={classes['page'] ?? ''}>
      <PageHead
        title={plan?.name ?? t('Plan editor')}
        above={[{ label: t('Products and plans'), link: { to: '/console/plans' } }]}
        facts={<DraftLine keptAt={keptAt} hasNoRoom={hasNoRoom} base={base?.version} isChanged={text !== base?.text} />}
      >
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default">{t('Text')}</Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>{t('Tab indents. Escape, then Tab leaves the text. Ctrl S builds it.')}</Menu.Label>
            <Menu.Item onClick={() => void editor.current?.goToDefinition()}>{t('Go to the definition (F12)')}</Menu.Item>
            <Menu.Item onClick={() => editor.current?.applyAtCursor()}>{t('Cure the problem of this line (Ctrl .)')}</Menu.Item>
            <FileButton accept=".yaml,.yml,text/yaml,application/yaml" onChange={(file) => void load(file)}>
              {(props) => (
                <Menu.Item closeMenuOnClick={false} {...props}>
                  {t('Load a file')}
                </Menu.Item>
              )}
            </FileButton>
            <Menu.Item
              color="red"
              onClick={() => {
                drop();
                onDiscard({ text, at: keptAt ?? new Date().toISOString(), ...(base === undefined ? {} : { base: base.version }) });
              }}
            >
              {base === undefined
                ? t('Throw the draft away')
                : t('Throw the draft away, and begin from version {{version}} again', { version: base.version })}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <GuardedButton why={whyNot} onClick={() => setBuilding(true)}>
          {t('Build …')}
        </GuardedButton>
      </PageHead>
      {failure !== undefined && <Failure title={t('The text cannot be checked')} error={failure} />}
      <div className={classes['bench']}>
        <div
          className={classes['text']}
          onDragOver={(event) => event.preventDefault()}
          onDrop={(event) => {
            const [file] = event.dataTransfer.files;
            if (file === undefined) return;
            event.preventDefault();
            void load(file);
          }}
        >
          <Suspense fallback={<Skeleton height="100%" aria-label={t('Loading the editor')} />}>
            <PlanEditor
              ref={editor}
              text={first}
              label={t('Plan spec')}
              findings={findings}
              onChange={onText}
              onCursor={onSpot}
              onSave={save}
            />
          </Suspense>
        </div>
        <Tabs
          value={tab}
          onChange={(next) => void navigate({ search: (before) => ({ ...before, tab: next ?? 'problems' }), replace: true })}
          keepMounted={false}
          className={classes['side'] ?? ''}
        >
          <Tabs.List className={classes['tabs'] ?? ''}>
            <Tabs.Tab value="problems">
              {findings.length > 0 ? t('Problems {{count}}', { count: findings.length }) : t('Problems')}
            </Tabs.Tab>
            <Tabs.Tab value="workflow">{t('Workflow')}</Tabs.Tab>
            <Tabs.Tab value="manifest">{t('Manifest')}</Tabs.Tab>
            <Tabs.Tab value="simulate">{t('Simulate')}</Tabs.Tab>
          </Tabs.List>
          <div className={classes['panel']} tabIndex={0} role="group" aria-label={t('About the text')}>
            <Tabs.Panel value="problems">
              <Problems checked={checked} findings={findings} onShow={show} onApply={apply} />
            </Tabs.Panel>
            <Tabs.Panel value="workflow">
              <WorkflowTab {...about} />
            </Tabs.Panel>
            <Tabs.Panel value="manifest">
              <ManifestTab {...about} values={values} onValues={setValues} />
            </Tabs.Panel>
            <Tabs.Panel value="simulate">
              <SimulateTab {...about} values={values} onValues={setValues} />
            </Tabs.Panel>
          </div>
        </Tabs>
      </div>
      <BuildDialog
        opened={isBuilding}
        onClose={() => setBuilding(false)}
        text={text}
        product={product}
        onProblems={(found) => {
          setServerProblems({ text, problems: found });
          setBuilding(false);
          void navigate({ search: (before) => ({ ...before, tab: 'problems' }), replace: true });
        }}
        onBuilt={drop}
      />
    </Stack>
  );
}

interface LineProps {
  keptAt: string | undefined;
  hasNoRoom: boolean;
  base: string | undefined;
  isChanged: boolean;
}

function DraftLine({ keptAt, hasNoRoom, base, isChanged }: LineProps) {
  if (hasNoRoom)
    return (
      <Text size="sm" c="red" role="alert">
        {t('This browser has no room for the draft: save it as a file before you leave.')}
      </Text>
    );
  return (
    <Group gap={6}>
      {base !== undefined && base !== '' && (
        <span>{isChanged ? t('From version {{base}}, with changes', { base }) : t('As version {{base}} has it', { base })}</span>
      )}
      {keptAt !== undefined && (
        <span>
          {base !== undefined && base !== '' && '· '}
          {t('Draft kept in this browser at {{time}}', { time: clock.format(new Date(keptAt)) })}
        </span>
      )}
    </Group>
  );
}
