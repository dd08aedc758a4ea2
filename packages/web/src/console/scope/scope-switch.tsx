/** Which product and environment the console's lists are about: at the top of every page, active where the page keeps to it. */
import { Button, Combobox, Text, useCombobox } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMatches, useNavigate } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { scopeText } from '../../app/scope';
import { useScope } from '../../app/use-scope';
import { useMay } from '../../kit/access/use-may';
import { products, type Product } from '../plans/services';
import classes from './scope-switch.module.css';
import { scopeWords } from './scope-words';

/** So many products and environments are looked through by typing. */
const MANY = 8;

export default function ScopeSwitch() {
  const { may } = useMay('listServices');
  const all = useQuery({ ...products, enabled: may }).data ?? [];
  if (all.length === 0) return null;
  return <Switch all={all} />;
}

function Switch({ all }: { all: readonly Product[] }) {
  const scope = useScope();
  const isScoped = useMatches({ select: (matches) => matches.some(({ staticData }) => staticData.isScoped === true) });
  const navigate = useNavigate();
  const [wanted, setWanted] = useState('');
  const hasSearch = all.reduce((sum, { serviceEnvironments }) => sum + 1 + serviceEnvironments.length, 0) > MANY;
  const box = useCombobox({
    onDropdownOpen: () => {
      if (hasSearch) box.focusSearchInput();
      else box.selectActiveOption();
    },
    onDropdownClose: () => {
      setWanted('');
      box.resetSelectedOption();
      if (hasSearch) box.focusTarget();
    },
  });
  const chosen = scopeText(scope);
  const name = chosen === '' ? t('All products') : scopeWords(scope, all);
  const isActive = isScoped && chosen !== '';
  const choose = (text: string) => {
    box.closeDropdown();
    const search = ((before: object) => ({ ...before, scope: text === '' ? undefined : text })) as never;
    void navigate({ to: '.', search, resetScroll: false });
  };
  return (
    <Combobox store={box} onOptionSubmit={choose} position="bottom-start" width={280} withinPortal shadow="md">
      <Combobox.Target targetType="button">
        <Button
          size="compact-sm"
          variant={isActive ? 'light' : 'subtle'}
          {...(isActive ? {} : { color: 'gray' })}
          className={classes['switch'] ?? ''}
          // A long name ends in dots.
          styles={{ label: { display: 'block', height: 'auto', paddingBlock: 4, textOverflow: 'ellipsis' } }}
          rightSection={<Combobox.Chevron />}
          aria-label={
            isScoped
              ? t('Product and environment: {{name}}', { name })
              : t('Product and environment: {{name}} (not of this page)', { name: t('All products') })
          }
          title={isScoped ? name : t('This page is not of one product.')}
          onClick={() => box.toggleDropdown()}
        >
          {isScoped ? name : t('All products')}
        </Button>
      </Combobox.Target>
      <Combobox.Dropdown>
        {hasSearch && (
          <Combobox.Search
            aria-label={t('Find a product or environment')}
            placeholder={t('Find a product or environment')}
            value={wanted}
            onChange={(event) => {
              setWanted(event.currentTarget.value);
              box.updateSelectedOptionIndex();
            }}
          />
        )}
        {!isScoped && (
          <Combobox.Header>
            <Text size="xs" c="dimmed">
              {chosen === ''
                ? t('This page is not of one product. Lists are of what you choose here.')
                : t('This page is not of one product. Lists are of {{name}}.', { name })}
            </Text>
          </Combobox.Header>
        )}
        <Combobox.Options className={classes['options'] ?? ''} aria-label={t('Products and environments')}>
          {wanted === '' && (
            <Combobox.Option value="" active={chosen === ''}>
              {t('All products')}
            </Combobox.Option>
          )}
          <Places all={all} wanted={wanted} chosen={chosen} />
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function Places({ all, wanted, chosen }: { all: readonly Product[]; wanted: string; chosen: string }) {
  const has = (text: string) => text.toLowerCase().includes(wanted.trim().toLowerCase());
  const found = all.flatMap((product) => {
    const environments = product.serviceEnvironments.filter(({ name }) => has(name) || has(product.name));
    return environments.length > 0 || has(product.name) ? [{ product, environments }] : [];
  });
  if (found.length === 0) return <Combobox.Empty>{t('No product or environment has this name.')}</Combobox.Empty>;
  return found.map(({ product: { id: serviceId, name }, environments }) => (
    <div key={serviceId}>
      <Combobox.Option value={serviceId} active={chosen === serviceId} className={classes['product'] ?? ''}>
        <bdi>{name}</bdi>
      </Combobox.Option>
      {environments.map((environment) => {
        const value = scopeText({ serviceId, environmentId: environment.id });
        return (
          <Combobox.Option key={value} value={value} active={chosen === value} className={classes['environment'] ?? ''}>
            <bdi>{environment.name}</bdi>
            {environment.type !== environment.name.toUpperCase() && (
              <Text component="span" size="xs" c="dimmed">
                {' '}
                {environment.type}
              </Text>
            )}
          </Combobox.Option>
        );
      })}
    </div>
  ));
}
