import { type ReactNode, useId } from 'react';

import type { NetworkSummary } from '#engine/contract/network.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';

import { lineOf, type ReachPicture, reachPicture, type ReachRow } from './reach.ts';

/** The picture of who can reach whom: a table that is drawn as lines with stops, and can be read as one. */
export function ReachTable({ networks }: { readonly networks: readonly NetworkSummary[] }): ReactNode {
  const t = useTranslate();
  const id = useId();
  const picture = reachPicture(networks);
  if (picture.rows.length === 0) return null;
  return (
    <section className="reach" aria-labelledby={id}>
      <h2 id={id}>{t('networks.reach')}</h2>
      <p className="faint small">{t('networks.reachHelp')}</p>
      <div className="reach-scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('networks.container')}</th>
              {picture.columns.map(({ id: network, name }) => (
                <th key={network} scope="col" className="reach-network">
                  <a href={`#/networks/${encodeURIComponent(name)}`} className="cut">
                    {name}
                  </a>
                </th>
              ))}
              <th scope="col">{t('networks.reaches')}</th>
            </tr>
          </thead>
          <tbody>
            {picture.rows.map((row, index) => (
              <Row key={row.id} row={row} index={index} picture={picture} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface RowProps {
  readonly row: ReachRow;
  readonly index: number;
  readonly picture: ReachPicture;
}

function Row({ row, index, picture }: RowProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  return (
    <tr>
      <th scope="row">
        <a href={`#/containers/${row.id}`} className="cut">
          {row.name}
        </a>
      </th>
      {picture.columns.map(({ id, name }) => (
        <td key={id} className="reach-stop">
          <Stop row={row} index={index} line={lineOf(picture, id)} isOn={row.networks.has(id)} />
          {row.networks.has(id) && (
            <span className="unseen">{t('networks.isOn', { container: row.name, network: name })}</span>
          )}
        </td>
      ))}
      <td className="soft">{row.reaches.length === 0 ? t('networks.reachesNobody') : format.list(row.reaches)}</td>
    </tr>
  );
}

interface StopProps {
  readonly row: ReachRow;
  readonly index: number;
  readonly line: ReturnType<typeof lineOf>;
  readonly isOn: boolean;
}

const HEIGHT = 32;
const WIDTH = 28;

function Stop({ row, index, line, isOn }: StopProps): ReactNode {
  const isPassed = line !== undefined && index >= line.first && index <= line.last;
  const from = isPassed && index > line.first ? 0 : HEIGHT / 2;
  const to = isPassed && index < line.last ? HEIGHT : HEIGHT / 2;
  return (
    <svg aria-hidden width={WIDTH} height={HEIGHT}>
      {isPassed && <path d={`M${WIDTH / 2} ${from}V${to}`} className="reach-line" />}
      {isOn && (
        <circle
          cx={WIDTH / 2}
          cy={HEIGHT / 2}
          r="5.5"
          className="reach-mark"
          {...(row.running ? { 'data-running': '' } : {})}
        />
      )}
    </svg>
  );
}
